// All SQL of promises from the public page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/pledge_offer.hpp"

namespace kindling {

class DonorVault;
class Session;
struct Transaction;

// The person sealed to this very offer. `campaign_id` of a campaign that the public page shows.
std::int64_t insert_pledge_offer(Transaction& transaction, const DonorVault& vault, const NewPledgeOffer& offer,
                                 std::optional<std::int64_t> campaign_id);
// By its own reference; nullopt where no public campaign has it.
std::optional<std::int64_t> find_public_campaign(Session& session, std::string_view reference);

// Those that wait, the oldest first, at most 500; their persons read, each with an audit.
std::vector<PledgeOffer> list_pledge_offers(Transaction& transaction, const DonorVault& vault);
// One that waits, under its lock. kNotFound "pledge_offer_not_found".
Result<PledgeOffer> lock_pledge_offer(Transaction& transaction, const DonorVault& vault, std::int64_t id);
// From here on nothing of the person is left in it. `pledge_id`: accepted, nullopt: declined.
void decide_pledge_offer(Transaction& transaction, std::int64_t id, std::optional<std::int64_t> pledge_id);
std::int64_t count_pledge_offers(Session& session);

}  // namespace kindling
