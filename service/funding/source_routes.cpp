#include "audit/audit.hpp"
#include "funding/routes.hpp"
#include "funding/source_store.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/sources/" + std::to_string(id); }

// ---- Use cases ----

void audit(Transaction& transaction, const char* action, std::int64_t id) {
  record_audit(transaction, {.action = action, .object_kind = "funding_source", .object_id = id, .fields = {}, .reason = {}});
}

Result<std::int64_t> record_source(Transaction& transaction, const Input& input) {
  const auto source = parse_source(input);
  if (!source) return source.error();
  const auto id = insert_source(transaction, *source);
  audit(transaction, "source.recorded", id);
  return id;
}

Outcome change_source(Transaction& transaction, std::int64_t id, int expected, const Input& input) {
  const auto before = find_source(transaction.session, id);
  if (!before) return before.error();
  if (before->kind == "grant") return conflict("source_is_of_a_grant", "Change the grant itself; its source follows.");
  if (before->kind == "campaign") return conflict("source_is_of_a_campaign", "Change the campaign itself; its source follows.");
  const auto source = parse_source(input);
  if (!source) return source.error();
  if (!update_source(transaction, id, expected, *source)) return stale();
  audit(transaction, "source.changed", id);
  return kOk;
}

// ---- Pages ----

Value row_of(const Source& source) {
  auto row = source_value(source);
  row.set("href", source.grant_id ? "/grants/" + std::to_string(*source.grant_id) : path_of(source.id) + "/edit");
  row.set("planned_amount_display", source.planned ? to_display(*source.planned) : std::string("not known"));
  row.set("basis_display", source.basis == "in_kind" ? "in kind" : "cash");
  return row;
}

Response show_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"id"}, {"kind"});
  if (!query) return error_page(site, query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_sources(session, *query); });
  Value::Array rows;
  for (const auto& source : list.sources) rows.push_back(row_of(source));
  static const std::vector<Column> kColumns = {
      {.name = "name", .label = "Source", .href = "href"},  {.name = "kind", .label = "Kind"},
      {.name = "organisation_name", .label = "From"},       {.name = "basis", .label = "Basis"},
      {.name = "planned_amount", .label = "Planned", .number = true}, {.name = "starts_on", .label = "Starts"}};
  auto kinds = Value::array();
  for (const auto* kind : {"grant", "contribution", "campaign", "other"}) {
    kinds.push(Value::object({{"kind", kind}, {"selected", query->filter("kind") == kind}}));
  }
  Value data;
  data.set("search", query->search);
  data.set("kinds", std::move(kinds));
  data.set("table", table(request, *query, kColumns, rows, list.next_cursor));
  return page(site, request, {.title = "Funding sources", .name = "sources", .data = std::move(data)});
}

Response form_page(const Site& site, const Request& request, std::int64_t id, const Input& typed, const Error* error) {
  auto errors = error == nullptr ? std::vector<FieldError>{} : error->fields;
  if (error != nullptr && errors.empty()) errors.push_back({"", error->code, error->message});
  std::vector<Choice> givers = {{"", "Nobody in particular"}};
  for (const auto& [giver, name] : reading(site.database, [](Session& session) { return list_givers(session); })) {
    givers.push_back({std::to_string(giver), name});
  }
  Form form(typed, errors);
  form.section("Funding source", "A grant is recorded under Grants, a donation campaign under Campaigns; here stands what else carries the platform.")
      .choice("kind", "Kind", {{"contribution", "Contribution of an organisation's budget"},
                               {"other", "Other income"}}, {.required = true, .columns = 6})
      .choice("basis", "Basis", {{"cash", "Cash"}, {"in_kind", "In kind: goods, services, time"}}, {.required = true, .columns = 6})
      .text("name", "Name", {.required = true})
      .choice("organisation_id", "From", givers, {.columns = 6})
      .amount("planned_amount", "Planned amount", {.columns = 3})
      .text("currency", "Currency", {.required = true, .columns = 3})
      .date("starts_on", "Starts", {.required = true, .columns = 4})
      .date("ends_on", "Ends", {.columns = 4})
      .percent("probability", "Probability", {.columns = 4})
      .area("notes", "Notes");
  if (id != 0) form.hidden("version", std::string(typed.text("version")));
  Value data;
  data.set("title", id == 0 ? "New funding source" : "Change funding source");
  data.set("form", form.value(id == 0 ? std::string("/sources") : path_of(id),
                              id == 0 ? "Record source" : "Save changes", "/sources"));
  return page(site, request,
              {.title = "Funding source", .name = "organisation_form", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Sources", "/sources"}, {id == 0 ? "New" : "Change", ""}}});
}

Response create(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto id = record_source(transaction, *input);
               if (!id) return id.error();
               return http::see_other("/sources?done=created");
             },
             [&](const Error& error) { return form_page(site, request, 0, *input, &error); });
}

