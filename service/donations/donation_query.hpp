// Reads gifts, and what the funds they went to hold. Nothing here knows who a donor is.
#pragma once

#include <cstdint>
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

// Cash that each fund of the gift holds now, in the currency of the account that the gift came to: what came to the bank
// less what left it.
std::vector<std::pair<std::int64_t, Money>> cash_of_funds(Session& session, const Donation& donation);

struct FundChoice {
  std::int64_t id;
  std::string name;
};
// Funds that a gift without a campaign may go to.
std::vector<FundChoice> list_gift_funds(Session& session);

}  // namespace kindling
