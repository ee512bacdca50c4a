#include "http/router.hpp"
#include "support/routes.hpp"
#include "support/support_page.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kJson = "application/json; charset=utf-8";
constexpr const char* kSvg = "image/svg+xml; charset=utf-8";
// Not live by intent; a browser or a cache in front may keep it for some minutes.
constexpr const char* kCaching = "public, max-age=300";

Response not_yet(const SupportPage& page, const Request& request) {
  return error_page(page.site(), {ErrorKind::kUnavailable, "starting", "This page is being made; try again in a moment.", {}},
                    request);
}

Response serve(const SupportPage& page, const Request& request, Published SupportEdition::* part, const char* type) {
  const auto edition = page.edition();
  if (!edition) return not_yet(page, request);
  const auto& bytes = (*edition).*part;
  Response response;
  if (http::etag_matches(request, bytes.etag)) {
    response = http::not_modified(bytes.etag);
  } else {
    response.body = bytes.body;
    response.with("Content-Type", type).with("ETag", bytes.etag);
  }
  response.with("Cache-Control", kCaching);
  // Figures are public and may stand on other sites; the page itself may not stand in a frame.
  if (part != &SupportEdition::page) response.with("Access-Control-Allow-Origin", "*");
  return response;
}

Response give(const SupportPage& page, const Request& request) {
  const auto edition = page.edition();
  if (!edition) return not_yet(page, request);
  const auto made = give_page(page.site(), *edition, request.query_param("campaign").value_or(""),
                              request.query_param("amount").value_or(""));
  if (!made) return error_page(page.site(), made.error(), request);
  auto response = http::html(*made);
  response.with("Cache-Control", kCaching);
  return response;
}

}  // namespace

void add_support_routes(http::Router& router, const SupportPage& page) {
  const auto add = [&](const char* pattern, http::Handler handler) {
    router.add({.method = http::Method::kGet, .pattern = pattern, .action = Action::kPublic,
                .handler = std::move(handler)});
  };
  add("/support", [&page](const Request& request) { return serve(page, request, &SupportEdition::page, kHtml); });
  add("/support/progress.json",
      [&page](const Request& request) { return serve(page, request, &SupportEdition::json, kJson); });
  add("/support/progress.svg",
      [&page](const Request& request) { return serve(page, request, &SupportEdition::svg, kSvg); });
  add("/support/give", [&page](const Request& request) { return give(page, request); });
}

}  // namespace kindling
