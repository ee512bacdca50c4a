#include "donations/record_campaign.hpp"

#include <algorithm>

#include <sodium.h>

#include "audit/audit.hpp"
#include "donations/campaign_store.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// Without letters and digits that are mistaken for one another on paper.
std::string random_reference() {
  static constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRTUVWXYZ346789";
  std::string text(8, ' ');
  for (auto& c : text) c = kLetters[randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
  return text;
}

void audit(Transaction& transaction, const char* action, std::int64_t id) {
  record_audit(transaction, {.action = action, .object_kind = "campaign", .object_id = id, .fields = {}, .reason = {}});
}

}  // namespace

Result<std::int64_t> record_campaign(Transaction& transaction, const Input& input, Currency platform) {
  const auto campaign = parse_campaign(input, platform);
  if (!campaign) return campaign.error();
  const auto reference = campaign->reference.value_or(random_reference());
  const auto fund = campaign->restricted
                        ? create_fund(transaction, "campaign-" + reference, campaign->name, "restricted")
                        : general_fund(transaction.session);
  const auto id = insert_campaign(transaction, *campaign, reference, fund);
  audit(transaction, "campaign.recorded", id);
  return id;
}

Outcome change_campaign(Transaction& transaction, std::int64_t id, int expected, const Input& input, Currency platform) {
  const auto before = find_campaign(transaction.session, id);
  if (!before) return before.error();
  const auto campaign = parse_campaign(input, platform);
  if (!campaign) return campaign.error();
  if (campaign->restricted != before->restricted) {
    return invalid_field("restricted", "campaign_keeps_its_fund",
                         "People gave under this restriction, so it stays. Start another campaign instead.");
  }
  if (campaign->reference && *campaign->reference != before->reference) {
    return invalid_field("reference", "campaign_keeps_its_fund", "The reference is printed and paid with, so it stays.");
  }
  if (!update_campaign(transaction, id, expected, *campaign)) return stale();
  audit(transaction, "campaign.changed", id);
  return kOk;
}

}  // namespace kindling
