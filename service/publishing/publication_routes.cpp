#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "http/router.hpp"
#include "publishing/publication.hpp"
#include "publishing/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/publication"; }

struct Read {
  Result<Grant> grant;
  Publication publication = {};
};

Read read(const Site& site, std::int64_t grant_id) {
  return reading(site.database, [&](Session& session) {
    Read found{.grant = find_grant(session, grant_id)};
    if (found.grant) found.publication = find_publication(session, grant_id);
    return found;
  });
}

Response show(const Site& site, const Request& request, const Input* typed, const Error* error) {
  const auto found = read(site, request.path_id("id"));
  if (!found.grant) return error_page(site, found.grant.error(), request);
  const auto& publication = found.publication;
  Input stored;
  stored.set("description", publication.description);
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed == nullptr ? stored : *typed, errors);
  form.section("Open data", "What you write here, the title, the amounts, the dates, funder and programme become public, by "
                            "the 360Giving Data Standard. No person should be named.")
      .area("description", "Description for the public", {.help = "What the grant is for, in a few sentences.", .required = true})
      .hidden("version", std::to_string(publication.version));
  Value data;
  data.set("grant", grant_head(*found.grant, "open data"));
  data.set("published", publication.published);
  data.set("published_by", publication.published_by);
  data.set("published_at", publication.published_at);
  data.set("description", publication.description);
  data.set("version", publication.version);
  data.set("withdraw", path_of(found.grant->id) + "/withdraw");
  data.set("form", form.value(path_of(found.grant->id), publication.published ? "Change the text" : "Publish", ""));
  return page(site, request,
              {.title = "Open data of " + found.grant->title, .name = "publication", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = grant_crumbs(*found.grant, "Open data")});
}

// The page and the API differ in how they answer alone.
using Change = Outcome (*)(Transaction&, std::int64_t, int, const Input&);

Outcome withdraw(Transaction& transaction, std::int64_t grant_id, int expected, const Input&) {
  return withdraw_publication(transaction, grant_id, expected);
}

Response change_on_page(const Site& site, const Request& request, Change change, const char* notice) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto changed = change(transaction, id, version, input);
        if (!changed) return changed.error();
        return path_of(id) + "?done=" + notice;
      },
      [&](const Input& input, const Error& error) { return show(site, request, &input, &error); });
}

Response api_one(const Site& site, const Request& request) {
  const auto found = read(site, request.path_id("id"));
  if (!found.grant) return http::problem(found.grant.error(), request);
  return http::json(publication_value(found.publication)).with("ETag", etag_of(found.publication.version));
}

Response api_change(const Site& site, const Request& request, Change change) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto id = request.path_id("id");
    const auto changed = change(transaction, id, version, input);
    if (!changed) return changed.error();
    const auto now = find_publication(transaction.session, id);
    return http::json(publication_value(now)).with("ETag", etag_of(now.version));
  });
}

Value schema() {
  Value properties;
  properties.set("description", Value::object({{"type", Value::Array{"string", "null"}}}));
  properties.set("published", Value::object({{"type", "boolean"}, {"readOnly", true}}));
  for (const auto* name : {"grant_id", "version"}) properties.set(name, Value::object({{"type", "integer"}, {"readOnly", true}}));
  for (const auto* name : {"published_by", "published_at"}) {
    properties.set(name, Value::object({{"type", Value::Array{"string", "null"}}, {"readOnly", true}}));
  }
  return Value::object({{"type", "object"}, {"properties", std::move(properties)}});
}

}  // namespace

void add_publishing_routes(http::Router& router, const Site& site, const OpenDataShelf& shelf) {
  using http::Method;
  add_open_data_routes(router, site, shelf);
  router.add_schema("Publication", schema());
  const auto add = [&](Method method, const char* pattern, Action action, http::Handler handler, const char* summary = "") {
    router.add({.method = method, .pattern = pattern, .action = action, .handler = std::move(handler),
                .doc = {.summary = summary, .tag = "grants", .request_schema = method == Method::kPut ? "Publication" : "",
                        .response_schema = "Publication"}});
  };
  add(Method::kGet, "/grants/{id}/publication", Action::kReadFunding,
      [&site](const Request& request) { return show(site, request, nullptr, nullptr); });
  add(Method::kPost, "/grants/{id}/publication", Action::kWriteFunding,
      [&site](const Request& request) { return change_on_page(site, request, publish_grant, "saved"); });
  add(Method::kPost, "/grants/{id}/publication/withdraw", Action::kWriteFunding,
      [&site](const Request& request) { return change_on_page(site, request, withdraw, "withdrawn"); });
  add(Method::kGet, "/api/v1/grants/{id}/publication", Action::kReadFunding,
      [&site](const Request& request) { return api_one(site, request); },
      "Whether a grant is open data, with its text for the public; ETag \"1\" while it is not");
  add(Method::kPut, "/api/v1/grants/{id}/publication", Action::kWriteFunding,
      [&site](const Request& request) { return api_change(site, request, publish_grant); },
      "Make a grant open data, or change its text");
  add(Method::kPost, "/api/v1/grants/{id}/publication/withdraw", Action::kWriteFunding,
      [&site](const Request& request) { return api_change(site, request, withdraw); },
      "Take a grant out of open data");
}

}  // namespace kindling
