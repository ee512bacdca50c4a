// Cross-origin reading (CORS): pages of the configured origins may read the API with a token. Nothing else is opened:
// no other method than GET and HEAD, no cookies, no other origin.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace kindling::http {

// Origins separated by spaces: "https://a.example http://localhost:3000". Throws std::runtime_error for what is none,
// "*" and a path included.
std::vector<std::string> parse_origins(std::string_view text);

// Adds the headers of an answer below /api/ to a request from one of the origins, of a preflight too.
void allow_origin(const std::vector<std::string>& origins, const Request& request, Response& response);

}  // namespace kindling::http
