// SHA-256 (FIPS 180-4), by which bytes are known again.
#pragma once

#include <string>
#include <string_view>

namespace kindling {

std::string sha256(std::string_view bytes);      // the 32 bytes
std::string sha256_hex(std::string_view bytes);  // as 64 hexadecimal digits in lower case
// Of a whole answer, as its strong ETag: the first 24 digits, in quotation marks.
std::string content_etag(std::string_view bytes);

}  // namespace kindling
