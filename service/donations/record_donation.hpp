// What happens to a gift: recorded, cleared or failed, refunded in part or whole, charged back. Each posts to the ledger.
#pragma once

#include <cstdint>

#include "core/currency.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct NewDonation;
struct Transaction;

// What the platform settles for every gift.
struct GiftRules {
  Currency platform;  // its own currency
  Date today;
};

// Records a gift; a cleared one is posted: debit bank (net) and fees, credit income from donations (gross), fund by
// fund. What reached an account in another currency is debited there, and the clearing account stands between. In kind: debit in-kind costs, credit in-kind income, never the bank. A gift of a donor with a pledge is matched
// to the earliest day that is still open. Its id.
Result<std::int64_t> record_donation(Transaction& transaction, const Input& input, const GiftRules& rules);
// The same of what is valid already: a line of the bank, a row of a file.
Result<std::int64_t> record_gift(Transaction& transaction, const NewDonation& gift, const GiftRules& rules);

// An act on one gift as its form knew it.
struct DonationAct {
  std::int64_t donation_id;
  int expected;  // version; another one is kStale
  Date today;
};
// Fields: cleared_on, fee (as told by the bank; the recorded one where absent), arrived_currency, arrived_amount. Only a
// pending one; posts it.
Outcome clear_donation(Transaction& transaction, const DonationAct& act, const Input& input);
// Field: reason. Only a pending one: it never arrived.
Outcome fail_donation(Transaction& transaction, const DonationAct& act, const Input& input);
// Fields: amount, booked_on, reason, left_amount. Leaves the same funds in proportion, out of the account that it had come
// to; the fee stays a cost. The entry's id.
Result<std::int64_t> refund_donation(Transaction& transaction, const DonationAct& act, const Input& input);
// What should never have been recorded goes back with its fee, so that nothing is left in the ledger; only a cleared one.
Result<std::int64_t> unrecord_donation(Transaction& transaction, std::int64_t donation_id, Date booked_on, const std::string& reason);
// Fields: booked_on, reason, left_amount. The payer's bank takes back the whole payment; refused where it was refunded already.
Result<std::int64_t> charge_back_donation(Transaction& transaction, const DonationAct& act, const Input& input);

}  // namespace kindling
