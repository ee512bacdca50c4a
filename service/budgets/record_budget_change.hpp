// A transfer or an amendment is asked for, and approved, declined or withdrawn. One is open at a time for a grant.
#pragma once

#include <cstdint>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// An act on one change as its form knew it.
struct BudgetChangeAct {
  std::int64_t grant_id;
  int number;
  int expected;  // version; another one is kStale
  Date today;
};

// Asks for a transfer between lines in force; its number in the register. kInvalid with what stands against it: a line
// below what is used, a category that needs an amendment, the grant's threshold (AGA 5.5), the maximum grant.
Result<int> request_transfer(Transaction& transaction, std::int64_t grant_id, const Input& input);

// Begins an amendment: the next version as a draft, whose lines are edited as those of any draft; its number.
Result<int> draft_amendment(Transaction& transaction, std::int64_t grant_id, const Input& input, Date today);
Outcome save_amendment(Transaction& transaction, const BudgetChangeAct& act, const Input& input);
// With the funder's reference and the day of its agreement, within the new maximum grant.
Outcome submit_amendment(Transaction& transaction, const BudgetChangeAct& act, const Input& input);

// By another person. Makes the transfer's version, puts the new one into force and the agreed award, end and rate onto the grant: all
// in the caller's transaction, so that either everything holds or the old budget does.
Outcome approve_change(Transaction& transaction, const BudgetChangeAct& act, const Input& input);
// Field: reason. By another person: a transfer is refused, an amendment goes back to its author.
Outcome decline_change(Transaction& transaction, const BudgetChangeAct& act, const Input& input);
// Field: reason. By those who enter; an amendment's draft of a budget is given up with it.
Outcome withdraw_change(Transaction& transaction, const BudgetChangeAct& act, const Input& input);

}  // namespace kindling
