#include "budgets/budget_why.hpp"

#include <algorithm>

namespace kindling {
namespace {

std::vector<WhyPart> parts_of_total(const BudgetTotals& totals, Figure figure) {
  return {{"Direct costs", figure, "direct", figure_of(totals.direct, figure)},
          {"Indirect costs", figure, "indirect", figure_of(totals.indirect, figure)}};
}

// The base of indirect costs, category by category (AGA 6.2.E).
std::vector<WhyPart> parts_of_indirect(const Why& why, const BudgetTotals& totals) {
  std::vector<WhyPart> parts;
  if (why.query.cut != Cut::kCategory) return parts;
  for (const auto& category : why.budget.terms.categories) {
    if (!category.in_indirect_base) continue;
    const auto sum = std::ranges::find(totals.by_category, category.code, &BudgetSum::code);
    parts.push_back({"Base: " + category.name, why.query.figure, category.code, figure_of(*sum, why.query.figure)});
  }
  return parts;
}

std::vector<WhyPart> parts_of_sum(const BudgetSum& sum, Figure figure) {
  if (figure == Figure::kAvailable) {
    return {{"Planned", Figure::kPlanned, sum.code, sum.planned_minor},
            {"Spent", Figure::kSpent, sum.code, -sum.spent_minor},
            {"Committed", Figure::kCommitted, sum.code, -sum.committed_minor}};
  }
  if (figure == Figure::kForecast) {
    return {{"Spent", Figure::kSpent, sum.code, sum.spent_minor},
            {"Committed, or planned for the days that are left", Figure::kCommitted, "",
             sum.forecast_minor - sum.spent_minor}};
  }
  return {};
}

}  // namespace

Result<Why> explain_figure(Session& session, const WhyQuery& query) {
  auto budget = find_budget(session, query.moment, query.grant_id);
  if (!budget) return budget.error();
  forecast(*budget, query.moment.as_of.value_or(query.today));
  Why why{.query = query, .budget = *std::move(budget), .sum = {}, .definition = std::string(definition_of(query.figure)),
          .parts = {}, .found = {}};
  const auto totals = totals_of(why.budget.lines, why.budget.terms);
  if (query.code == "total") {
    why.sum = totals.total;
    why.parts = parts_of_total(totals, query.figure);
    return why;
  }
  if (query.code == "indirect") {
    why.sum = totals.indirect;
    why.parts = parts_of_indirect(why, totals);
    why.definition += " Of it, " + to_string(why.budget.terms.indirect_rate) +
                      " % of the categories in the base, rounded once: indirect costs are never entered.";
    return why;
  }
  const auto sums = sums_by(why.budget, totals, query.cut);
  const auto sum = std::ranges::find(sums, query.code, &BudgetSum::code);
  if (query.code == "direct") {
    why.sum = totals.direct;
  } else if (sum != sums.end()) {
    why.sum = *sum;
  } else {
    return not_found("no_such_code", "This budget has nothing of that name; look at its rows again.");
  }
  why.parts = parts_of_sum(why.sum, query.figure);
  if (why.parts.empty()) {
    why.found = list_sources(session, query.figure, lines_at(why.budget, query.cut, query.code), query.moment,
                             query.after, query.limit);
  }
  return why;
}

}  // namespace kindling
