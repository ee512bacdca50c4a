// A contribution arrives, or its receipt is taken back.
#pragma once

#include <cstdint>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// Posts to the ledger, in the source's fund: in cash debit bank, credit contributions; in kind debit in-kind costs,
// credit in-kind income. The entry's id.
Result<std::int64_t> receive_contribution(Transaction& transaction, std::int64_t source_id, const Input& input, Date today);
// Field: reason. Reverses the entry of one receipt.
Outcome reverse_contribution(Transaction& transaction, std::int64_t source_id, std::int64_t receipt_id, const Input& input, Date today);

}  // namespace kindling
