// Percent-decoding, exactly once, and what is built on it: query strings and cookies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace kindling::http {

// nullopt for a broken escape ("%zz", "%4") and for %00. `plus_is_space` in queries and forms.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space = false);
// Everything but unreserved characters (RFC 3986) becomes %XX.
std::string percent_encoded(std::string_view text);
// "a=1&b=2&a=3", in order, repeated names kept; nullopt for a broken escape or more than 20,000 pairs.
std::optional<Pairs> parse_query(std::string_view text);

}  // namespace kindling::http
