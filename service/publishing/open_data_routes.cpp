// Open data for everybody, from memory: a page about it, the JSON package and the spreadsheet.
#include "http/html.hpp"
#include "http/router.hpp"
#include "publishing/open_data_shelf.hpp"
#include "publishing/routes.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr const char* kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr const char* kCaching = "public, max-age=300";  // a browser or a cache in front may keep it for some minutes

Response refused(const Site& site, const Request& request, const Error& error) {
  return request.path.ends_with(".json") ? http::problem(error, request) : error_page(site, error, request);
}

Response file(const Site& site, const OpenDataShelf& shelf, const Request& request, OpenDataEdition::File OpenDataEdition::* which,
              const char* type, const char* name) {
  const auto edition = shelf.edition();
  if (!edition) {
    return refused(site, request, {ErrorKind::kUnavailable, "starting", "Open data is being made; try again in a moment.", {}});
  }
  const auto& made = (*edition).*which;
  if (made.bytes.empty()) return refused(site, request, not_found("nothing_is_public", "No grant is published yet."));
  if (http::etag_matches(request, made.etag)) {
    return http::not_modified(made.etag).with("Cache-Control", kCaching).with("Access-Control-Allow-Origin", "*");
  }
  auto response = http::attachment(made.bytes, type, name);
  return response.with("ETag", made.etag).with("Cache-Control", kCaching).with("Access-Control-Allow-Origin", "*");
}

Response about(const Site& site, const OpenDataShelf& shelf, const Request& request) {
  const auto edition = shelf.edition();
  if (!edition) {
    return refused(site, request, {ErrorKind::kUnavailable, "starting", "Open data is being made; try again in a moment.", {}});
  }
  auto rows = Value::array();
  for (const auto& grant : edition->data.grants) {
    rows.push(Value::object({{"title", grant.title},
                             {"description", grant.description},
                             {"funder", grant.funder.name},
                             {"amount", to_display(grant.awarded)},
                             {"awarded_on", to_display(grant.awarded_on)},
                             {"id", grant.id}}));
  }
  Value data;
  data.set("title", "Open data of " + site.config.platform_name);
  data.set("platform_name", site.config.platform_name);
  data.set("logo_text", site.config.logo_text);
  data.set("assets", static_addresses());
  data.set("publisher", edition->data.publisher.name);
  data.set("licence", edition->data.publisher.licence);
  data.set("any", !edition->data.grants.empty());
  data.set("grants", std::move(rows));
  return http::html(site.templates.render("open_data", data)).with("Cache-Control", kCaching);
}

}  // namespace

void add_open_data_routes(http::Router& router, const Site& site, const OpenDataShelf& shelf) {
  const auto add = [&](const char* pattern, http::Handler handler) {
    router.add({.method = http::Method::kGet, .pattern = pattern, .action = Action::kPublic, .handler = std::move(handler)});
  };
  add("/open-data", [&](const Request& request) { return about(site, shelf, request); });
  add("/open-data/grants.json", [&](const Request& request) {
    return file(site, shelf, request, &OpenDataEdition::json, "application/json; charset=utf-8", "grants.json");
  });
  add("/open-data/grants.xlsx", [&](const Request& request) {
    return file(site, shelf, request, &OpenDataEdition::xlsx, kXlsx, "grants.xlsx");
  });
}

}  // namespace kindling
