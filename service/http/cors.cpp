#include "http/cors.hpp"

#include <algorithm>
#include <stdexcept>

namespace kindling::http {
namespace {

bool is_origin(std::string_view text) {
  const auto scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  if (scheme == 0 || text.size() == static_cast<std::size_t>(scheme)) return false;
  return std::ranges::all_of(text.substr(scheme), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
}

// Answers differ by origin, whoever asks: a cache between must know.
void vary_by_origin(Response& response) {
  for (auto& header : response.headers) {
    if (header.name == "Vary") {
      header.value += ", Origin";
      return;
    }
  }
  response.with("Vary", "Origin");
}

}  // namespace

std::vector<std::string> parse_origins(std::string_view text) {
  std::vector<std::string> origins;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto origin = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (origin.empty()) continue;
    if (!is_origin(origin)) {
      throw std::runtime_error("[http] cors_origins: an origin such as https://dashboard.example is expected, in lower "
                               "case and without a path");
    }
    origins.emplace_back(origin);
  }
  return origins;
}

void allow_origin(const std::vector<std::string>& origins, const Request& request, Response& response) {
  if (!request.is_api() || request.is_write()) return;
  vary_by_origin(response);
  const auto origin = request.header("origin");
  if (!origin || std::ranges::find(origins, *origin) == origins.end()) return;
  response.with("Access-Control-Allow-Origin", std::string(*origin));
  response.with("Access-Control-Expose-Headers", "ETag, Link, Retry-After, X-Request-Id");
  if (request.method != Method::kOptions) return;
  response.with("Access-Control-Allow-Methods", "GET, HEAD");
  response.with("Access-Control-Allow-Headers", "Authorization, Accept, If-None-Match");
  response.with("Access-Control-Max-Age", "600");
}

}  // namespace kindling::http
