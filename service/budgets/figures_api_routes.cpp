// The budget endpoints that dashboards read. Answers are kept in memory and carry an ETag.
#include <algorithm>
#include <map>
#include <memory>

#include "budgets/budget_cache.hpp"
#include "budgets/budget_value.hpp"
#include "budgets/figures_answer.hpp"
#include "budgets/figures_request.hpp"
#include "budgets/routes.hpp"
#include "funding/grant_state.hpp"
#include "http/json.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

// ---- One grant ----

Response read_budget(const Site& site, BudgetCache& cache, const Request& request) {
  const auto grant_id = request.path_id("id");
  return answer_from(site, cache, request, grant_id, [&](bool csv, Date day) -> Result<std::string> {
    const auto moment = read_moment(request);
    if (!moment) return moment.error();
    const auto cut = read_cut(request, Cut::kCategory);
    if (!cut) return cut.error();
    auto budget = reading(site.database, [&](Session& session) { return find_budget(session, *moment, grant_id); });
    if (!budget) return budget.error();
    forecast(*budget, moment->as_of.value_or(day));
    auto value = budget_value(*budget, *cut);
    if (csv) {
      static const auto kColumns = with_figure_columns({{.name = "code", .label = ""}, {.name = "label", .label = ""}});
      return csv_of(request, kColumns, std::get<Value::Array>(value.find("rows")->data()));
    }
    set_moment(value, *moment);
    return http::to_json(value);
  });
}

Value text_or_null(std::optional<std::int64_t> minor, Currency currency) {
  return minor ? Value(to_string(Money{*minor, currency})) : Value();
}

Response read_series(const Site& site, BudgetCache& cache, const Request& request) {
  const auto grant_id = request.path_id("id");
  return answer_from(site, cache, request, grant_id, [&](bool csv, Date day) -> Result<std::string> {
    const auto moment = read_moment(request);
    if (!moment) return moment.error();
    struct Read {
      GrantBudget budget;
      std::vector<SeriesPoint> points;
    };
    const auto read = reading(site.database, [&](Session& session) -> Result<Read> {
      auto budget = find_budget(session, *moment, grant_id);
      if (!budget) return budget.error();
      auto points = list_series(session, *budget, *moment, moment->as_of.value_or(day));
      return Read{*std::move(budget), std::move(points)};
    });
    if (!read) return read.error();
    const auto currency = read->budget.terms.currency;
    Value::Array points;
    for (const auto& point : read->points) {
      points.push_back(Value::object({{"month", to_string(point.month.first).substr(0, 7)},
                                      {"planned", text_or_null(point.planned_minor, currency)},
                                      {"planned_to_date", text_or_null(point.planned_to_date_minor, currency)},
                                      {"spent", text_or_null(point.spent_minor, currency)},
                                      {"spent_to_date", text_or_null(point.spent_to_date_minor, currency)},
                                      {"committed", text_or_null(point.committed_minor, currency)}}));
    }
    if (csv) {
      static const std::vector<Column> kColumns = {
          {.name = "month", .label = ""}, {.name = "planned", .label = ""}, {.name = "planned_to_date", .label = ""},
          {.name = "spent", .label = ""}, {.name = "spent_to_date", .label = ""}, {.name = "committed", .label = ""}};
      return csv_of(request, kColumns, points);
    }
    auto value = Value::object({{"grant_id", grant_id}, {"currency", currency.code()},
                                {"version", read->budget.version}, {"costs", "direct"}, {"points", std::move(points)}});
    set_moment(value, *moment);
    return http::to_json(value);
  });
}

// ---- All grants ----

// Sums a currency, never over two.
Value totals_by_currency(const std::vector<GrantBudget>& budgets) {
  std::map<std::string, BudgetSum> sums;
  for (const auto& budget : budgets) {
    const auto total = totals_of(budget.lines, budget.terms).total;
    const auto [found, fresh] = sums.try_emplace(std::string(budget.terms.currency.code()), total);
    if (!fresh) found->second += total;
  }
  auto values = Value::array();
  for (const auto& [code, sum] : sums) {
    auto value = sum_value(sum, Currency::of(code));
    values.push(value.set("currency", code));
  }
  return values;
}

