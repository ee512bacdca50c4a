// The pages of the platform's figures: a year's dashboard, and the page behind each figure.
#include "budgets/figures_request.hpp"
#include "budgets/platform_figures_query.hpp"
#include "budgets/platform_figures_request.hpp"
#include "budgets/routes.hpp"
#include "http/router.hpp"
#include "http/uri.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr const char* kFigureLabels[] = {"Planned", "Spent", "Committed", "Drafts", "Available", "Forecast"};

std::vector<std::pair<std::string, std::string>> crumbs(int year, std::string label) {
  return {{"Platform budgets", "/platform-budgets"}, {std::to_string(year) + ": " + std::move(label), ""}};
}

std::string moment_label(const Moment& moment) {
  auto label = moment.as_of ? "up to " + to_display(*moment.as_of) : std::string("up to today and beyond");
  if (!moment.known_at.empty()) label += ", as it was known at " + moment.known_at;
  return label;
}

Value figure_row(const PlatformYear& year, const BudgetSum& sum, const Moment& moment) {
  auto cells = Value::array();
  for (std::size_t i = 0; i < std::size(kFigureNames); ++i) {
    const auto figure = static_cast<Figure>(i);
    const Money amount{figure_of(sum, figure), year.budget.currency};
    cells.push(Value::object({{"amount", to_display_amount(amount)},
                              {"plain", to_string(amount)},
                              {"label", std::string(kFigureLabels[i]) + " of " + sum.label},
                              {"over", figure == Figure::kAvailable && amount.minor < 0},
                              {"why", platform_why_path(year.budget.year, figure, sum.code, moment)}}));
  }
  return Value::object({{"short", sum.label}, {"label", sum.label}, {"cells", std::move(cells)}});
}

Value month_rows(const PlatformYear& year, const std::vector<PlatformPoint>& points) {
  const auto currency = year.budget.currency;
  const auto shown = [&](std::optional<std::int64_t> minor) {
    return minor ? to_display_amount({*minor, currency}) : std::string();
  };
  const auto plain = [&](std::optional<std::int64_t> minor) { return minor ? to_string(Money{*minor, currency}) : std::string(); };
  auto rows = Value::array();
  for (const auto& point : points) {
    rows.push(Value::object({{"month", to_string(Date(std::chrono::year(year.budget.year) / point.month / 1)).substr(0, 7)},
                             {"planned", shown(point.planned_minor)},
                             {"planned_to_date", shown(point.planned_to_date_minor)},
                             {"planned_plain", plain(point.planned_to_date_minor)},
                             {"spent", shown(point.spent_minor)},
                             {"spent_to_date", shown(point.spent_to_date_minor)},
                             {"spent_plain", plain(point.spent_to_date_minor)},
                             {"committed", shown(point.committed_minor)},
                             {"committed_plain", plain(point.committed_minor)}}));
  }
  return rows;
}

Response show_figures(const Site& site, const Request& request) {
  const auto moment = read_moment(request);
  if (!moment) return error_page(site, moment.error(), request);
  const auto wanted = path_year(request);
  const auto day = moment->as_of.value_or(today(site.config.time_zone));
  std::vector<PlatformPoint> points;
  const auto year = reading(site.database, [&](Session& session) {
    auto found = find_platform_year(session, wanted, *moment);
    if (found) points = list_platform_series(session, *found, *moment, day);
    return found;
  });
  Value data;
  data.set("year", wanted);
  data.set("as_of", moment->as_of ? to_string(*moment->as_of) : "");
  data.set("known_at", moment->known_at);
  data.set("action", request.path);
  data.set("assets", static_addresses());
  if (year) {
    const auto figures = figures_of(*year, day);
    auto rows = Value::array(), sums = Value::array(), sources = Value::array();
    for (const auto& need : figures.needs) rows.push(figure_row(*year, need, *moment));
    sums.push(figure_row(*year, figures.total, *moment));
    for (const auto& source : figures.sources) {
      sources.push(Value::object({{"name", source.name},
                                  {"planned", to_display_amount({source.planned_minor, year->budget.currency})},
                                  {"weighted", to_display_amount({source.weighted_minor, year->budget.currency})}}));
    }
    data.set("shown", Value::object({{"version", year->budget.number},
                                     {"budget_href", "/platform-budgets/" + std::to_string(year->budget.id)},
                                     {"moment", moment_label(*moment)},
                                     {"currency", year->budget.currency.code()},
                                     {"rows", std::move(rows)},
                                     {"sums", std::move(sums)},
                                     {"sources", std::move(sources)},
                                     {"has_sources", !figures.sources.empty()},
                                     {"without_rate", figures.without_rate == 0 ? Value() : Value(figures.without_rate)},
                                     {"months", month_rows(*year, points)}}));
  }
  return page(site, request, {.title = "Figures of the platform's budget " + std::to_string(wanted),
                              .name = "platform_figures",
                              .data = std::move(data),
                              .crumbs = crumbs(wanted, "Figures")});
}

