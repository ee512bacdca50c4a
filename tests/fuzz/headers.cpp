#include <cstdint>
#include <string>

#include "http/negotiate.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/uri.hpp"

// Cookies, If-None-Match, Accept, and percent-decoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  kindling::http::Request request;
  request.headers = {{"cookie", text}, {"if-none-match", text}, {"accept", text}};
  (void)request.cookie("kindling");
  (void)kindling::http::etag_matches(request, "\"7\"");
  (void)kindling::http::preferred_type(request, {"application/json", "text/csv"});
  (void)kindling::http::parse_query(text);
  return 0;
}