// A row a grant and code, for spreadsheets.
Value::Array rows_of(const std::vector<GrantBudget>& budgets, std::optional<Cut> cut) {
  Value::Array rows;
  for (const auto& budget : budgets) {
    const auto totals = totals_of(budget.lines, budget.terms);
    const auto sums = cut ? sums_by(budget, totals, *cut) : std::vector<BudgetSum>{totals.total};
    for (const auto& sum : sums) {
      auto row = sum_value(sum, budget.terms.currency);
      row.set("grant_id", budget.grant_id).set("title", budget.title).set("funder", budget.funder);
      row.set("state", budget.state).set("currency", budget.terms.currency.code()).set("version", budget.version);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

Response read_budgets(const Site& site, BudgetCache& cache, const Request& request) {
  return answer_from(site, cache, request, 0, [&](bool csv, Date day) -> Result<std::string> {
    const auto moment = read_moment(request);
    if (!moment) return moment.error();
    const auto cut = read_cut(request, std::nullopt);
    if (!cut) return cut.error();
    const auto state = request.query_param("state").value_or("");
    if (!state.empty() && !find_grant_state(state)) {
      return invalid_field("state", "not_one_of", "Choose a state of a grant, such as active.");
    }
    auto budgets = reading(site.database, [&](Session& session) { return list_budgets(session, *moment); });
    if (!state.empty()) std::erase_if(budgets, [&](const auto& budget) { return budget.state != state; });
    for (auto& budget : budgets) forecast(budget, moment->as_of.value_or(day));
    if (csv) {
      static const auto kColumns = with_figure_columns({{.name = "grant_id", .label = ""}, {.name = "title", .label = ""},
                                                 {.name = "funder", .label = ""}, {.name = "state", .label = ""},
                                                 {.name = "currency", .label = ""}, {.name = "version", .label = ""},
                                                 {.name = "code", .label = ""}, {.name = "label", .label = ""}});
      return csv_of(request, kColumns, rows_of(budgets, *cut));
    }
    auto items = Value::array();
    for (const auto& budget : budgets) items.push(budget_value(budget, *cut));
    auto value = Value::object({{"items", std::move(items)}, {"next_cursor", Value()},
                                {"totals", totals_by_currency(budgets)}});
    set_moment(value, *moment);
    return http::to_json(value);
  });
}

// ---- Why this number? ----

Value part_value(const Why& why, const WhyPart& part) {
  auto value = Value::object(
      {{"label", part.label},
       {"figure", kFigureNames[static_cast<std::size_t>(part.figure)]},
       {"code", part.code.empty() ? Value() : Value(part.code)},
       {"amount", to_string(Money{part.amount_minor, why.budget.terms.currency})}});
  if (!part.code.empty()) {
    value.set("why", "/api/v1" + why_path(why.query.grant_id, why.query.cut, part.figure, part.code, why.query.moment));
  }
  return value;
}

Value source_value(const Why& why, const FigureSource& source) {
  return Value::object({{"kind", source.kind},
                        {"id", source.id},
                        {"line", source.root_id},
                        {"date", source.date.empty() ? Value() : Value(source.date)},
                        {"description", source.description},
                        {"document_kind", source.document_kind},
                        {"document_id", source.document_id},
                        {"amount", to_string(Money{source.amount_minor, why.budget.terms.currency})},
                        {"page", source_path(why.query.grant_id, source)}});
}

Response read_why_answer(const Site& site, const Request& request) {
  const auto query = read_why(request, today(site.config.time_zone));
  if (!query) return http::problem(query.error(), request);
  const auto why = reading(site.database, [&](Session& session) { return explain_figure(session, *query); });
  if (!why) return http::problem(why.error(), request);
  Value::Array items, parts;
  for (const auto& part : why->parts) parts.push_back(part_value(*why, part));
  for (const auto& source : why->found.sources) items.push_back(source_value(*why, source));
  if (wants_csv(request)) {
    static const std::vector<Column> kColumns = {
        {.name = "kind", .label = ""}, {.name = "id", .label = ""}, {.name = "line", .label = ""},
        {.name = "date", .label = ""}, {.name = "description", .label = ""}, {.name = "document_kind", .label = ""},
        {.name = "document_id", .label = ""}, {.name = "amount", .label = ""}};
    return tagged(request, list_answer(request, kColumns, items, why->found.next_cursor));
  }
  const auto currency = why->budget.terms.currency;
  auto value = Value::object({{"grant_id", query->grant_id},
                              {"currency", currency.code()},
                              {"version", why->budget.version},
                              {"figure", kFigureNames[static_cast<std::size_t>(query->figure)]},
                              {"by", kCutNames[static_cast<std::size_t>(query->cut)]},
                              {"code", query->code},
                              {"label", why->sum.label},
                              {"amount", to_string(Money{figure_of(why->sum, query->figure), currency})},
                              {"definition", why->definition},
                              {"parts", std::move(parts)},
                              {"items", std::move(items)},
                              {"next_cursor", why->found.next_cursor.empty() ? Value() : Value(why->found.next_cursor)}});
  set_moment(value, query->moment);
  return tagged(request, http::json(value));
}

// ---- The OpenAPI document ----

void add_schemas(http::Router& router) {
  router.add_schema("Budget", object_schema({"grant_id:integer", "title", "funder", "state", "currency", "version:integer",
                                             "approved_on", "by", "rows:array", "direct:object", "indirect:object",
                                             "total:object", "funder_share", "maximum_grant", "match:object",
                                             "as_of:string?", "known_at:string?"}));
  router.add_schema("BudgetList", object_schema({"items:array", "next_cursor:null", "totals:array", "as_of:string?",
                                                 "known_at:string?"}));
  router.add_schema("BudgetSeries", object_schema({"grant_id:integer", "currency", "version:integer", "costs",
                                                   "points:array", "as_of:string?", "known_at:string?"}));
  router.add_schema("BudgetFigure", object_schema({"grant_id:integer", "currency", "version:integer", "figure", "by", "code",
                                                   "label", "amount", "definition", "parts:array", "items:array",
                                                   "next_cursor:string?", "as_of:string?", "known_at:string?"}));
}

}  // namespace

void add_figures_api_routes(http::Router& router, const Site& site) {
  add_schemas(router);
  // The cache lives as long as the routes that use it.
  const auto cache = std::make_shared<BudgetCache>(site.database);
  const auto add = [&](const char* pattern, http::Handler handler, const char* summary, const char* answer,
                       std::vector<std::string> query) {
    router.add({.method = http::Method::kGet, .pattern = pattern, .action = Action::kReadBudgets,
                .handler = std::move(handler),
                .doc = {.summary = summary, .tag = "budgets", .response_schema = answer, .query = std::move(query)}});
  };
  add("/api/v1/budgets", [&site, cache](const Request& request) { return read_budgets(site, *cache, request); },
      "The budgets of all grants in force at a moment: planned, spent, committed, drafts, available, forecast; totals a "
      "currency",
      "BudgetList", {"by", "state", "as_of", "known_at"});
  add("/api/v1/grants/{id}/budget", [&site, cache](const Request& request) { return read_budget(site, *cache, request); },
      "The budget in force: planned, spent, committed, drafts, available, forecast; at an accounting date (as_of), as "
      "known at an instant (known_at)",
      "Budget", {"by", "as_of", "known_at"});
  add("/api/v1/grants/{id}/budget/series",
      [&site, cache](const Request& request) { return read_series(site, *cache, request); },
      "Direct costs month by month: planned, spent, both to date, and what was committed at the month's end",
      "BudgetSeries", {"as_of", "known_at"});
  add("/api/v1/grants/{id}/budget/why", [&site](const Request& request) { return read_why_answer(site, request); },
      "Why this number? A figure's definition, and the lines, entries, commitments or drafts that it is made of",
      "BudgetFigure", {"figure", "by", "code", "as_of", "known_at", "after", "limit"});
  add_platform_figures_api_routes(router, site, cache);
}

}  // namespace kindling
