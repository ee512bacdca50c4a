#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "funding/obligation_store.hpp"
#include "funding/record_obligation.hpp"
#include "funding/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t grant_id) { return "/grants/" + std::to_string(grant_id) + "/obligations"; }

Value obligation_value(const Obligation& obligation) {
  return Value::object({{"id", obligation.id},
                        {"version", obligation.version},
                        {"grant_id", obligation.grant_id},
                        {"kind", obligation.kind},
                        {"title", obligation.title},
                        {"due_on", to_string(obligation.due_on)},
                        {"owner_id", obligation.owner_id ? Value(*obligation.owner_id) : Value()},
                        {"owner_name", obligation.owner_name},
                        {"state", obligation.state}});
}

Value obligation_row(const Site& site, const Obligation& obligation) {
  auto row = obligation_value(obligation);
  row.set("grant_title", obligation.grant_title);
  row.set("grant_href", path_of(obligation.grant_id));
  row.set("due", to_display(obligation.due_on));
  const bool due = obligation.state == "open" || obligation.state == "returned";
  row.set("late", due && obligation.due_on < today(site.config.time_zone));
  row.set("badge", obligation.state == "accepted" ? "good" : due ? "warn" : "");
  row.set("can_submit", due);
  row.set("can_decide", obligation.state == "submitted");
  row.set("action", path_of(obligation.grant_id) + "/" + std::to_string(obligation.id) + "/state");
  return row;
}

Value rows_of(const Site& site, const std::vector<Obligation>& obligations) {
  auto rows = Value::array();
  for (const auto& obligation : obligations) rows.push(obligation_row(site, obligation));
  return rows;
}

Response of_grant(const Site& site, const Request& request, const Input* typed = nullptr, const Error* error = nullptr) {
  struct Read {
    Result<Grant> grant;
    std::vector<Obligation> obligations = {};
    std::vector<std::pair<std::int64_t, std::string>> owners = {};
  };
  const auto read = reading(site.database, [&](Session& session) {
    Read found{.grant = find_grant(session, request.path_id("id"))};
    if (!found.grant) return found;
    found.obligations = list_obligations(session, found.grant->id, "");
    found.owners = list_owners(session);
    return found;
  });
  if (!read.grant) return error_page(site, read.grant.error(), request);
  std::vector<Choice> owners = {{"", "Nobody yet"}};
  for (const auto& [id, name] : read.owners) owners.push_back({std::to_string(id), name});
  auto errors = error == nullptr ? std::vector<FieldError>{} : error->fields;
  if (error != nullptr && errors.empty()) errors.push_back({"", error->code, error->message});
  const Input empty;
  Form form(typed == nullptr ? empty : *typed, errors);
  form.section("Add an obligation")
      .choice("kind", "Kind", {{"report", "Report"}, {"deliverable", "Deliverable"}, {"audit", "Audit"}, {"other", "Other"}},
              {.required = true, .columns = 4})
      .text("title", "Title", {.required = true, .columns = 8})
      .date("due_on", "Due on", {.required = true, .columns = 4})
      .choice("owner_id", "Owner", owners, {.columns = 8});
  Value data;
  data.set("grant", grant_head(*read.grant, "obligations"));
  data.set("rows", rows_of(site, read.obligations));
  data.set("form", form.value(path_of(read.grant->id), "Add obligation", ""));
  return page(site, request,
              {.title = "Obligations of " + read.grant->title, .name = "obligations", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = grant_crumbs(*read.grant, "Obligations")});
}

Response of_all(const Site& site, const Request& request) {
  const auto state = std::string(request.query_param("state").value_or("due"));
  const auto list = reading(site.database, [&](Session& session) { return list_obligations(session, 0, state == "all" ? "" : state); });
  Value data;
  data.set("rows", rows_of(site, list));
  data.set("all", true);
  return page(site, request, {.title = "Obligations", .name = "obligations", .data = std::move(data)});
}

