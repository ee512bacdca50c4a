// A budget version is drafted, written, submitted, and approved or returned by somebody else.
#pragma once

#include <cstdint>

#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

struct BudgetAct {
  std::int64_t grant_id;
  int number;    // of the version
  int expected;  // row version; another one is kStale
};

// A new draft with the lines of the active version; its number. kConflict where one is open already, and once the grant
// is awarded and a budget in force: from then on a transfer or an amendment makes the next version.
Result<int> draft_budget(Transaction& transaction, std::int64_t grant_id);
// Replaces all lines of a draft.
Outcome save_budget(Transaction& transaction, const BudgetAct& act, const Input& input);
// Within the maximum grant at the funding rate; then nobody changes it any more.
Outcome submit_budget(Transaction& transaction, const BudgetAct& act);
// By another person than the submitter; supersedes the active one.
Outcome approve_budget(Transaction& transaction, const BudgetAct& act);
// Gives up a draft that belongs to no amendment.
Outcome withdraw_budget(Transaction& transaction, const BudgetAct& act);
// Field: reason. Back to its author.
Outcome return_budget(Transaction& transaction, const BudgetAct& act, const Input& input);

}  // namespace kindling
