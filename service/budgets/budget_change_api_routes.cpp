#include "budgets/budget_change_page.hpp"
#include "budgets/budget_change_store.hpp"
#include "budgets/record_budget_change.hpp"
#include "budgets/routes.hpp"
#include "funding/grant_store.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kChangesBytesMax = 512 * 1024;

Response api_list(const Site& site, const Request& request) {
  const auto changes = reading(site.database, [&](Session& session) -> Result<std::vector<BudgetChange>> {
    const auto grant = find_grant(session, request.path_id("id"));
    if (!grant) return grant.error();
    return list_budget_changes(session, grant->id);
  });
  if (!changes) return http::problem(changes.error(), request);
  Value::Array rows;
  for (const auto& change : *changes) rows.push_back(budget_change_value(change));
  std::vector<Column> columns;
  for (const auto* name : {"number", "kind", "state", "justification", "funder_reference", "agreed_on", "currency",
                           "moved", "awarded_before", "awarded_amount", "ends_before", "ends_on", "funding_rate_before",
                           "funding_rate", "from_version", "to_version", "requested_by",
                           "requested_at", "decided_by", "decided_at", "reason"}) {
    columns.push_back({.name = name, .label = ""});
  }
  return list_answer(request, columns, rows, "");
}

// A change with the lines that a transfer moves, as it stands in the session.
Result<Response> answer(Session& session, std::int64_t grant_id, int number, int status = 200) {
  const auto change = find_budget_change(session, grant_id, number);
  if (!change) return change.error();
  auto value = budget_change_value(*change);
  auto changes = Value::array();
  for (const auto& delta : list_transfer_deltas(session, change->id)) {
    changes.push(Value::object({{"budget_line_id", delta.budget_line_id},
                                {"amount", to_string(Money{delta.delta_minor, change->moved.currency})}}));
  }
  value.set("changes", std::move(changes));
  auto response = http::json(value, status);
  response.with("ETag", etag_of(change->version));
  if (status == 201) response.with("Location", "/api/v1" + modification_path(grant_id, number));
  return response;
}

Response api_one(const Site& site, const Request& request) {
  auto response = reading(site.database, [&](Session& session) {
    return answer(session, request.path_id("id"), change_number_of(request));
  });
  return response ? *std::move(response) : http::problem(response.error(), request);
}

using Begin = Result<int> (*)(Transaction&, std::int64_t, const Input&, Date);

Result<int> begin_transfer(Transaction& transaction, std::int64_t grant_id, const Input& input, Date) {
  return request_transfer(transaction, grant_id, input);
}

Response api_begin(const Site& site, const Request& request, Begin begin) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto grant_id = request.path_id("id");
    const auto number = begin(transaction, grant_id, input, today(site.config.time_zone));
    if (!number) return number.error();
    return answer(transaction.session, grant_id, *number, 201);
  });
}

using Verb = Outcome (*)(Transaction&, const BudgetChangeAct&, const Input&);

Response api_step(const Site& site, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const BudgetChangeAct on{request.path_id("id"), change_number_of(request), version, today(site.config.time_zone)};
    const auto outcome = verb(transaction, on, input);
    if (!outcome) return outcome.error();
    return answer(transaction.session, on.grant_id, on.number);
  });
}

http::ApiDoc doc(const char* summary, const char* body, int status = 200) {
  return {.summary = summary, .tag = "budgets", .request_schema = body, .response_schema = "BudgetChange",
          .success_status = status};
}

}  // namespace

void add_budget_change_api_routes(http::Router& router, const Site& site) {
  using http::Method;
  const std::string grant = "/api/v1/grants/{id}", all = grant + "/modifications", one = all + "/{number}";
  router.add_schema("BudgetChange",
                    object_schema({"number:integer", "version:integer", "grant_id:integer", "from_version:integer",
                                   "to_version:integer?", "kind", "state", "justification", "currency", "moved",
                                   "awarded_before", "awarded_amount", "ends_before", "ends_on", "funding_rate_before",
                                   "funding_rate", "requested_by", "requested_at:string?", "decided_by:string?",
                                   "decided_at:string?", "funder_reference:string?", "agreed_on:string?", "reason:string?",
                                   "changes:array"}));
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler, http::ApiDoc about) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler),
                .doc = std::move(about), .body_bytes_max = kChangesBytesMax});
  };
  auto list = doc("The register of modifications: transfers and amendments, newest first", "");
  list.list = true;
  add(Method::kGet, all, Action::kReadFunding, [&](const Request& request) { return api_list(site, request); }, list);
  add(Method::kGet, one, Action::kReadFunding, [&](const Request& request) { return api_one(site, request); },
      doc("One transfer or amendment", ""));
  add(Method::kPost, grant + "/transfers", Action::kWriteFunding,
      [&](const Request& request) { return api_begin(site, request, begin_transfer); },
      doc("Ask for a transfer between lines of the budget in force", "BudgetChange", 201));
  add(Method::kPost, grant + "/amendments", Action::kWriteFunding,
      [&](const Request& request) { return api_begin(site, request, draft_amendment); },
      doc("Begin an amendment: its draft version takes the changed lines", "BudgetChange", 201));
  add(Method::kPut, one, Action::kWriteFunding,
      [&](const Request& request) { return api_step(site, request, save_amendment); },
      doc("Change the terms of an amendment that is a draft", "BudgetChange"));
  struct Step {
    const char* tail;
    Verb verb;
    Action action;
    const char* summary;
  };
  for (const auto& step : {Step{"/submit", submit_amendment, Action::kWriteFunding, "Submit an amendment"},
                           Step{"/approve", approve_change, Action::kApproveBudget,
                                "Approve what somebody else asked for: the next version is in force at once"},
                           Step{"/decline", decline_change, Action::kApproveBudget,
                                "Refuse a transfer, or return an amendment, with a reason"},
                           Step{"/withdraw", withdraw_change, Action::kWriteFunding, "Withdraw, with a reason"}}) {
    add(Method::kPost, one + step.tail, step.action,
        [&, step](const Request& request) { return api_step(site, request, step.verb); },
        doc(step.summary, ""));
  }
}

}  // namespace kindling
