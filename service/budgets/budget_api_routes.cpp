#include "budgets/budget_store.hpp"
#include "budgets/budget_value.hpp"
#include "budgets/record_budget.hpp"
#include "budgets/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kLinesBytesMax = 1024 * 1024;

int number_of(const Request& request) {
  const auto number = request.path_id("number");
  return number > 0 && number < INT32_MAX ? static_cast<int>(number) : 0;
}

Response list_versions(const Site& site, const Request& request) {
  const auto versions = reading(site.database, [&](Session& session) -> Result<std::vector<BudgetVersion>> {
    const auto context = find_budget_context(session, request.path_id("id"));
    if (!context) return context.error();
    return list_budget_versions(session, context->grant.id);
  });
  if (!versions) return http::problem(versions.error(), request);
  Value::Array rows;
  for (const auto& version : *versions) rows.push_back(budget_version_value(version));
  static const std::vector<Column> kColumns = {{.name = "number", .label = ""}, {.name = "state", .label = ""},
                                               {.name = "reason", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

// A version with its lines, as it stands in the session.
Result<Response> version_answer(Session& session, std::int64_t grant_id, int number, int status) {
  const auto context = find_budget_context(session, grant_id);
  if (!context) return context.error();
  const auto version = find_budget_version(session, grant_id, number);
  if (!version) return version.error();
  const auto lines = list_budget_lines(session, version->id);
  auto value = budget_version_value(*version);
  auto rows = Value::array();
  for (const auto& line : lines) {
    rows.push(Value::object({{"id", line.id},
                             {"continues", line.continues_id ? Value(*line.continues_id) : Value()},
                             {"work_package", line.work_package},
                             {"category", line.category_code},
                             {"partner", line.partner_id ? Value(std::to_string(*line.partner_id)) : Value()},
                             {"starts_on", line.starts_on ? Value(to_string(*line.starts_on)) : Value()},
                             {"ends_on", line.ends_on ? Value(to_string(*line.ends_on)) : Value()},
                             {"description", line.description},
                             {"amount", to_string(Money{line.amount_minor, context->grant.currency})}}));
  }
  value.set("lines", std::move(rows));
  auto response = http::json(value, status);
  response.with("ETag", etag_of(version->version));
  if (status == 201) {
    response.with("Location", "/api/v1/grants/" + std::to_string(grant_id) + "/budget/versions/" + std::to_string(number));
  }
  return response;
}

Response read_version(const Site& site, const Request& request) {
  auto response = reading(site.database, [&](Session& session) {
    return version_answer(session, request.path_id("id"), number_of(request), 200);
  });
  return response ? *std::move(response) : http::problem(response.error(), request);
}

Response draft(const Site& site, const Request& request) {
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto number = draft_budget(transaction, request.path_id("id"));
    if (!number) return number.error();
    return version_answer(transaction.session, request.path_id("id"), *number, 201);
  });
}

using Change = Outcome (*)(Transaction&, const BudgetAct&, const Input&);

Response change(const Site& site, const Request& request, Change what) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const BudgetAct on{request.path_id("id"), number_of(request), version};
    const auto outcome = what(transaction, on, input);
    if (!outcome) return outcome.error();
    return version_answer(transaction.session, on.grant_id, on.number, 200);
  });
}

http::ApiDoc doc(const char* summary, const char* body, const char* answer, int status = 200) {
  return {.summary = summary, .tag = "budgets", .request_schema = body, .response_schema = answer, .success_status = status};
}

}  // namespace

void add_budget_api_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("BudgetVersion", object_schema({"grant_id:integer", "number:integer", "state", "version:integer", "reason",
                                                    "lines:array"}));
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler, http::ApiDoc about) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler),
                .doc = std::move(about), .body_bytes_max = kLinesBytesMax});
  };
  const std::string versions = "/api/v1/grants/{id}/budget/versions", one = versions + "/{number}";
  auto list = doc("Budget versions, newest first", "", "BudgetVersion");
  list.list = true;
  add(Method::kGet, versions, Action::kReadFunding,
      [&](const Request& request) { return list_versions(site, request); }, list);
  add(Method::kPost, versions, Action::kWriteFunding, [&](const Request& request) { return draft(site, request); },
      doc("Draft a new version with the lines of the active one", "", "BudgetVersion", 201));
  add(Method::kGet, one, Action::kReadFunding, [&](const Request& request) { return read_version(site, request); },
      doc("A version with its lines", "", "BudgetVersion"));
  add(Method::kPut, one, Action::kWriteFunding,
      [&](const Request& request) { return change(site, request, save_budget); },
      doc("Replace all lines of a draft", "BudgetVersion", "BudgetVersion"));
  add(Method::kPost, one + "/submit", Action::kWriteFunding,
      [&](const Request& request) {
        return change(site, request, [](Transaction& transaction, const BudgetAct& on, const Input&) {
          return submit_budget(transaction, on);
        });
      },
      doc("Submit a draft", "", "BudgetVersion"));
  add(Method::kPost, one + "/approve", Action::kApproveBudget,
      [&](const Request& request) {
        return change(site, request, [](Transaction& transaction, const BudgetAct& on, const Input&) {
          return approve_budget(transaction, on);
        });
      },
      doc("Approve what somebody else submitted", "", "BudgetVersion"));
  add(Method::kPost, one + "/withdraw", Action::kWriteFunding,
      [&](const Request& request) {
        return change(site, request, [](Transaction& transaction, const BudgetAct& on, const Input&) {
          return withdraw_budget(transaction, on);
        });
      },
      doc("Give up a draft", "", "BudgetVersion"));
  add(Method::kPost, one + "/return", Action::kApproveBudget,
      [&](const Request& request) { return change(site, request, return_budget); },
      doc("Return a version to its author, with a reason", "", "BudgetVersion"));
}

void add_budget_routes(http::Router& router, const Site& site) {
  add_budget_page_routes(router, site);
  add_budget_api_routes(router, site);
  add_budget_comparison_routes(router, site);
  add_budget_change_api_routes(router, site);
  add_modification_routes(router, site);
  add_transfer_routes(router, site);
  add_amendment_routes(router, site);
  add_platform_budget_routes(router, site);
  add_figures_page_routes(router, site);
  add_figures_api_routes(router, site);
}

}  // namespace kindling
