// The platform's own budget of a year as dashboards read it: figures by need, months, and why each number is what it is.
#include "budgets/budget_value.hpp"
#include "budgets/figures_answer.hpp"
#include "budgets/figures_request.hpp"
#include "budgets/platform_figures_query.hpp"
#include "budgets/platform_figures_request.hpp"
#include "budgets/routes.hpp"
#include "http/json.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

Value head_value(const PlatformYear& year) {
  return Value::object({{"year", year.budget.year},
                        {"budget_id", year.budget.id},
                        {"version", year.budget.number},
                        {"currency", year.budget.currency.code()}});
}

Response read_figures(const Site& site, BudgetCache& cache, const Request& request) {
  return answer_from(site, cache, request, 0, [&](bool csv, Date day) -> Result<std::string> {
    const auto moment = read_moment(request);
    if (!moment) return moment.error();
    const auto year = reading(site.database, [&](Session& session) {
      return find_platform_year(session, path_year(request), *moment);
    });
    if (!year) return year.error();
    const auto currency = year->budget.currency;
    const auto figures = figures_of(*year, moment->as_of.value_or(day));
    Value::Array rows, sources;
    for (const auto& need : figures.needs) rows.push_back(sum_value(need, currency));
    if (csv) {
      static const auto kColumns = with_figure_columns({{.name = "code", .label = ""}, {.name = "label", .label = ""}});
      return csv_of(request, kColumns, rows);
    }
    for (const auto& source : figures.sources) {
      sources.push_back(Value::object({{"funding_source_id", source.funding_source_id},
                                       {"name", source.name},
                                       {"planned", to_string(Money{source.planned_minor, currency})},
                                       {"weighted", to_string(Money{source.weighted_minor, currency})}}));
    }
    auto value = head_value(*year);
    value.set("by", "need").set("rows", std::move(rows)).set("total", sum_value(figures.total, currency));
    value.set("sources", std::move(sources)).set("without_rate", figures.without_rate);
    set_moment(value, *moment);
    return http::to_json(value);
  });
}

Response read_series(const Site& site, BudgetCache& cache, const Request& request) {
  return answer_from(site, cache, request, 0, [&](bool csv, Date day) -> Result<std::string> {
    const auto moment = read_moment(request);
    if (!moment) return moment.error();
    struct Read {
      PlatformYear year;
      std::vector<PlatformPoint> points;
    };
    const auto read = reading(site.database, [&](Session& session) -> Result<Read> {
      auto year = find_platform_year(session, path_year(request), *moment);
      if (!year) return year.error();
      auto points = list_platform_series(session, *year, *moment, moment->as_of.value_or(day));
      return Read{*std::move(year), std::move(points)};
    });
    if (!read) return read.error();
    const auto& budget = read->year.budget;
    const auto text = [&](std::optional<std::int64_t> minor) {
      return minor ? Value(to_string(Money{*minor, budget.currency})) : Value();
    };
    Value::Array points;
    for (const auto& point : read->points) {
      points.push_back(Value::object({{"month", to_string(Date(std::chrono::year(budget.year) / point.month / 1)).substr(0, 7)},
                                      {"planned", text(point.planned_minor)},
                                      {"planned_to_date", text(point.planned_to_date_minor)},
                                      {"spent", text(point.spent_minor)},
                                      {"spent_to_date", text(point.spent_to_date_minor)},
                                      {"committed", text(point.committed_minor)}}));
    }
    if (csv) {
      static const std::vector<Column> kColumns = {
          {.name = "month", .label = ""}, {.name = "planned", .label = ""}, {.name = "planned_to_date", .label = ""},
          {.name = "spent", .label = ""}, {.name = "spent_to_date", .label = ""}, {.name = "committed", .label = ""}};
      return csv_of(request, kColumns, points);
    }
    auto value = head_value(read->year);
    value.set("points", std::move(points));
    set_moment(value, *moment);
    return http::to_json(value);
  });
}

