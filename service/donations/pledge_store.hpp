// All SQL of pledges.
#pragma once

#include <cstdint>
#include <vector>

#include "donations/pledge.hpp"

namespace kindling {

struct Transaction;
class Session;

struct PledgeFilter {
  std::int64_t id = 0;        // 0: any
  std::int64_t donor_id = 0;  // with those merged into it
  bool open_only = false;     // without ended ones
};
// Newest first, with pauses and the days met: three statements.
std::vector<Pledge> list_pledges(Session& session, const PledgeFilter& filter);
// kNotFound "pledge_not_found".
Result<Pledge> find_pledge(Session& session, std::int64_t id);
Result<Pledge> lock_pledge(Transaction& transaction, std::int64_t id);

std::int64_t insert_pledge(Transaction& transaction, const NewPledge& pledge);
// What the donor wrote with it; waits for moderation.
void insert_pledge_message(Transaction& transaction, std::int64_t pledge_id, const std::string& body);
// State, end and its reason; moves the version.
void update_pledge_state(Transaction& transaction, const Pledge& pledge);
void begin_pause(Transaction& transaction, std::int64_t pledge_id, Date first);
void end_pause(Transaction& transaction, std::int64_t pledge_id, Date last);
// Says that a gift meets a day of a pledge; nullopt: that it meets none.
void update_pledge_of_donation(Transaction& transaction, std::int64_t donation_id, std::int64_t pledge_id,
                               std::optional<Date> due_on);

}  // namespace kindling
