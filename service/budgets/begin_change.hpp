// What every change of a budget in force begins with.
#pragma once

#include <cstdint>

#include "budgets/budget.hpp"

namespace kindling {

struct Transaction;

struct BegunChange {
  BudgetContext context;
  BudgetVersion in_force;
};
// Locks the grant. kConflict where it is not awarded or closed, has no budget in force, or a version or change is open.
Result<BegunChange> begin_change(Transaction& transaction, std::int64_t grant_id);

}  // namespace kindling
