#include <charconv>

#include "budgets/budget_change_store.hpp"
#include "budgets/budget_comparison.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/figures_answer.hpp"
#include "budgets/routes.hpp"
#include "funding/grant_page.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

struct Compared {
  BudgetContext context;
  std::vector<BudgetVersion> versions;  // newest first
  int from = 0, to = 0;
  BudgetComparison comparison;
  std::vector<ChangedTerm> terms = {};  // of the agreement, that differ between the two
};

// A version's number in the query; 0 where none is given, -1 where it is none.
int number_in(const Request& request, const char* name) {
  const auto text = request.query_param(name).value_or("");
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty()) return 0;
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : -1;
}

// Without numbers: the newest version and the one before it.
Result<Compared> compare(const Site& site, const Request& request) {
  return reading(site.database, [&](Session& session) -> Result<Compared> {
    const auto grant_id = request.path_id("id");
    auto context = find_budget_context(session, grant_id);
    if (!context) return context.error();
    Compared compared{.context = *std::move(context), .versions = list_budget_versions(session, grant_id), .comparison = {}};
    const auto newest = compared.versions.empty() ? 0 : compared.versions.front().number;
    compared.to = number_in(request, "to");
    if (compared.to == 0) compared.to = newest;
    compared.from = number_in(request, "from");
    if (compared.from == 0) compared.from = std::max(compared.to - 1, 1);
    std::vector<BudgetLine> lines[2];
    for (const auto& [number, name, at] : {std::tuple{compared.from, "from", 0}, std::tuple{compared.to, "to", 1}}) {
      const auto version = find_budget_version(session, grant_id, std::max(number, 0));
      if (!version) return invalid_field(name, "budget_version_not_found", "Choose one of the versions of this budget.");
      lines[at] = list_budget_lines(session, version->id);
    }
    compared.comparison = compare_budgets(lines[0], lines[1], compared.context);
    const auto changes = list_budget_changes(session, grant_id);
    compared.terms = changed_terms(terms_with_version(changes, compared.context.grant, compared.from),
                                   terms_with_version(changes, compared.context.grant, compared.to));
    return compared;
  });
}

Value options(const std::vector<BudgetVersion>& versions, int chosen) {
  auto made = Value::array();
  for (const auto& version : versions) {
    made.push(Value::object({{"number", version.number}, {"state", version.state}, {"selected", version.number == chosen}}));
  }
  return made;
}

Response comparison_page(const Site& site, const Request& request) {
  const auto compared = compare(site, request);
  if (!compared) return error_page(site, compared.error(), request);
  const auto& grant = compared->context.grant;
  Value data;
  data.set("grant", grant_head(grant, "budget"));
  data.set("action", grant_path(grant) + "/budget/comparison");
  data.set("from_options", options(compared->versions, compared->from));
  data.set("to_options", options(compared->versions, compared->to));
  data.set("from", compared->from);
  data.set("to", compared->to);
  auto terms = Value::array();
  for (const auto& term : compared->terms) {
    terms.push(Value::object({{"term", term.label}, {"was", term.before_shown}, {"becomes", term.after_shown}}));
  }
  data.set("terms", std::move(terms));
  data.set("comparison", comparison_display(compared->comparison, grant.currency));
  return page(site, request, {.title = "Compare budget versions of " + grant.title, .name = "budget_comparison",
                              .data = std::move(data), .crumbs = grant_crumbs(grant, "Compare versions")});
}

Response api_comparison(const Site& site, const Request& request) {
  const auto compared = compare(site, request);
  if (!compared) return http::problem(compared.error(), request);
  auto value = comparison_value(compared->comparison, compared->context.grant.currency);
  if (wants_csv(request)) {
    static const std::vector<Column> kColumns = {
        {.name = "budget_line_id", .label = ""}, {.name = "change", .label = ""}, {.name = "label", .label = ""},
        {.name = "was", .label = ""},            {.name = "before", .label = ""}, {.name = "after", .label = ""},
        {.name = "difference", .label = ""}};
    return list_answer(request, kColumns, std::get<Value::Array>(value.find("lines")->data()), "");
  }
  value.set("grant_id", compared->context.grant.id);
  value.set("currency", compared->context.grant.currency.code());
  auto terms = Value::array();
  for (const auto& term : compared->terms) {
    terms.push(Value::object({{"term", term.name}, {"before", term.before}, {"after", term.after}}));
  }
  value.set("terms", std::move(terms));
  value.set("from", compared->from);
  value.set("to", compared->to);
  return http::json(value);
}

}  // namespace

void add_budget_comparison_routes(http::Router& router, const Site& site) {
  router.add_schema("BudgetComparison",
                    object_schema({"grant_id:integer", "from:integer", "to:integer", "currency", "direct:object",
                                   "indirect:object", "total:object", "lines:array", "by_category:array", "terms:array"}));
  const std::string path = "/grants/{id}/budget/comparison";
  router.add({.method = http::Method::kGet, .pattern = path, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return comparison_page(site, request); }});
  router.add({.method = http::Method::kGet, .pattern = "/api/v1" + path, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_comparison(site, request); },
              .doc = {.summary = "Two versions of a budget side by side; the last two where none is chosen", .tag = "budgets",
                      .response_schema = "BudgetComparison", .query = {"from", "to"}}});
}

}  // namespace kindling
