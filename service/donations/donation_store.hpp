// Writes gifts and what becomes of them. Nothing here knows who a donor is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "donations/donation.hpp"

namespace kindling {

struct Transaction;
class Session;

// What a gift needs to know before it is written, in one statement: its number, where its money goes, and what it is
// in the platform's currency.
struct GiftContext {
  std::int64_t id = 0;
  std::int64_t general_fund_id = 0;
  std::optional<std::int64_t> campaign_fund_id;
  std::optional<Money> base_gross, base_fee;  // nullopt: no rate is known for the day
  std::optional<std::string> rate;            // what was used; nullopt in the platform's currency
};
GiftContext take_gift_number(Transaction& transaction, const NewDonation& gift, Currency platform);

// A gift ready to be written.
struct GiftRow {
  const NewDonation& gift;
  const GiftContext& context;
  std::vector<GiftPart> base_parts;
  std::optional<std::int64_t> entry_id;
  std::optional<std::int64_t> pledge_id;
  std::optional<Date> pledge_due_on;
};
void insert_donation(Transaction& transaction, const GiftRow& row);
void insert_soft_credit(Transaction& transaction, std::int64_t donation_id, std::int64_t donor_id);
void insert_message(Transaction& transaction, std::int64_t donation_id, const std::string& body);

// pending -> cleared.
void update_donation_cleared(Transaction& transaction, const Donation& donation);
// pending -> failed.
void update_donation_failed(Transaction& transaction, std::int64_t id);
void insert_refund(Transaction& transaction, std::int64_t donation_id, const std::string& kind, const NewRefund& refund,
                   std::int64_t base_amount_minor, std::int64_t entry_id);

// An amount of the gift's currency in the platform's, at a rate that is stored already.
std::int64_t in_platform_currency(Session& session, Money amount, Currency platform, const std::string& rate);
}  // namespace kindling
