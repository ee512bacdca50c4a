// The pages of a budget's figures: the dashboard of a grant, and the page behind each figure.
#include "budgets/budget_store.hpp"
#include "budgets/budget_value.hpp"
#include "budgets/figures_request.hpp"
#include "budgets/routes.hpp"
#include "funding/grant_page.hpp"
#include "http/router.hpp"
#include "http/uri.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr const char* kCutLabels[] = {"Cost category", "Work package", "Partner", "Period", "Line"};
constexpr const char* kFigureLabels[] = {"Planned", "Spent", "Committed", "Drafts", "Available", "Forecast"};

std::string moment_label(const Moment& moment) {
  auto label = moment.as_of ? "up to " + to_display(*moment.as_of) : std::string("up to today and beyond");
  if (!moment.known_at.empty()) label += ", as it was known at " + moment.known_at;
  return label;
}

// One row with each figure and the address that explains it.
Value figure_row(const GrantBudget& budget, const BudgetSum& sum, Cut cut, const Moment& moment) {
  const auto currency = budget.terms.currency;
  auto cells = Value::array();
  for (std::size_t i = 0; i < std::size(kFigureNames); ++i) {
    const auto figure = static_cast<Figure>(i);
    const auto minor = figure_of(sum, figure);
    cells.push(Value::object({{"amount", to_display_amount({minor, currency})},
                              {"plain", to_string(Money{minor, currency})},
                              {"label", std::string(kFigureLabels[i]) + " of " + sum.label},
                              {"over", figure == Figure::kAvailable && minor < 0},
                              {"why", why_path(budget.grant_id, cut, figure, sum.code, moment)}}));
  }
  // A chart has no room for the long names of categories.
  return Value::object({{"short", cut == Cut::kCategory ? sum.code : sum.label},
                        {"label", sum.label},
                        {"cells", std::move(cells)}});
}

