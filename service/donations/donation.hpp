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
  std::string description, valuation_basis;
  std::optional<std::int64_t> entry_id;
  std::optional<std::int64_t> receipt_id;
  std::optional<Date> thanked_on;
  std::vector<GiftPart> parts;           // find_donation only
  std::vector<DonationRefund> refunds;   // find_donation only; oldest first

  Money net() const { return gross - fee; }
  Money left() const { return gross - refunded; }
};

// Fields: kind, state, method, reference, given_on, cleared_on, currency (the platform's where absent), gross, fee,
// rate, campaign_id, donor_id, soft_credit_donor_id, parts.N.{fund_id, amount}, description, valuation_basis, message.
Result<NewDonation> parse_donation(const Input& input, Currency platform, Date today);

struct NewRefund {
  Money amount;
  Date booked_on;
  std::string reason;
};
// Fields: amount (the gift's currency, at most what is left), booked_on, reason; version is passed over.
Result<NewRefund> parse_refund(const Input& input, const Donation& donation, Date today);

// How much of a refund falls on each part, in the order of the parts: in proportion over all refunds so far, so that
// the last one leaves nothing behind. Platform's currency; adds up to `base_amount`.
std::vector<std::int64_t> refund_shares(const Donation& donation, std::int64_t base_amount_minor);
// The refund in the platform's currency, at the gift's own rate; all refunds of a gift come to its base amount.
std::int64_t base_refund(const Donation& donation, std::int64_t amount_minor);

Value donation_value(const Donation& donation);  // schema "Donation"; nothing of a person

}  // namespace kindling
