// A budget as the API answers it and as pages show it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "budgets/budget_figures.hpp"
#include "core/value.hpp"

namespace kindling {

// Amounts as texts "1250.00" (schema "Budget"); with the rows of a cut where one is named.
Value budget_value(const GrantBudget& budget, std::optional<Cut> cut);
// One sum with all its figures: {code, label, planned, spent, committed, drafts, available, forecast}.
Value sum_value(const BudgetSum& sum, Currency currency);
Value budget_version_value(const BudgetVersion& version);  // schema "BudgetVersion"
// Rows of sums with amounts grouped for reading, for {{#rows}}.
Value sums_display(const std::vector<BudgetSum>& sums, Currency currency);
Value totals_display(const BudgetTotals& totals, const BudgetContext& context);

}  // namespace kindling
