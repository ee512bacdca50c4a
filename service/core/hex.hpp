// Bytes as hexadecimal digits, which is how they pass through SQL texts.
#pragma once

#include <string>
#include <string_view>

namespace kindling {

std::string hex_of(std::string_view bytes);   // two small digits a byte
std::string bytes_of(std::string_view hex);   // of what hex_of made
std::string bytea_of(std::string_view bytes); // "\\x" and the digits: a bytea of PostgreSQL, in COPY too

}  // namespace kindling
