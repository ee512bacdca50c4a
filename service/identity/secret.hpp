// Random secrets and what we keep of them: only hashes, compared in constant time.
#pragma once

#include <string>
#include <string_view>

namespace kindling {

// 256 random bits as 43 characters of base64url.
std::string random_secret();

// A keyed hash (BLAKE2b, 256 bits) of `text` as 43 characters of base64url. The key may have any length.
std::string keyed_hash(std::string_view key, std::string_view text);

// Takes the same time wherever the two differ.
bool equal_secrets(std::string_view a, std::string_view b);

}  // namespace kindling
