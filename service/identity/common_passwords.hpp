// The passwords that are tried first. The short ones need no list: they are refused for their length.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kindling {

// Of at least nine characters, lower-case, sorted. Shorter variants stand here too, because digits around
// them are taken off before the search.
const std::vector<std::string_view>& common_passwords();

// Words of which common passwords are put together: "password", "welcome", "summer".
const std::vector<std::string>& common_words();

}  // namespace kindling
