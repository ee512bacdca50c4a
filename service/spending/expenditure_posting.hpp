// What an expenditure posts to the ledger, without I/O.
//   approved   debit direct costs, credit payables: a claim on the grant's fund and the line's root in the grant's
//              currency, everything else on its own fund in the document's. Where the two currencies differ, the
//              clearing account stands between, so that each currency balances.
//   in kind    debit in-kind costs, credit in-kind income: never cash.
//   paid       expenditure_payment.hpp.
//   reversed   the approval's postings with the other sign, for the part that is taken back. What was paid for it is owed
//              by the supplier from then on: payables. What a closing added to a claim at its pinned rate is given back
//              to the exchange differences that it came from.
#pragma once

#include <cstdint>
#include <vector>

#include "ledger/ledger.hpp"
#include "spending/expenditure.hpp"

namespace kindling {

NewEntry approval_entry(const Expenditure& cost);

// How much of each allocation a reversal takes back, in both currencies.
struct TakenBack {
  std::int64_t allocation_id = 0;
  std::int64_t minor = 0;        // in the document's currency
  std::int64_t grant_minor = 0;  // in the grant's
  std::int64_t booked_minor = 0; // of a claim in another currency: the share of what the approval booked
};
// In proportion to what stands of each, by largest remainder; after the last one nothing is left in either currency.
std::vector<TakenBack> spread_reversal(const Expenditure& cost, Money amount);
NewEntry reversal_entry(const Expenditure& cost, const std::vector<TakenBack>& taken, Date booked_on,
                        std::string_view reason);

}  // namespace kindling
