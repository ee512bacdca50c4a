// All SQL of donations. Nothing here knows who a donor is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "donations/donation.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

struct DonationList {
  std::vector<Donation> donations;
  std::string next_cursor;
};
// Sort: given_on. Filters: state, method, campaign_id, donor_id (with those merged into it), from, to. Search: the
// reference or the donor's. One statement.
Result<DonationList> list_donations(Session& session, const ListQuery& query);
// kNotFound "donation_not_found". With parts and refunds.
Result<Donation> find_donation(Session& session, std::int64_t id);
// The same under a row lock.
Result<Donation> lock_donation(Transaction& transaction, std::int64_t id);

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
// Cash that each fund holds now, in the currency: what came to the bank less what left it.
std::vector<std::pair<std::int64_t, Money>> cash_of_funds(Session& session, const std::vector<GiftPart>& parts);

struct FundChoice {
  std::int64_t id;
  std::string name;
};
// Funds that a gift without a campaign may go to.
std::vector<FundChoice> list_gift_funds(Session& session);

}  // namespace kindling
