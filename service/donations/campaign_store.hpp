// All SQL of campaigns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "donations/campaign.hpp"

namespace kindling {

struct Transaction;
class Session;

// All of them, the latest start first, with what they raised: one statement.
std::vector<Campaign> list_campaigns(Session& session);
// kNotFound "campaign_not_found".
Result<Campaign> find_campaign(Session& session, std::int64_t id);
// By its public reference: what a payment names.
Result<Campaign> find_campaign_by_reference(Session& session, std::string_view reference);

// `reference` is decided by now; `fund_id` fits the restriction. The funding source comes by itself.
std::int64_t insert_campaign(Transaction& transaction, const NewCampaign& campaign, const std::string& reference,
                             std::int64_t fund_id);
// All but reference, currency and fund. False where the version is no longer `expected`.
bool update_campaign(Transaction& transaction, std::int64_t id, int expected, const NewCampaign& campaign);
// The fund that gifts without a purpose go to.
std::int64_t general_fund(Session& session);

}  // namespace kindling
