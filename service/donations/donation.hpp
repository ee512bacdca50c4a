// Donations: what was given, what it cost to receive, and what was given back. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

class Fields;

struct GiftPart {
  std::int64_t fund_id = 0;
  Money gross;                 // of a new gift in its own currency, of a stored one in the platform's
  std::string fund_name = {};
};

// Valid by construction: parse_donation alone makes one.
struct NewDonation {
  std::string kind;    // cash, in_kind
  std::string state;   // pending, cleared
  std::string method;  // bank_transfer, direct_debit, card, online, cash, cheque; in_kind for goods and services
  std::string reference;
  Date given_on;
  Date cleared_on;     // the accounting date; given_on where it is pending
  Money gross;
  Money fee;           // taken off before it arrives: net = gross - fee
  std::optional<std::string> rate;  // units given for one of the platform's currency; the published one where absent
  std::optional<std::int64_t> campaign_id;
  std::optional<std::int64_t> donor_id;
  std::optional<std::int64_t> soft_credit_donor_id;  // whom else it is thanks to; never counts as money
  std::vector<GiftPart> parts;      // empty: the campaign's fund, else the general one
  std::optional<std::string> description;      // in kind: what it is
  std::optional<std::string> valuation_basis;  // in kind: why it is worth that
  std::optional<std::string> message;          // plain text; waits for moderation
  // What reached an account in another currency than the platform's, or what the bank made of it on the way; absent: net, in
  // the platform's currency at the gift's rate.
  std::optional<Money> arrived = {};
};

struct DonationRefund {
  std::int64_t id = 0;
  std::string kind;  // refund, chargeback
  Money amount;
  Money base_amount;
  Date booked_on;
  std::string reason;
  std::int64_t entry_id = 0;
};

struct Donation {
  std::int64_t id = 0;
  int version = 0;
  std::string kind;
  std::string state;  // pending, cleared, failed, refunded, charged_back
  Date given_on;
  std::optional<Date> cleared_on;
  std::string method;
  std::string reference;
  std::optional<std::int64_t> donor_id;
  std::string donor_reference;  // "" where nobody knows; never a name
  std::optional<std::int64_t> campaign_id;
  std::string campaign_name;
  std::optional<std::int64_t> pledge_id;
  Money gross, fee, refunded;
  std::string rate;                          // "" in the platform's currency
  Money base_gross, base_fee, base_refunded; // in the platform's currency
  std::optional<Money> arrived;              // as in NewDonation; of a cleared one
  std::string description, valuation_basis;
  std::optional<std::int64_t> entry_id;
  std::optional<std::int64_t> receipt_id;
  std::optional<Date> thanked_on;
  std::vector<GiftPart> parts;           // find_donation only
  std::vector<DonationRefund> refunds;   // find_donation only; oldest first

  Money net() const { return gross - fee; }
  Money left() const { return gross - refunded; }
  Money base_net() const { return base_gross - base_fee; }
  // Of the account that it came to, and that a refund leaves.
  Currency account_currency() const { return arrived ? arrived->currency : base_gross.currency; }
};

// Fields: kind, state, method, reference, given_on, cleared_on, currency (the platform's where absent), gross, fee,
// rate, campaign_id, donor_id, soft_credit_donor_id, parts.N.{fund_id, amount}, description, valuation_basis, message,
// arrived_currency, arrived_amount.
Result<NewDonation> parse_donation(const Input& input, Currency platform, Date today);

// "25.1": units given for one of the platform's currency. Field: rate; only of another currency.
std::optional<std::string> read_rate(Fields& fields, Currency given, Currency platform);

// What reached the account. Fields: arrived_currency, arrived_amount; nullopt where neither says more than the gift does.
struct ArrivalFacts {
  Money net;
  Currency platform;
};
std::optional<Money> read_arrival(Fields& fields, const ArrivalFacts& facts);

struct NewRefund {
  Money amount;
  Date booked_on;
  std::string reason;
  std::optional<Money> left_account = {};  // where it is not in proportion to what had arrived
  bool with_fee = false;                   // all that the gift had posted: it should never have been recorded
};
// Fields: amount (the gift's currency, at most what is left), booked_on, reason, left_amount (in the account's currency,
// where that is another one); version is passed over.
Result<NewRefund> parse_refund(const Input& input, const Donation& donation, Date today);

// How much of a refund falls on each part, in the order of the parts: in proportion over all refunds so far, so that
// the last one leaves nothing behind. Platform's currency; adds up to `base_amount`.
std::vector<std::int64_t> refund_shares(const Donation& donation, std::int64_t base_amount_minor);
// The refund in the platform's currency, at the gift's own rate; all refunds of a gift come to its base amount.
std::int64_t base_refund(const Donation& donation, std::int64_t amount_minor);
// What of each part leaves an account whose currency is told with the gift's arrival: in proportion to what had arrived.
std::vector<std::int64_t> account_shares(const Donation& donation, const NewRefund& refund);

Value donation_value(const Donation& donation);  // schema "Donation"; nothing of a person

}  // namespace kindling
