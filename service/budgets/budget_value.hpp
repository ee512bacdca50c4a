// A budget as the API answers it and as pages show it.
#pragma once

#include <string_view>
#include <vector>

#include "budgets/budget.hpp"
#include "core/value.hpp"

namespace kindling {

// Amounts as texts "1250.00" (schema "Budget"). `by` is category, work_package, partner or line.
Value budget_value(const BudgetContext& context, const BudgetVersion& version, const std::vector<BudgetLine>& lines,
                   std::string_view by);
Value budget_version_value(const BudgetVersion& version);  // schema "BudgetVersion"
// Rows of sums with amounts grouped for reading, for {{#rows}}.
Value sums_display(const std::vector<BudgetSum>& sums, Currency currency);
Value totals_display(const BudgetTotals& totals, const BudgetContext& context);

}  // namespace kindling
