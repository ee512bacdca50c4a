#include "http/router.hpp"
#include "spending/breach_store.hpp"
#include "spending/expenditure_payment_store.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/expenditure_verbs.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/reversal_store.hpp"
#include "spending/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

const std::vector<Column> kColumns = {
    {.name = "id", .label = ""},        {.name = "state", .label = ""},       {.name = "kind", .label = ""},
    {.name = "document_on", .label = ""}, {.name = "supplier", .label = ""},  {.name = "document_number", .label = ""},
    {.name = "description", .label = ""}, {.name = "currency", .label = ""},  {.name = "amount", .label = ""},
    {.name = "reversed", .label = ""},  {.name = "charged_to", .label = ""},  {.name = "evidence_count", .label = ""}};

std::string api_path(std::int64_t id) { return "/api/v1/expenditures/" + std::to_string(id); }

Value list_row(const ListedExpenditure& cost) {
  return Value::object({{"id", cost.id},
                        {"version", cost.version},
                        {"state", cost.state},
                        {"kind", cost.kind},
                        {"document_on", to_string(cost.document_on)},
                        {"supplier", cost.supplier_name},
                        {"document_number", cost.document_number},
                        {"description", cost.description},
                        {"currency", cost.amount.currency.code()},
                        {"amount", to_string(cost.amount)},
                        {"reversed", to_string(cost.reversed)},
                        {"charged_to", cost.charged_to},
                        {"evidence_count", cost.evidence_count}});
}

Response list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"document_on", "amount"}, expenditure_filters());
  if (!query) return http::problem(query.error(), request);
  const auto found = reading(site.database, [&](Session& session) { return list_expenditures(session, *query); });
  if (!found) return http::problem(found.error(), request);
  Value::Array rows;
  for (const auto& cost : found->expenditures) rows.push_back(list_row(cost));
  return list_answer(request, kColumns, rows, found->next_cursor);
}

// With what it does to its lines while it is not approved yet; so a dry run tells every breach before anything happens.
Result<Response> answer(Session& session, std::int64_t id, int status) {
  const auto cost = find_expenditure(session, id);
  if (!cost) return cost.error();
  auto value = expenditure_value(*cost);
  const bool open = cost->state == "draft" || cost->state == "submitted";
  value.set("impact", open ? impact_value(find_impact(session, id), *cost) : Value());
  auto reversals = Value::array();
  for (const auto& reversal : list_reversals(session, *cost)) reversals.push(reversal_value(reversal));
  auto overrides = Value::array();
  for (const auto& made : list_overrides(session, id)) {
    overrides.push(Value::object({{"code", made.code}, {"excess", to_string(made.excess)}, {"reason", made.reason}}));
  }
  value.set("reversals", std::move(reversals));
  value.set("overrides", std::move(overrides));
  auto differences = Value::array();
  for (const auto& made : exchange_differences_of(*cost, list_posted_differences(session, id))) {
    differences.push(exchange_difference_value(made));
  }
  value.set("exchange_differences", std::move(differences));
  return http::json(value, status).with("ETag", etag_of(cost->version));
}

Response one(const Site& site, const Request& request) {
  const auto found = reading(site.database,
                             [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *found : http::problem(found.error(), request);
}

Response create(const Site& site, const Request& request, const Programmes& programmes) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = draft_expenditure(transaction, programmes, input, today(site.config.time_zone));
    if (!id) return id.error();
    auto response = answer(transaction.session, *id, 201);
    if (response) response->with("Location", api_path(*id));
    return response;
  });
}

// Runs `work` on the expenditure as the client knew it.
template <typename Work>
Response change(const Site& site, const Request& request, Work work) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const ExpenditureAct on{request.path_id("id"), version, today(site.config.time_zone)};
    const auto outcome = work(transaction, on, input);
    if (!outcome) return outcome.error();
    return answer(transaction.session, on.id, 200);
  });
}

Value text_type() { return Value::object({{"type", "string"}}); }

// Of one, and of a row of the list.
Value schema() {
  return object_schema({"id:integer", "version:integer", "evidence_count:integer", "state", "kind", "supplier", "document_on",
                        "description", "currency", "amount", "reversed", "allocated", "returned_reason", "charged_to",
                        "document_number:string?", "paid_on:string?", "paid_amount:string?", "paid_currency:string?",
                        "supplier_id:integer?", "entry_id:integer?", "payment_entry_id:integer?", "staff:object?",
                        "in_kind:object?", "impact:object?", "allocations:array", "reversals:array", "overrides:array",
                        "exchange_differences:array"});
}

// What is sent: one flat object.
Value request_schema() {
  Value properties;
  for (const auto* name : {"kind", "document_number", "document_on", "paid_on", "paid_amount", "paid_currency", "description", "currency", "amount",
                           "person", "works_from", "works_to", "working_time_factor", "personnel_cost", "days",
                           "in_kind_of", "valuation_basis", "another_because"}) {
    properties.set(name, text_type());
  }
  for (const auto* name : {"supplier_id", "another_than"}) properties.set(name, Value::object({{"type", "integer"}}));
  Value part;
  for (const auto* name : {"used_as", "category", "ineligible_reason", "need", "amount", "share"}) part.set(name, text_type());
  for (const auto* name : {"grant_id", "budget_line_id", "commitment_id", "fund_id", "partner_id"}) {
    part.set(name, Value::object({{"type", "integer"}}));
  }
  properties.set("allocations",
                 Value::object({{"type", "array"},
                                {"items", Value::object({{"type", "object"}, {"properties", std::move(part)}})}}));
  return Value::object({{"type", "object"},
                        {"required", Value::Array{"kind", "document_on", "description", "currency"}},
                        {"properties", std::move(properties)}});
}

http::ApiDoc doc(const char* summary, const char* body, int status) {
  return {.summary = summary, .tag = "expenditures", .request_schema = body, .response_schema = "Expenditure",
          .success_status = status};
}

}  // namespace

void add_expenditure_api_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  using http::Method;
  const std::string all = "/api/v1/expenditures", single = all + "/{id}";
  router.add_schema("Expenditure", schema());
  router.add_schema("NewExpenditure", request_schema());
  auto list_doc = doc("Expenditures, by date", "", 200);
  list_doc.list = true;
  list_doc.query = expenditure_filters();
  router.add({.method = Method::kGet, .pattern = all, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return list(site, request); }, .doc = list_doc});
  router.add({.method = Method::kPost, .pattern = all, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return create(site, request, programmes); },
              .doc = doc("Enter an expenditure as a draft", "NewExpenditure", 201)});
  router.add({.method = Method::kGet, .pattern = single, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return one(site, request); },
              .doc = doc("One expenditure; while it is not approved, with what it does to its lines", "", 200)});
  router.add({.method = Method::kPut, .pattern = single, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) {
                return change(site, request, [&](Transaction& t, const ExpenditureAct& on, const Input& input) {
                  return change_expenditure(t, programmes, on, input);
                });
              },
              .doc = doc("Change a draft", "NewExpenditure", 200)});
  for (const auto& verb : expenditure_verbs()) {
    router.add({.method = Method::kPost, .pattern = single + "/" + verb.name, .action = verb.action,
                .handler = [&](const Request& request) { return change(site, request, verb.run); },
                .doc = doc(verb.summary, "", 200)});
  }
}

}  // namespace kindling
