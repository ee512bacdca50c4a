#include "support/record_pledge_offer.hpp"

#include "audit/audit.hpp"
#include "core/creditor_reference.hpp"
#include "donations/donor_store.hpp"
#include "donations/donor_vault.hpp"
#include "donations/pledge_store.hpp"
#include "donations/record_pledge.hpp"
#include "storage/database.hpp"
#include "support/pledge_offer_store.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t id) {
  record_audit(transaction, {.action = action, .object_kind = "pledge_offer", .object_id = id, .fields = {}, .reason = {}});
}

Result<std::int64_t> donor_of(Transaction& transaction, const DonorDesk& desk, const OfferingPerson& person) {
  // A name alone does not tell two people apart, so only the e-mail is asked for.
  for (const auto id : find_donors_by(transaction.session, {.name_hash = std::string(32, '\0'), .email_hash = desk.vault.email_hash(person.email)})) {
    const auto donor = find_donor(transaction.session, id);
    if (donor) return donor->merged_into_id.value_or(donor->id);
  }
  Input typed;
  typed.set("name", person.name);
  typed.set("email", person.email);
  typed.set("contact_preference", "email");
  typed.set("consent_on", to_string(desk.today));
  return record_donor(transaction, desk, typed);
}

}  // namespace

Result<std::int64_t> offer_pledge(Transaction& transaction, const DonorDesk& desk, const Input& input, Currency platform) {
  if (const auto open = must_be_open(desk.vault); !open) return open.error();
  const auto offer = parse_pledge_offer(input, platform);
  if (!offer) return offer.error();
  std::optional<std::int64_t> campaign;
  if (!offer->campaign.empty()) {
    // The page names campaigns by their creditor reference: "RF", two check digits, and their own.
    const auto own = offer->campaign.starts_with("RF") && offer->campaign.size() > 4 ? offer->campaign.substr(4) : offer->campaign;
    campaign = find_public_campaign(transaction.session, own);
    if (!campaign) return invalid_field("campaign", "campaign_not_found", "Choose one of the list.");
  }
  const auto id = insert_pledge_offer(transaction, desk.vault, *offer, campaign);
  audit(transaction, "pledge_offer.made", id);
  return id;
}

Result<std::int64_t> accept_pledge_offer(Transaction& transaction, const DonorDesk& desk, std::int64_t offer_id, Currency platform) {
  if (const auto open = must_be_open(desk.vault); !open) return open.error();
  const auto offer = lock_pledge_offer(transaction, desk.vault, offer_id);
  if (!offer) return offer.error();
  if (!offer->person) return conflict("pledge_offer_does_not_open", "Who promised this cannot be read: it was sealed under another key.");
  const auto donor = donor_of(transaction, desk, *offer->person);
  if (!donor) return donor.error();
  Input typed;
  typed.set("donor_id", std::to_string(*donor));
  if (offer->campaign_id) typed.set("campaign_id", std::to_string(*offer->campaign_id));
  typed.set("currency", std::string(offer->amount.currency.code()));
  typed.set("amount", to_string(offer->amount));
  typed.set("cycle", offer->cycle);
  typed.set("starts_on", to_string(desk.today));
  const auto pledge = record_pledge(transaction, typed, platform);
  if (!pledge) return pledge.error();
  if (offer->person->message) insert_pledge_message(transaction, *pledge, *offer->person->message);
  decide_pledge_offer(transaction, offer_id, *pledge);
  audit(transaction, "pledge_offer.accepted", offer_id);
  return *pledge;
}

Outcome decline_pledge_offer(Transaction& transaction, const DonorDesk& desk, std::int64_t offer_id) {
  const auto offer = lock_pledge_offer(transaction, desk.vault, offer_id);
  if (!offer) return offer.error();
  decide_pledge_offer(transaction, offer_id, std::nullopt);
  audit(transaction, "pledge_offer.declined", offer_id);
  return kOk;
}

}  // namespace kindling
