// Two versions of a grant's budget side by side. Types and rules, without I/O.
#pragma once

#include <string>
#include <vector>

#include "budgets/budget.hpp"
#include "core/value.hpp"

namespace kindling {

struct ComparedLine {
  std::int64_t budget_line_id = 0;  // the root
  std::string change;               // added, removed, changed, same
  std::string label;                // as it is in the later version where it stands there
  std::string was;                  // the earlier label where it differs
  std::int64_t before_minor = 0;
  std::int64_t after_minor = 0;
  std::int64_t difference_minor() const { return after_minor - before_minor; }
};

struct ComparedSum {
  std::string code;
  std::string label;
  std::int64_t before_minor = 0;
  std::int64_t after_minor = 0;
  std::int64_t difference_minor() const { return after_minor - before_minor; }
};

struct BudgetComparison {
  std::vector<ComparedLine> lines;       // as in the later version, those taken out behind
  std::vector<ComparedSum> by_category;  // all of the grant's, in its order
  ComparedSum direct, indirect, total;
};
BudgetComparison compare_budgets(const std::vector<BudgetLine>& before, const std::vector<BudgetLine>& after,
                                 const BudgetContext& context);

// Amounts as texts "1250.00" (schema "BudgetComparison"); and grouped for reading, the lines that are the same left out.
Value comparison_value(const BudgetComparison& comparison, Currency currency);
Value comparison_display(const BudgetComparison& comparison, Currency currency);

}  // namespace kindling
