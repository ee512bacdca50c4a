// The payment of a cost, and what the exchange took or gave. Pure.
//   paid in the document's currency   debit payables, credit bank, per fund. A restricted fund may go below its cash: what
//                                     is missing is prefinanced by the unrestricted fund, and shown.
//   paid from an account in another   the clearing account stands between: it gets the document's amount and gives what was
//                                     booked for it in the account's currency. What left the bank beside that is a loss or
//                                     a gain of the exchange, in the account's currency, on the fund that paid.
// Nothing is ever summed over two currencies.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"
#include "spending/expenditure.hpp"

namespace kindling {

class Fields;

struct Payment {
  Date paid_on;
  std::optional<Money> paid = {};  // nullopt: the document's own amount and currency
};

// Fields: paid_amount, paid_currency, both or neither. Codes: required, paid_in_the_same_currency.
std::optional<Money> read_paid_amount(Fields& fields, Currency document);

// What stands of the cost, per fund: in the document's currency, and what is booked for it in the account's.
struct OwedByFund {
  std::int64_t owed_minor = 0;
  std::int64_t booked_minor = 0;
};
using Owed = std::map<std::int64_t, OwedByFund>;  // by fund

// Of what stands, reversals taken off. Not for in kind. `owed` needs its booked_minor only where `payment.paid` is there;
// the paid amount is split over the funds in proportion, without losing a cent.
NewEntry payment_entry(const Expenditure& cost, const Payment& payment, const Owed& owed);

// A gain or a loss: what left the account against what was booked (payment), what the pinned rate made of what was booked
// (closing), what a reversal gave back of the latter (reversal).
struct ExchangeDifference {
  std::string at;                          // "payment", "closing", "reversal"
  Money gain;                              // negative: a loss
  std::optional<std::int64_t> entry_id;    // of the payment and the reversal; a closing posts all costs of its period at once
};
// `posted`: what the entries of the cost itself have on the account of exchange differences. No zero among them.
std::vector<ExchangeDifference> exchange_differences_of(const Expenditure& cost, std::vector<ExchangeDifference> posted);
Value exchange_difference_value(const ExchangeDifference& difference);

}  // namespace kindling