Response read_why_answer(const Site& site, const Request& request) {
  const auto query = read_platform_why(request);
  if (!query) return http::problem(query.error(), request);
  const auto why = explain_platform_figure(site, *query);
  if (!why) return http::problem(why.error(), request);
  const auto currency = why->year.budget.currency;
  Value::Array parts, items;
  for (const auto& part : why->parts) {
    auto value = Value::object({{"label", part.label}, {"amount", to_string(Money{part.amount_minor, currency})}});
    value.set("why", part.figure ? Value("/api/v1" + platform_why_path(query->year, *part.figure, query->code, query->moment))
                                 : Value());
    parts.push_back(std::move(value));
  }
  const auto or_null = [](std::optional<std::int64_t> id) { return id ? Value(*id) : Value(); };
  for (const auto& item : why->items) {
    items.push_back(Value::object({{"date", to_string(item.on)},
                                   {"need", item.need.empty() ? Value() : Value(item.need)},
                                   {"description", item.description},
                                   {"document_kind", item.document_kind},
                                   {"document_id", item.document_id},
                                   {"grant_id", or_null(item.grant_id)},
                                   {"entry_id", or_null(item.entry_id)},
                                   {"amount", item.amount_minor ? Value(to_string(Money{*item.amount_minor, currency})) : Value()},
                                   {"page", platform_source_path(item)}}));
  }
  if (wants_csv(request)) {
    std::vector<Column> columns;
    for (const auto* name : {"date", "need", "description", "document_kind", "document_id", "grant_id", "entry_id", "amount"}) {
      columns.push_back({.name = name, .label = ""});
    }
    return tagged(request, list_answer(request, columns, items, why->next_cursor));
  }
  auto value = head_value(why->year);
  value.set("figure", kFigureNames[static_cast<std::size_t>(query->figure)])
      .set("code", query->code)
      .set("label", why->sum.label)
      .set("amount", to_string(Money{figure_of(why->sum, query->figure), currency}))
      .set("definition", platform_definition_of(query->figure))
      .set("parts", std::move(parts))
      .set("items", std::move(items))
      .set("next_cursor", why->next_cursor.empty() ? Value() : Value(why->next_cursor));
  set_moment(value, query->moment);
  return tagged(request, http::json(value));
}

// What every answer says of itself, and more.
Value schema(std::vector<std::string> more) {
  more.insert(more.begin(), {"year:integer", "budget_id:integer", "version:integer", "currency", "as_of:string?",
                             "known_at:string?"});
  return object_schema(more);
}

}  // namespace

void add_platform_figures_api_routes(http::Router& router, const Site& site, std::shared_ptr<BudgetCache> cache) {
  router.add_schema("PlatformFigures", schema({"by", "rows:array", "total:object", "sources:array", "without_rate:integer"}));
  router.add_schema("PlatformSeries", schema({"points:array"}));
  router.add_schema("PlatformFigure", schema({"figure", "code", "label", "amount", "definition", "parts:array", "items:array",
                                              "next_cursor:string?"}));
  const auto add = [&](const char* pattern, http::Handler handler, const char* summary, const char* answer,
                       std::vector<std::string> query) {
    router.add({.method = http::Method::kGet, .pattern = pattern, .action = Action::kReadBudgets,
                .handler = std::move(handler),
                .doc = {.summary = summary, .tag = "budgets", .response_schema = answer, .query = std::move(query)}});
  };
  add("/api/v1/platform/{year}/budget", [&site, cache](const Request& request) { return read_figures(site, *cache, request); },
      "The platform's own budget of a year by need: planned, spent, committed, drafts, available, forecast, and the sources "
      "that are to pay for it; at an accounting date (as_of), as known at an instant (known_at)",
      "PlatformFigures", {"as_of", "known_at"});
  add("/api/v1/platform/{year}/budget/series",
      [&site, cache](const Request& request) { return read_series(site, *cache, request); },
      "The same month by month: planned, spent, both to date, and what was committed at the month's end", "PlatformSeries", {"as_of", "known_at"});
  add("/api/v1/platform/{year}/budget/why", [&site](const Request& request) { return read_why_answer(site, request); },
      "Why this number? A figure's definition, and the lines, costs, orders or drafts that it is made of", "PlatformFigure",
      {"figure", "code", "as_of", "known_at", "after", "limit"});
}

}  // namespace kindling