Response change(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto changed = change_source(transaction, id, version, input);
        if (!changed) return changed.error();
        return std::string("/sources?done=saved");
      },
      [&](const Input& input, const Error& error) { return form_page(site, request, id, input, &error); });
}

// ---- API ----

Response api_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"id"}, {"kind"});
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_sources(session, *query); });
  Value::Array rows;
  for (const auto& source : list.sources) rows.push_back(source_value(source));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},    {.name = "kind", .label = ""},     {.name = "name", .label = ""},
      {.name = "basis", .label = ""}, {.name = "currency", .label = ""}, {.name = "planned_amount", .label = ""}};
  return list_answer(request, kColumns, rows, list.next_cursor);
}

Result<Response> answer(Session& session, std::int64_t id, int status) {
  const auto source = find_source(session, id);
  if (!source) return source.error();
  auto response = http::json(source_value(*source), status);
  response.with("ETag", etag_of(source->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response api_one(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_source(transaction, input);
    if (!id) return id.error();
    return answer(transaction.session, *id, 201);
  });
}

Response api_change(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto changed = change_source(transaction, request.path_id("id"), version, input);
    if (!changed) return changed.error();
    return answer(transaction.session, request.path_id("id"), 200);
  });
}

Value schema() {
  Value properties;
  for (const auto* name : {"kind", "name", "basis", "currency", "starts_on", "probability"}) {
    properties.set(name, Value::object({{"type", "string"}}));
  }
  for (const auto* name : {"planned_amount", "ends_on", "notes"}) {
    properties.set(name, Value::object({{"type", Value::Array{"string", "null"}}}));
  }
  properties.set("organisation_id", Value::object({{"type", Value::Array{"integer", "null"}}}));
  for (const auto* name : {"id", "version"}) properties.set(name, Value::object({{"type", "integer"}, {"readOnly", true}}));
  properties.set("organisation_name", Value::object({{"type", "string"}, {"readOnly", true}}));
  properties.set("grant_id", Value::object({{"type", Value::Array{"integer", "null"}}, {"readOnly", true}}));
  return Value::object({{"type", "object"}, {"properties", std::move(properties)}});
}

}  // namespace

void add_source_routes(http::Router& router, const Site& site) {
  using http::Method;
  const auto add = [&](Method method, const char* pattern, Response (*handle)(const Site&, const Request&),
                       const char* summary = "", bool list = false, int status = 200) {
    const bool write = method != Method::kGet || std::string_view(pattern).ends_with("/new") ||
                       std::string_view(pattern).ends_with("/edit");
    router.add({.method = method, .pattern = pattern, .action = write ? Action::kWriteFunding : Action::kReadFunding,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = {.summary = summary, .tag = "sources",
                        .request_schema = method == Method::kGet ? "" : "FundingSource", .response_schema = "FundingSource",
                        .list = list, .query = list ? std::vector<std::string>{"kind"} : std::vector<std::string>{},
                        .success_status = status}});
  };
  router.add_schema("FundingSource", schema());
  add(Method::kGet, "/sources", show_list);
  add(Method::kPost, "/sources", create);
  add(Method::kGet, "/sources/new", [](const Site& at, const Request& request) {
    Input typed;
    typed.set("currency", at.config.currency);
    typed.set("probability", "100");
    return form_page(at, request, 0, typed, nullptr);
  });
  add(Method::kGet, "/sources/{id}/edit", [](const Site& at, const Request& request) {
    const auto source = reading(at.database, [&](Session& session) { return find_source(session, request.path_id("id")); });
    if (!source) return error_page(at, source.error(), request);
    return form_page(at, request, source->id, typed_of(*source), nullptr);
  });
  add(Method::kPost, "/sources/{id}", change);
  add(Method::kGet, "/api/v1/sources", api_list, "Funding sources, newest first", true);
  add(Method::kPost, "/api/v1/sources", api_create, "Record a funding source", false, 201);
  add(Method::kGet, "/api/v1/sources/{id}", api_one, "One funding source");
  add(Method::kPut, "/api/v1/sources/{id}", api_change, "Change a funding source");
}

}  // namespace kindling
