// What happens to an instalment: planned, requested, received (in parts or more than planned), reversed, cancelled.
#pragma once

#include <cstdint>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// An act on one instalment as its form knew it.
struct InstalmentAct {
  std::int64_t grant_id;
  std::int64_t instalment_id;
  int expected;  // version; another one is kStale
  Date today;
};

Result<std::int64_t> plan_instalment(Transaction& transaction, std::int64_t grant_id, const Input& input);
// Field: requested_on. Only a planned one.
Outcome request_instalment(Transaction& transaction, const InstalmentAct& act, const Input& input);
// Posts to the ledger: debit bank, credit income from grants, in the grant's restricted fund. Received once the whole
// amount is there, or where settled_reason says that no more will come. The entry's id.
Result<std::int64_t> receive_instalment(Transaction& transaction, const InstalmentAct& act, const Input& input);
// Field: reason. Reverses the entry of one receipt; the instalment is open again where money is missing now.
Outcome reverse_receipt(Transaction& transaction, const InstalmentAct& act, std::int64_t receipt_id, const Input& input);
// Field: reason. Only where nothing was received.
Outcome cancel_instalment(Transaction& transaction, const InstalmentAct& act, const Input& input);

}  // namespace kindling
