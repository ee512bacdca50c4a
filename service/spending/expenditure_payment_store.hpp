// All SQL of payments: what is owed by each fund, what was paid, and what the exchange took or gave.
#pragma once

#include <cstdint>
#include <vector>

#include "spending/expenditure_payment.hpp"

namespace kindling {

struct Transaction;
class Session;

// Per fund. Booked in the account's currency is what the approval posted of claims in it; of everything else the amount at
// the rate of the document's day. kInvalid "exchange_rate_is_missing" at paid_currency.
Result<Owed> find_owed(Session& session, const Expenditure& cost, const Payment& payment);
void update_payment(Transaction& transaction, std::int64_t id, const Payment& payment, std::int64_t entry_id);
// What the cost's own entries have on the account of exchange differences: an entry and currency each.
std::vector<ExchangeDifference> list_posted_differences(Session& session, std::int64_t expenditure_id);

}  // namespace kindling
