// Grants as JSON: the same use cases as the pages, under /api/v1.
#include <string>
#include <vector>

#include "funding/grant.hpp"
#include "funding/grant_api_schema.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "funding/record_grant.hpp"
#include "funding/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

const std::vector<Column> kColumns{
    {.name = "id", .label = "Id", .number = true},
    {.name = "title", .label = "Title"},
    {.name = "reference", .label = "Agreement number"},
    {.name = "programme", .label = "Programme"},
    {.name = "funder_id", .label = "Funder id", .number = true},
    {.name = "funder_name", .label = "Funder"},
    {.name = "state", .label = "State"},
    {.name = "currency", .label = "Currency"},
    {.name = "requested_amount", .label = "Requested amount", .number = true},
    {.name = "awarded_amount", .label = "Awarded amount", .number = true},
    {.name = "starts_on", .label = "Starts on"},
    {.name = "ends_on", .label = "Ends on"},
};

Value list_item(const ListedGrant& grant) {
  return Value::object({{"id", grant.id},
                        {"version", grant.version},
                        {"title", grant.title},
                        {"reference", grant.reference ? Value(*grant.reference) : Value()},
                        {"programme", grant.programme_code},
                        {"funder_id", grant.funder_id},
                        {"funder_name", grant.funder_name},
                        {"state", to_string(grant.state)},
                        {"currency", grant.currency.code()},
                        {"requested_amount", grant.requested ? Value(to_string(*grant.requested)) : Value()},
                        {"awarded_amount", grant.awarded ? Value(to_string(*grant.awarded)) : Value()},
                        {"starts_on", to_string(grant.period.first)},
                        {"ends_on", to_string(grant.period.last)}});
}

http::Response list(const Site& site, const http::Request& request) {
  const auto query = parse_list_query(request, {"title", "awarded", "end"}, {"state", "funder", "programme"});
  if (!query) return http::problem(query.error(), request);
  const auto found = reading(site.database, [&](Session& session) { return list_grants(session, *query); });
  if (!found) return http::problem(found.error(), request);
  Value::Array rows;
  for (const auto& grant : found->grants) rows.push_back(list_item(grant));
  return list_answer(request, kColumns, rows, found->next_cursor);
}

// The whole grant as it is now, with its version as ETag.
Result<http::Response> answer(Session& session, std::int64_t id, int status = 200) {
  const auto grant = find_grant(session, id);
  if (!grant) return grant.error();
  auto response =
      http::json(grant_value(*grant, list_categories(session, id), list_partners(session, id)), status);
  response.with("ETag", etag_of(grant->version));
  return response;
}

http::Response show(const Site& site, const http::Request& request) {
  const auto response = reading(site.database, [&](Session& session) -> Result<http::Response> {
    const auto grant = find_grant(session, request.path_id("id"));
    if (!grant) return grant.error();
    const auto etag = etag_of(grant->version);
    if (http::etag_matches(request, etag)) return http::not_modified(etag);
    return answer(session, grant->id);
  });
  return response ? *response : http::problem(response.error(), request);
}

http::Response create(const Site& site, const http::Request& request, const Programmes& programmes) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<http::Response> {
    const auto id = record_grant(transaction, programmes, input, today(site.config.time_zone));
    if (!id) return id.error();
    auto response = answer(transaction.session, *id, 201);
    if (response) response->with("Location", "/api/v1/grants/" + std::to_string(*id));
    return response;
  });
}

// A write to one grant at the version that If-Match names.
using Change = std::function<Outcome(Transaction&, GrantAddress, const Input&)>;
http::Response change(const Site& site, const http::Request& request, const Change& work) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<http::Response> {
    const GrantAddress address{.id = request.path_id("id"), .expected_version = version};
    const auto done = work(transaction, address, input);
    if (!done) return done.error();
    return answer(transaction.session, address.id);
  });
}

http::Response history(const Site& site, const http::Request& request) {
  const auto response = reading(site.database, [&](Session& session) -> Result<http::Response> {
    const auto grant = find_grant(session, request.path_id("id"));
    if (!grant) return grant.error();
    auto changes = Value::array();
    for (const auto& change : list_state_changes(session, grant->id))
      changes.push(state_change_value(change));
    return http::json(Value::object({{"state_changes", std::move(changes)}}));
  });
  return response ? *response : http::problem(response.error(), request);
}

}  // namespace

void add_grant_api_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  using http::Method;
  using http::Request;
  add_grant_schemas(router);
  router.add({.method = Method::kGet,
              .pattern = "/api/v1/grants",
              .action = Action::kReadFunding,
              .handler = [&site](const Request& request) { return list(site, request); },
              .doc = {.summary = "Grants, searched, filtered and sorted by title, awarded or end",
                      .tag = "grants",
                      .response_schema = "GrantListItem",
                      .list = true,
                      .query = {"state", "funder", "programme"}}});
  router.add(
      {.method = Method::kPost,
       .pattern = "/api/v1/grants",
       .action = Action::kWriteFunding,
       .handler = [&site, &programmes](const Request& request) { return create(site, request, programmes); },
       .doc = {.summary = "Record a grant; what is left out comes from its programme",
               .tag = "grants",
               .request_schema = "GrantInput",
               .response_schema = "Grant",
               .success_status = 201}});
  router.add({.method = Method::kGet,
              .pattern = "/api/v1/grants/{id}",
              .action = Action::kReadFunding,
              .handler = [&site](const Request& request) { return show(site, request); },
              .doc = {.summary = "A grant with its categories and partners",
                      .tag = "grants",
                      .response_schema = "Grant"}});
  router.add(
      {.method = Method::kPut,
       .pattern = "/api/v1/grants/{id}",
       .action = Action::kWriteFunding,
       .handler =
           [&site, &programmes](const Request& request) {
             return change(site, request,
                           [&](Transaction& transaction, GrantAddress address, const Input& input) {
                             return change_grant(transaction, programmes, address, input);
                           });
           },
       .doc = {.summary = "Change a grant; rates, rules and categories that are left out stay as they are",
               .tag = "grants",
               .request_schema = "GrantChange",
               .response_schema = "Grant"}});
  router.add({.method = Method::kPost,
              .pattern = "/api/v1/grants/{id}/state",
              .action = Action::kWriteFunding,
              .handler =
                  [&site](const Request& request) {
                    return change(site, request,
                                  [&](Transaction& transaction, GrantAddress address, const Input& input) {
                                    return change_grant_state(transaction, address, input,
                                                              today(site.config.time_zone));
                                  });
                  },
              .doc = {.summary = "Move a grant along its life cycle (If-Match as for a change)",
                      .tag = "grants",
                      .request_schema = "GrantStateInput",
                      .response_schema = "Grant"}});
  router.add({.method = Method::kGet,
              .pattern = "/api/v1/grants/{id}/history",
              .action = Action::kReadFunding,
              .handler = [&site](const Request& request) { return history(site, request); },
              .doc = {.summary = "The changes of a grant's state, newest first",
                      .tag = "grants",
                      .response_schema = "GrantHistory"}});
}

}  // namespace kindling
