// Content negotiation (RFC 9110, 12.5.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace kindling::http {

// The best of `offered` for the Accept header; the first one where the header is absent or accepts none of them.
std::string_view preferred_type(const Request& request, const std::vector<std::string_view>& offered);

}  // namespace kindling::http
