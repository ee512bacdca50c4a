#include "budgets/platform_figures.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace kindling {
namespace {

// Needs are the same whatever their case.
std::string key_of(std::string_view need) {
  if (need.empty()) return std::string(kWithoutNeed);
  std::string key(need);
  std::ranges::transform(key, key.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return key;
}

Period month_of(int year, int month) {
  const auto first = std::chrono::year(year) / month;
  return {Date(first / 1), Date(first / std::chrono::last)};
}

// Of what is planned for a month, what falls on the days after `day`.
std::int64_t plan_left(std::int64_t planned_minor, const Period& month, Date day) {
  if (day < month.first) return planned_minor;
  const auto left = std::max(0, days_between(day, month.last));
  return round_div(planned_minor, left, month.days());
}

class Needs {
 public:
  BudgetSum& at(std::string_view need) {
    auto& sum = sums_[key_of(need)];
    if (sum.code.empty()) {
      sum.code = need.empty() ? std::string(kWithoutNeed) : std::string(need);
      sum.label = need.empty() ? "Without a need" : std::string(need);
    }
    return sum;
  }
  std::vector<BudgetSum> by_name() {
    std::vector<BudgetSum> sums;
    for (auto& [key, sum] : sums_) {
      if (key != kWithoutNeed) sums.push_back(sum);
    }
    if (const auto none = sums_.find(std::string(kWithoutNeed)); none != sums_.end()) sums.push_back(none->second);
    return sums;
  }

 private:
  std::map<std::string, BudgetSum> sums_;
};

}  // namespace

PlatformFigures figures_of(const PlatformYear& year, Date day) {
  Needs needs;
  PlatformFigures figures;
  std::map<std::string, std::int64_t> left;  // of each need's plan
  std::map<std::int64_t, PlatformSourceSum> sources;
  for (const auto& cell : year.months) {
    if (cell.funding_source_id == 0) {
      needs.at(cell.need).planned_minor += cell.needed_minor;
      left[key_of(cell.need)] += plan_left(cell.needed_minor, month_of(year.budget.year, cell.month), day);
      continue;
    }
    auto& sum = sources[cell.funding_source_id];
    sum.funding_source_id = cell.funding_source_id;
    sum.name = cell.source_name;
    sum.planned_minor += cell.planned_minor;
    sum.weighted_minor += cell.weighted_minor;
  }
  for (const auto& source : year.sources) {
    auto& sum = needs.at(source.need);
    if (!source.amount_minor) {
      ++figures.without_rate;
      continue;
    }
    auto& figure = source.figure == Figure::kSpent       ? sum.spent_minor
                   : source.figure == Figure::kCommitted ? sum.committed_minor
                                                         : sum.drafts_minor;
    figure += *source.amount_minor;
  }
  figures.total.code = "total";
  figures.total.label = "Total";
  figures.needs = needs.by_name();
  for (auto& need : figures.needs) {
    need.forecast_minor = need.spent_minor + std::max(need.committed_minor, left[key_of(need.code)]);
    figures.total += need;
  }
  for (auto& [id, sum] : sources) figures.sources.push_back(std::move(sum));
  std::ranges::sort(figures.sources, {}, &PlatformSourceSum::name);
  return figures;
}

std::vector<PlatformPoint> series_of(const PlatformYear& year, Date last) {
  std::vector<PlatformPoint> points;
  std::int64_t planned_to_date = 0, spent_to_date = 0;
  for (int month = 1; month <= kMonths; ++month) {
    PlatformPoint point{.month = month, .spent_minor = {}, .spent_to_date_minor = {}, .committed_minor = {}};
    for (const auto& cell : year.months) {
      if (cell.month == month) point.planned_minor += cell.needed_minor;
    }
    point.planned_to_date_minor = planned_to_date += point.planned_minor;
    const auto days = month_of(year.budget.year, month);
    if (days.first <= last) {
      std::int64_t spent = 0;
      for (const auto& source : year.sources) {
        const bool counts = source.figure == Figure::kSpent && days.first <= source.on && source.on <= days.last;
        if (counts) spent += source.amount_minor.value_or(0);
      }
      point.spent_minor = spent;
      point.spent_to_date_minor = spent_to_date += spent;
    }
    points.push_back(point);
  }
  return points;
}

std::vector<PlatformSource> sources_at(const PlatformYear& year, Figure figure, std::string_view code) {
  std::vector<PlatformSource> found;
  const auto key = code == kWithoutNeed ? std::string(kWithoutNeed) : key_of(code);
  for (const auto& source : year.sources) {
    if (source.figure == figure && (code == "total" || key_of(source.need) == key)) found.push_back(source);
  }
  return found;
}

std::string_view platform_definition_of(Figure figure) {
  switch (figure) {
    case Figure::kPlanned:
      return "What the version in force on the day asked for needs, as far as it was approved by then.";
    case Figure::kSpent:
      return "Approved costs of the year that name the need, whoever pays them, by accounting date, reversals taken off; own "
             "costs without a need have a row of their own. Another currency counts at the rate of the day; what is given in "
             "kind is no money.";
    case Figure::kCommitted:
      return "What open contracts and orders that were signed in the year for the need still reserve.";
    case Figure::kDrafts:
      return "Costs that are entered and not yet approved. They take nothing off what is available.";
    case Figure::kAvailable:
      return "Planned, less spent, less committed.";
    case Figure::kForecast:
      return "Spent so far, and the larger of what is committed and of the plan for the days that are left, a need at a time.";
  }
  return "";
}

}  // namespace kindling
