// The payment of an approved cost: posted with the approval where it is known by then, else afterwards.
#pragma once

#include "core/result.hpp"

namespace kindling {

struct Expenditure;
struct Payment;
struct Transaction;

// kInvalid "exchange_rate_is_missing" at paid_currency.
Outcome post_payment(Transaction& transaction, const Expenditure& cost, const Payment& payment);

}  // namespace kindling