Response add_on_page(const Site& site, const Request& request) {
  const auto grant_id = request.path_id("id");
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = record_obligation(transaction, grant_id, input);
        if (!id) return id.error();
        return path_of(grant_id) + "?done=created";
      },
      [&](const Input& input, const Error& error) { return of_grant(site, request, &input, &error); });
}

Response change_on_page(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const ObligationAct on{request.path_id("id"), request.path_id("obligation"), *version};
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto changed = change_obligation_state(transaction, on, *input);
    if (!changed) return changed.error();
    return http::see_other(path_of(on.grant_id) + "?done=changed");
  });
}

Response api_list(const Site& site, const Request& request) {
  const auto list = reading(site.database, [&](Session& session) -> Result<std::vector<Obligation>> {
    const auto grant = find_grant(session, request.path_id("id"));
    if (!grant) return grant.error();
    return list_obligations(session, grant->id, "");
  });
  if (!list) return http::problem(list.error(), request);
  Value::Array rows;
  for (const auto& obligation : *list) rows.push_back(obligation_value(obligation));
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""},     {.name = "kind", .label = ""},
                                               {.name = "title", .label = ""},  {.name = "due_on", .label = ""},
                                               {.name = "owner_name", .label = ""}, {.name = "state", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Result<Response> answer(Transaction& transaction, std::int64_t grant_id, std::int64_t id, int status) {
  const auto obligation = find_obligation(transaction.session, grant_id, id);
  if (!obligation) return obligation.error();
  return http::json(obligation_value(*obligation), status).with("ETag", etag_of(obligation->version));
}

Response api_add(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_obligation(transaction, request.path_id("id"), input);
    if (!id) return id.error();
    return answer(transaction, request.path_id("id"), *id, 201);
  });
}

Response api_change(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const ObligationAct on{request.path_id("id"), request.path_id("obligation"), version};
    const auto changed = change_obligation_state(transaction, on, input);
    if (!changed) return changed.error();
    return answer(transaction, on.grant_id, on.obligation_id, 200);
  });
}

}  // namespace

void add_obligation_routes(http::Router& router, const Site& site) {
  using http::Method;
  Value properties;
  for (const auto* name : {"kind", "title", "due_on", "state"}) properties.set(name, Value::object({{"type", "string"}}));
  for (const auto* name : {"id", "version", "grant_id"}) {
    properties.set(name, Value::object({{"type", "integer"}, {"readOnly", true}}));
  }
  properties.set("owner_id", Value::object({{"type", Value::Array{"integer", "null"}}}));
  properties.set("owner_name", Value::object({{"type", "string"}, {"readOnly", true}}));
  router.add_schema("Obligation", Value::object({{"type", "object"}, {"properties", std::move(properties)}}));
  const auto add = [&](Method method, const char* pattern, Response (*handle)(const Site&, const Request&),
                       const char* summary = "", bool list = false, int status = 200) {
    router.add({.method = method, .pattern = pattern,
                .action = method == Method::kGet ? Action::kReadFunding : Action::kWriteFunding,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = {.summary = summary, .tag = "obligations",
                        .request_schema = method == Method::kGet ? "" : "Obligation", .response_schema = "Obligation",
                        .list = list, .success_status = status}});
  };
  add(Method::kGet, "/obligations", of_all);
  add(Method::kGet, "/grants/{id}/obligations", [](const Site& at, const Request& request) { return of_grant(at, request); });
  add(Method::kPost, "/grants/{id}/obligations", add_on_page);
  add(Method::kPost, "/grants/{id}/obligations/{obligation}/state", change_on_page);
  add(Method::kGet, "/api/v1/grants/{id}/obligations", api_list, "Obligations of a grant, by due date", true);
  add(Method::kPost, "/api/v1/grants/{id}/obligations", api_add, "Add an obligation", false, 201);
  add(Method::kPost, "/api/v1/grants/{id}/obligations/{obligation}/state", api_change, "Move an obligation's state");
}

}  // namespace kindling
