// The platform's own budgets as JSON: versions, lines with their sources, and the matrix of needs, sources and months.
#include "budgets/platform_budget_page.hpp"
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

constexpr std::size_t kGridBytesMax = 512 * 1024;

Result<Response> answer(Session& session, std::int64_t id, int status = 200) {
  const auto budget = find_platform_budget(session, id);
  if (!budget) return budget.error();
  auto value = platform_budget_value(*budget);
  auto lines = Value::array();
  for (const auto& line : list_platform_lines(session, id)) lines.push(platform_line_value(line, budget->currency));
  value.set("lines", std::move(lines));
  auto response = http::json(value, status);
  response.with("ETag", etag_of(budget->version));
  if (status == 201) response.with("Location", "/api/v1" + platform_budget_path(id));
  return response;
}

Response api_list(const Site& site, const Request& request) {
  Value::Array rows;
  for (const auto& budget : reading(site.database, [](Session& session) { return list_platform_budgets(session); })) {
    rows.push_back(platform_budget_value(budget));
  }
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""},     {.name = "year", .label = ""},
                                               {.name = "number", .label = ""}, {.name = "state", .label = ""},
                                               {.name = "currency", .label = ""}, {.name = "needed", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  auto response = reading(site.database, [&](Session& session) { return answer(session, request.path_id("budget")); });
  return response ? *std::move(response) : http::problem(response.error(), request);
}

Response api_begin(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = draft_platform_budget(transaction, input, Currency::of(site.config.currency));
    if (!id) return id.error();
    return answer(transaction.session, *id, 201);
  });
}

Response api_take(const Site& site, const Request& request, PlatformStep step) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const PlatformBudgetAct on{request.path_id("budget"), version};
    const auto outcome = step(transaction, on, input);
    if (!outcome) return outcome.error();
    return answer(transaction.session, on.budget_id);
  });
}

// Need x source x month, from which a funding gap is computed.
Response api_months(const Site& site, const Request& request) {
  const auto read = read_platform_budget(site, request.path_id("budget"));
  if (!read.budget) return http::problem(read.budget.error(), request);
  const auto text = [&](std::int64_t minor) { return to_string(Money{minor, read.budget->currency}); };
  Value::Array rows;
  for (const auto& cell : read.months) {
    rows.push_back(Value::object({{"need", cell.need},
                                  {"funding_source_id", cell.funding_source_id == 0 ? Value() : Value(cell.funding_source_id)},
                                  {"source", cell.source_name},
                                  {"year", read.budget->year},
                                  {"month", cell.month},
                                  {"currency", read.budget->currency.code()},
                                  {"needed", text(cell.needed_minor)},
                                  {"planned", text(cell.planned_minor)},
                                  {"weighted", text(cell.weighted_minor)}}));
  }
  std::vector<Column> columns;
  for (const auto* name : {"need", "funding_source_id", "source", "year", "month", "currency", "needed", "planned", "weighted"}) {
    columns.push_back({.name = name, .label = ""});
  }
  return list_answer(request, columns, rows, "");
}

http::ApiDoc doc(const char* summary, const char* body, const char* answers, int status = 200) {
  return {.summary = summary, .tag = "platform-budgets", .request_schema = body, .response_schema = answers,
          .success_status = status};
}

}  // namespace

void add_platform_budget_api_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("PlatformBudget", object_schema({"id:integer", "version:integer", "year:integer", "number:integer",
                                                     "currency", "state", "needed", "reason", "lines:array"}));
  router.add_schema("PlatformMonth", object_schema({"need", "source", "year:integer", "month:integer", "currency", "needed",
                                                    "planned", "weighted", "funding_source_id:integer?"}));
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler, http::ApiDoc about) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler),
                .doc = std::move(about), .body_bytes_max = kGridBytesMax});
  };
  const std::string all = "/api/v1/platform-budgets", one = all + "/{budget}";
  auto list = doc("The platform's own budgets, the latest year first", "", "PlatformBudget");
  list.list = true;
  add(Method::kGet, all, Action::kReadFunding, [&](const Request& request) { return api_list(site, request); }, list);
  add(Method::kPost, all, Action::kWriteFunding, [&](const Request& request) { return api_begin(site, request); },
      doc("Begin the budget of a year", "PlatformBudget", "PlatformBudget", 201));
  add(Method::kGet, one, Action::kReadFunding, [&](const Request& request) { return api_one(site, request); },
      doc("One version with its needs and planned sources", "", "PlatformBudget"));
  auto months = doc("Need x source x month: needed, planned, weighted by probability", "", "PlatformMonth");
  months.list = true;
  add(Method::kGet, one + "/months", Action::kReadFunding, [&](const Request& request) { return api_months(site, request); },
      months);
  add(Method::kPut, one, Action::kWriteFunding,
      [&](const Request& request) { return api_take(site, request, save_platform_budget); },
      doc("Replace all lines of a draft", "PlatformBudget", "PlatformBudget"));
  add(Method::kPost, one + "/submit", Action::kWriteFunding,
      [&](const Request& request) { return api_take(site, request, submit_platform_budget); },
      doc("Submit a draft", "", "PlatformBudget"));
  add(Method::kPost, one + "/approve", Action::kApproveBudget,
      [&](const Request& request) { return api_take(site, request, approve_platform_budget); },
      doc("Approve what somebody else submitted", "", "PlatformBudget"));
  add(Method::kPost, one + "/return", Action::kApproveBudget,
      [&](const Request& request) { return api_take(site, request, return_platform_budget); },
      doc("Return a version to its author, with a reason", "", "PlatformBudget"));
}

}  // namespace kindling
