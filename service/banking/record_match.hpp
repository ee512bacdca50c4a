// A line of the bank is matched: with what the ledger has, or with a document that it posts. Or it is ignored, or undone.
#pragma once

#include <cstdint>

#include "core/currency.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct BankLine;
class DonorVault;
struct Transaction;

// An act on one line as its form knew it.
struct BankLineAct {
  std::int64_t line_id;
  int expected;        // version; another one is kStale
  Date today;
  Currency platform;   // its own currency
  const DonorVault& vault;
};

// Fields: target (matching.hpp), amount (as much of the line as is matched, without sign; all that is left of it where
// absent), donor_id (of a new gift), rate (of a new gift in another currency), description (of a fee or other income),
// reason. A line is matched once its matches add up to it; until then more can be added. The entry's id.
Result<std::int64_t> match_bank_line(Transaction& transaction, const BankLineAct& act, const Input& input);
// Field: reason. Adds the match's negation; what the line had posted is reversed by a linked entry, a gift refunded.
Outcome undo_bank_match(Transaction& transaction, const BankLineAct& act, std::int64_t match_id, const Input& input);
// Field: reason. Only a line without matches.
Outcome ignore_bank_line(Transaction& transaction, const BankLineAct& act, const Input& input);
// An ignored line is new again.
Outcome reopen_bank_line(Transaction& transaction, const BankLineAct& act);

// Matches the line where a proposal is certain: true where it did. What is refused leaves the line as it was.
bool match_if_certain(Transaction& transaction, const BankLineAct& act);

}  // namespace kindling
