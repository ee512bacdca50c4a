// The figures of budgets as dashboards read them: at an accounting date, as known at an instant, cut one way. Pure.
// What a line's planned, spent, committed and drafts are, one function of the database says (budget_line_figures); what
// is made of them here: sums, forecast, the plan by month.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "budgets/budget.hpp"
#include "core/date.hpp"
#include "core/result.hpp"

namespace kindling {

// Absent: everything, and as known now.
struct Moment {
  std::optional<Date> as_of;  // accounting date, included
  std::string known_at;       // instant "2026-03-01T12:00:00Z", included; "" is now
};

// "2026-03-01T12:00:00Z", "...12:00:00.5+01:00": with seconds and an offset; nullopt otherwise.
std::optional<std::string> parse_instant(std::string_view text);

enum class Cut { kCategory, kWorkPackage, kPartner, kPeriod, kLine };
inline constexpr std::string_view kCutNames[] = {"category", "work_package", "partner", "period", "line"};
std::optional<Cut> find_cut(std::string_view name);

// What a grant asks for beside its own money, and what approved costs give of it (used_as match), in its currency: paid, and
// given in kind, which is never cash. What is match is claimed from no grant, so no line has it.
struct GrantMatch {
  std::int64_t required_minor = 0, paid_minor = 0, in_kind_minor = 0;
  std::int64_t missing_minor() const;  // 0 where enough is given
};

// The budget of one grant that was in force, with the figures of its lines.
struct GrantBudget {
  std::int64_t grant_id = 0;
  std::string title;
  std::string funder;
  std::string state;  // of the grant
  Period period;      // eligibility
  std::int64_t version_id = 0;
  int version = 0;  // its number
  Date approved_on;
  BudgetTerms terms;
  std::vector<BudgetLine> lines;
  GrantMatch match = {};
};

// What a line will have cost at its end: spent so far, and the larger of what is committed and of the plan for the days
// after `day`, spread evenly over the line's period (the grant's where it has none). Rounded once a line.
std::int64_t forecast_of(const BudgetLine& line, const Period& grant, Date day);
void forecast(GrantBudget& budget, Date day);

// The sums of a cut; a code names one of them: the category's or work package's own ("none" without one), the partner's
// id, "2026-01-01/2026-12-31", or the line's root.
std::vector<BudgetSum> sums_by(const GrantBudget& budget, const BudgetTotals& totals, Cut cut);
// The lines that a sum is made of. An empty code, "direct" and "total": all.
std::vector<BudgetLine> lines_at(const GrantBudget& budget, Cut cut, std::string_view code);

// One month of a budget. Planned is by the days of each line's period; spent and committed are the figures as of the
// month's last day, and absent after the last day that was asked for.
struct SeriesPoint {
  Period month;
  std::int64_t planned_minor = 0;  // in the month
  std::int64_t planned_to_date_minor = 0;
  std::optional<std::int64_t> spent_minor;
  std::optional<std::int64_t> spent_to_date_minor;
  std::optional<std::int64_t> committed_minor;  // open at its end
};

std::vector<Period> months_of(const Period& period);  // calendar months, whole
// What the plan spreads on each of the months, no cent lost; what lies outside goes to the nearest.
std::vector<std::int64_t> plan_by_month(const GrantBudget& budget, const std::vector<Period>& months);

// The figures that can be asked "why this number?", each with its definition in a sentence.
enum class Figure { kPlanned, kSpent, kCommitted, kDrafts, kAvailable, kForecast };
inline constexpr std::string_view kFigureNames[] = {"planned", "spent", "committed", "drafts", "available", "forecast"};
std::optional<Figure> find_figure(std::string_view name);
std::string_view definition_of(Figure figure);
std::int64_t figure_of(const BudgetSum& sum, Figure figure);

}  // namespace kindling