Value part_rows(const PlatformWhy& why, const PlatformWhyQuery& query) {
  auto rows = Value::array();
  for (const auto& part : why.parts) {
    rows.push(Value::object({{"label", part.label},
                             {"amount", to_display_amount({part.amount_minor, why.year.budget.currency})},
                             {"href", part.figure ? platform_why_path(query.year, *part.figure, query.code, query.moment) : ""}}));
  }
  return rows;
}

Value item_rows(const PlatformWhy& why) {
  auto rows = Value::array();
  for (const auto& item : why.items) {
    rows.push(Value::object({{"date", to_string(item.on)},
                             {"kind", item.document_kind},
                             {"number", item.document_id},
                             {"need", item.need},
                             {"description", item.description},
                             {"href", platform_source_path(item)},
                             {"entry_href", item.entry_id ? "/ledger/entries/" + std::to_string(*item.entry_id) : ""},
                             {"amount", item.amount_minor
                                            ? to_display_amount({*item.amount_minor, why.year.budget.currency})
                                            : std::string("rate is missing")}}));
  }
  return rows;
}

Response show_why(const Site& site, const Request& request) {
  const auto query = read_platform_why(request);
  if (!query) return error_page(site, query.error(), request);
  const auto why = explain_platform_figure(site, *query);
  if (!why) return error_page(site, why.error(), request);
  const std::string figure = kFigureLabels[static_cast<std::size_t>(query->figure)];
  const auto path = platform_why_path(query->year, query->figure, query->code, query->moment);
  const auto when = moment_in_url(query->moment);
  Value data;
  data.set("figure", figure);
  data.set("of", why->sum.label);
  data.set("amount", to_display(Money{figure_of(why->sum, query->figure), why->year.budget.currency}));
  data.set("currency", why->year.budget.currency.code());
  data.set("moment", moment_label(query->moment));
  data.set("version", why->year.budget.number);
  data.set("definition", platform_definition_of(query->figure));
  data.set("parts", part_rows(*why, *query));
  data.set("has_parts", !why->parts.empty());
  data.set("items", item_rows(*why));
  data.set("has_items", !why->items.empty());
  data.set("nothing", why->items.empty() && why->parts.empty());
  data.set("next_href", why->next_cursor.empty() ? std::string() : path + "&after=" + why->next_cursor);
  data.set("api_href", "/api/v1" + path);
  data.set("back", "/platform/" + std::to_string(query->year) + "/budget" + (when.empty() ? "" : "?" + when));
  return page(site, request, {.title = "Why this number? " + figure + " of " + why->sum.label,
                              .name = "platform_why",
                              .data = std::move(data),
                              .crumbs = crumbs(query->year, "Why this number?")});
}

}  // namespace

void add_platform_figures_page_routes(http::Router& router, const Site& site) {
  router.add({.method = http::Method::kGet, .pattern = "/platform/{year}/budget", .action = Action::kReadBudgets,
              .handler = [&](const Request& request) { return show_figures(site, request); }});
  router.add({.method = http::Method::kGet, .pattern = "/platform/{year}/budget/why", .action = Action::kReadBudgets,
              .handler = [&](const Request& request) { return show_why(site, request); }});
}

}  // namespace kindling
