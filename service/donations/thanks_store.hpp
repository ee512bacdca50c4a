// All SQL of thanks: which gifts wait for one, and that it was said.
#pragma once

#include <cstdint>
#include <vector>

#include "donations/donation.hpp"

namespace kindling {

struct Transaction;
class Session;

// A gift of a known donor that cleared and was not thanked for.
struct GiftToThank {
  std::int64_t donation_id = 0;
  std::int64_t donor_id = 0;  // with merged ones: the one they count as
  std::string donor_reference;
  std::string contact_preference;
  Date given_on;
  Money gross;
  std::string campaign_name;
  std::string description;
};
// Oldest first, at most `limit`; donors that were erased are left out.
std::vector<GiftToThank> list_gifts_to_thank(Session& session, int limit);
// How many of these gifts were not thanked for before; each is now.
std::int64_t mark_thanked(Transaction& transaction, const std::vector<std::int64_t>& donation_ids, Date on);

// With a gift, or with a pledge.
struct DonorMessage {
  std::string with;     // donation, pledge
  std::int64_t id = 0;  // of it
  Date on;              // given, or begun
  std::string body;
  std::string state;  // waiting, shown, hidden
};
// Those that wait first, then the latest, at most 200.
std::vector<DonorMessage> list_messages(Session& session);
// Messages that a person let pass, the latest first: what the public page may show.
std::vector<std::string> list_shown_messages(Session& session, int limit);
// False where there is no such message.
bool moderate_message(Transaction& transaction, std::string_view with, std::int64_t id, const std::string& state);

}  // namespace kindling
