#include "budgets/platform_figures_request.hpp"

#include <algorithm>

#include "budgets/figures_request.hpp"
#include "budgets/platform_budget_store.hpp"
#include "budgets/platform_figures_query.hpp"
#include "http/uri.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

// What is planned, line by line.
std::vector<PlatformWhyPart> planned_parts(const std::vector<PlatformLine>& lines, std::string_view code) {
  static constexpr std::string_view kMonthShort[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::vector<PlatformWhyPart> parts;
  for (const auto& line : lines) {
    if (code != "total" && !same_need(line.need, code)) continue;
    auto label = line.need + (line.description.empty() ? "" : ", " + line.description) + ", " +
                 std::string(kMonthShort[line.first_month - 1]);
    if (line.last_month != line.first_month) label += " to " + std::string(kMonthShort[line.last_month - 1]);
    parts.push_back({std::move(label), std::nullopt, line.amount_minor});
  }
  return parts;
}

std::vector<PlatformWhyPart> parts_of(const BudgetSum& sum, Figure figure) {
  if (figure == Figure::kAvailable) {
    return {{"Planned", Figure::kPlanned, sum.planned_minor},
            {"Spent", Figure::kSpent, -sum.spent_minor},
            {"Committed", Figure::kCommitted, -sum.committed_minor}};
  }
  if (figure == Figure::kForecast) {
    return {{"Spent", Figure::kSpent, sum.spent_minor},
            {"Committed, or planned for the days that are left", std::nullopt, sum.forecast_minor - sum.spent_minor}};
  }
  return {};
}

}  // namespace

Result<PlatformWhyQuery> read_platform_why(const http::Request& request) {
  const auto moment = read_moment(request);
  if (!moment) return moment.error();
  const auto figure = find_figure(request.query_param("figure").value_or("spent"));
  if (!figure) {
    return invalid_field("figure", "not_one_of", "Choose one of: planned, spent, committed, drafts, available, forecast.");
  }
  const auto list = parse_list_query(request, {"date"}, {});
  if (!list) return list.error();
  const auto cursor = decode_cursor(list->after);
  return PlatformWhyQuery{.year = path_year(request), .moment = *moment, .figure = *figure,
                          .code = std::string(request.query_param("code").value_or("total")),
                          .offset = cursor ? static_cast<int>(std::clamp<std::int64_t>(cursor->id, 0, 1'000'000)) : 0,
                          .limit = list->limit};
}

Result<PlatformWhy> explain_platform_figure(const Site& site, const PlatformWhyQuery& query) {
  return reading(site.database, [&](Session& session) -> Result<PlatformWhy> {
    auto year = find_platform_year(session, query.year, query.moment);
    if (!year) return year.error();
    PlatformWhy why{.year = *std::move(year), .sum = {}, .parts = {}, .items = {}, .next_cursor = {}};
    const auto figures = figures_of(why.year, query.moment.as_of.value_or(today(site.config.time_zone)));
    const auto need = std::ranges::find_if(figures.needs, [&](const BudgetSum& sum) { return same_need(sum.code, query.code); });
    if (query.code == "total") {
      why.sum = figures.total;
    } else if (need != figures.needs.end()) {
      why.sum = *need;
    } else {
      return not_found("no_such_code", "This budget has no such need; look at its rows again.");
    }
    if (query.figure == Figure::kPlanned) {
      why.parts = planned_parts(list_platform_lines(session, why.year.budget.id), query.code);
      return why;
    }
    why.parts = parts_of(why.sum, query.figure);
    if (!why.parts.empty()) return why;
    auto found = sources_at(why.year, query.figure, query.code);
    const auto from = std::min<std::size_t>(static_cast<std::size_t>(query.offset), found.size());
    const auto to = std::min<std::size_t>(from + static_cast<std::size_t>(query.limit), found.size());
    why.items.assign(found.begin() + static_cast<std::ptrdiff_t>(from), found.begin() + static_cast<std::ptrdiff_t>(to));
    if (to < found.size()) why.next_cursor = encode_cursor({"row", static_cast<std::int64_t>(to)});
    return why;
  });
}

std::string platform_why_path(int year, Figure figure, std::string_view code, const Moment& moment) {
  auto path = "/platform/" + std::to_string(year) + "/budget/why?figure=" +
              std::string(kFigureNames[static_cast<std::size_t>(figure)]) + "&code=" + http::percent_encoded(code);
  const auto when = moment_in_url(moment);
  return when.empty() ? path : path + "&" + when;
}

std::string platform_source_path(const PlatformSource& source) {
  const auto id = std::to_string(source.document_id);
  if (source.document_kind == "expenditure") return "/expenditures/" + id;
  return (source.grant_id ? "/grants/" + std::to_string(*source.grant_id) : std::string("/platform")) + "/commitments#commitment-" + id;
}

int path_year(const http::Request& request) {
  const auto year = request.path_id("year");
  return year >= 2000 && year <= 2199 ? static_cast<int>(year) : 0;
}

}  // namespace kindling
