// The platform's budget of a year is drafted, written, submitted, and approved or returned by somebody else.
#pragma once

#include <cstdint>

#include "core/currency.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

struct PlatformBudgetAct {
  std::int64_t budget_id;
  int expected;  // version; another one is kStale
};

// Field: year. A new draft with the lines of the year's active version, of the year before where there is none; its id.
// kConflict where a version of the year is open already.
Result<std::int64_t> draft_platform_budget(Transaction& transaction, const Input& input, Currency currency);
// Replaces all lines of a draft.
Outcome save_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input& input);
Outcome submit_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input& input);
// By another person; supersedes the year's active version.
Outcome approve_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input& input);
// Field: reason. Back to its author.
Outcome return_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input& input);

}  // namespace kindling
