// A bank account is recorded, with its opening balance in the ledger, and changed.
#pragma once

#include <cstdint>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// Posts the opening balance: debit bank, credit opening balances, in the general fund. Its id.
Result<std::int64_t> record_bank_account(Transaction& transaction, const Input& input, Date today);
Outcome change_bank_account(Transaction& transaction, std::int64_t id, int expected, const Input& input);

}  // namespace kindling
