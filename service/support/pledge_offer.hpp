// What a visitor of the public page promises: a regular gift, who they are, and a word. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

// Leaves memory only sealed.
struct OfferingPerson {
  std::string name;
  std::string email;
  std::optional<std::string> message;  // plain text; waits for moderation
};

struct NewPledgeOffer {
  OfferingPerson person;
  std::string campaign;  // a campaign's reference as the page shows it (ISO 11649), "" for none
  Money amount;
  std::string cycle;     // monthly, quarterly, yearly
};
// Fields: name, email, amount, cycle, campaign, message, agree (has to be ticked).
Result<NewPledgeOffer> parse_pledge_offer(const Input& input, Currency platform);

// One that waits; the person is read from it with an audit.
struct PledgeOffer {
  std::int64_t id = 0;
  std::optional<std::int64_t> campaign_id;
  std::string campaign_name;
  Money amount;
  std::string cycle;
  std::string offered_on;                // "2026-03-01"
  std::optional<OfferingPerson> person;  // absent where it does not open
};
Value pledge_offer_value(const PledgeOffer& offer);  // schema "PledgeOffer"

std::string person_to_text(const OfferingPerson& person);
std::optional<OfferingPerson> person_of_text(std::string_view text);

}  // namespace kindling