Value month_rows(const GrantBudget& budget, const std::vector<SeriesPoint>& points) {
  const auto currency = budget.terms.currency;
  const auto shown = [&](std::optional<std::int64_t> minor) {
    return minor ? to_display_amount({*minor, currency}) : std::string();
  };
  const auto plain = [&](std::optional<std::int64_t> minor) {
    return minor ? to_string(Money{*minor, currency}) : std::string();
  };
  auto rows = Value::array();
  for (const auto& point : points) {
    rows.push(Value::object({{"month", to_string(point.month.first).substr(0, 7)},
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

// What is beside the budget: the match that the grant asks for. Nothing where it asks for none and none is given.
Value match_view(const GrantBudget& budget) {
  const auto& match = budget.match;
  if (match.required_minor == 0 && match.paid_minor == 0 && match.in_kind_minor == 0) return {};
  const auto text = [&](std::int64_t minor) { return to_display(Money{minor, budget.terms.currency}); };
  return Value::object({{"required", text(match.required_minor)},
                        {"paid", text(match.paid_minor)},
                        {"in_kind", text(match.in_kind_minor)},
                        {"missing", text(match.missing_minor())},
                        {"is_missing", match.missing_minor() > 0},
                        {"costs_href", "/expenditures?grant=" + std::to_string(budget.grant_id) + "&used_as=match"}});
}

Value cut_links(const Request& request, Cut chosen, const Moment& moment) {
  auto links = Value::array();
  const auto when = moment_in_url(moment);
  for (std::size_t i = 0; i < std::size(kCutNames); ++i) {
    links.push(Value::object({{"label", kCutLabels[i]},
                              {"href", request.path + "?by=" + std::string(kCutNames[i]) + (when.empty() ? "" : "&" + when)},
                              {"active", static_cast<Cut>(i) == chosen}}));
  }
  return links;
}

Response show_figures(const Site& site, const Request& request) {
  const auto moment = read_moment(request);
  if (!moment) return error_page(site, moment.error(), request);
  const auto chosen = read_cut(request, Cut::kCategory);
  if (!chosen) return error_page(site, chosen.error(), request);
  const auto cut = **chosen;
  const auto day = moment->as_of.value_or(today(site.config.time_zone));
  struct Read {
    Result<BudgetContext> context;
    Result<GrantBudget> budget = not_found("no_active_budget", "This grant has no approved budget.");
    std::vector<SeriesPoint> points = {};
  };
  auto read = reading(site.database, [&](Session& session) {
    Read found{.context = find_budget_context(session, request.path_id("id"))};
    if (found.context) found.budget = find_budget(session, *moment, found.context->grant.id);
    if (found.budget) found.points = list_series(session, *found.budget, *moment, day);
    return found;
  });
  if (!read.context) return error_page(site, read.context.error(), request);
  const auto& grant = read.context->grant;
  Value data;
  data.set("grant", grant_head(grant, "budget"));
  data.set("as_of", moment->as_of ? to_string(*moment->as_of) : "");
  data.set("known_at", moment->known_at);
  data.set("by", kCutNames[static_cast<std::size_t>(cut)]);
  data.set("action", request.path);
  data.set("assets", static_addresses());
  if (read.budget) {
    auto& budget = *read.budget;
    forecast(budget, day);
    const auto totals = totals_of(budget.lines, budget.terms);
    auto rows = Value::array(), sums = Value::array();
    for (const auto& sum : sums_by(budget, totals, cut)) rows.push(figure_row(budget, sum, cut, *moment));
    for (const auto* sum : {&totals.direct, &totals.indirect, &totals.total}) {
      sums.push(figure_row(budget, *sum, Cut::kCategory, *moment));
    }
    data.set("shown", Value::object({{"version", budget.version},
                                     {"moment", moment_label(*moment)},
                                     {"currency", budget.terms.currency.code()},
                                     {"cut", kCutLabels[static_cast<std::size_t>(cut)]},
                                     {"cuts", cut_links(request, cut, *moment)},
                                     {"rows", std::move(rows)},
                                     {"sums", std::move(sums)},
                                     {"match", match_view(budget)},
                                     {"months", month_rows(budget, read.points)}}));
  }
  return page(site, request,
              {.title = "Figures of " + grant.title, .name = "budget_figures", .data = std::move(data),
               .crumbs = grant_crumbs(grant, "Figures")});
}

Value part_rows(const Why& why) {
  auto rows = Value::array();
  for (const auto& part : why.parts) {
    rows.push(Value::object(
        {{"label", part.label},
         {"amount", to_display_amount({part.amount_minor, why.budget.terms.currency})},
         {"href", part.code.empty() ? std::string()
                                    : why_path(why.query.grant_id, why.query.cut, part.figure, part.code, why.query.moment)}}));
  }
  return rows;
}

Value source_rows(const Why& why) {
  auto rows = Value::array();
  for (const auto& source : why.found.sources) {
    std::string line;
    for (const auto& candidate : why.budget.lines) {
      if (candidate.root_id() == source.root_id) {
        line = candidate.work_package.empty() ? candidate.description : candidate.work_package + " " + candidate.description;
      }
    }
    rows.push(Value::object({{"date", source.date},
                             {"kind", source.kind},
                             {"number", source.id},
                             {"line", line},
                             {"description", source.description},
                             {"href", source_path(why.query.grant_id, source)},
                             {"document", source.kind == "entry" && source.document_kind == "expenditure"
                                              ? "/expenditures/" + std::to_string(source.document_id)
                                              : std::string()},
                             {"amount", to_display_amount({source.amount_minor, why.budget.terms.currency})}}));
  }
  return rows;
}

Response show_why(const Site& site, const Request& request) {
  const auto query = read_why(request, today(site.config.time_zone));
  if (!query) return error_page(site, query.error(), request);
  struct Read {
    Result<BudgetContext> context;
    Result<Why> why = not_found("no_such_code", "There is no such figure.");
  };
  const auto read = reading(site.database, [&](Session& session) {
    Read found{.context = find_budget_context(session, query->grant_id)};
    if (found.context) found.why = explain_figure(session, *query);
    return found;
  });
  if (!read.context) return error_page(site, read.context.error(), request);
  if (!read.why) return error_page(site, read.why.error(), request);
  const auto& why = *read.why;
  const auto& grant = read.context->grant;
  const auto currency = why.budget.terms.currency;
  const std::string figure = kFigureLabels[static_cast<std::size_t>(query->figure)];
  Value data;
  data.set("grant", grant_head(grant, "budget"));
  data.set("figure", figure);
  data.set("of", why.sum.label);
  data.set("amount", to_display(Money{figure_of(why.sum, query->figure), currency}));
  data.set("currency", currency.code());
  data.set("moment", moment_label(query->moment));
  data.set("version", why.budget.version);
  data.set("definition", why.definition);
  data.set("parts", part_rows(why));
  data.set("has_parts", !why.parts.empty());
  data.set("sources", source_rows(why));
  data.set("has_sources", !why.found.sources.empty());
  data.set("nothing", why.found.sources.empty() && why.parts.empty());
  const auto path = why_path(grant.id, query->cut, query->figure, query->code, query->moment);
  data.set("next_href", why.found.next_cursor.empty() ? std::string() : path + "&after=" + why.found.next_cursor);
  data.set("api_href", "/api/v1" + path);
  const auto when = moment_in_url(query->moment);
  data.set("back", "/grants/" + std::to_string(grant.id) + "/budget/figures" + (when.empty() ? "" : "?" + when));
  return page(site, request,
              {.title = "Why this number? " + figure + " of " + why.sum.label, .name = "budget_why",
               .data = std::move(data), .crumbs = grant_crumbs(grant, "Why this number?")});
}

}  // namespace

void add_figures_page_routes(http::Router& router, const Site& site) {
  router.add({.method = http::Method::kGet, .pattern = "/grants/{id}/budget/figures", .action = Action::kReadBudgets,
              .handler = [&](const Request& request) { return show_figures(site, request); }});
  router.add({.method = http::Method::kGet, .pattern = "/grants/{id}/budget/why", .action = Action::kReadBudgets,
              .handler = [&](const Request& request) { return show_why(site, request); }});
}

}  // namespace kindling
