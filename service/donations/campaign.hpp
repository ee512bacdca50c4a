// Campaigns: what people are asked to give for, into which fund, under which public reference. Types and rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct NewCampaign {
  std::string name;
  std::optional<std::string> reference;  // 4 to 21 of A-Z and 0-9; made at random where none is given
  Currency currency;
  std::optional<Money> goal;
  Date starts_on;
  std::optional<Date> ends_on;
  bool restricted = false;               // into a fund of its own; else into the general fund
  std::optional<std::string> purpose;    // what a restricted one is for
  std::string public_text;               // plain text
  bool is_public = false;                // stands on the public page
};

struct Campaign {
  std::int64_t id = 0;
  int version = 0;
  std::int64_t funding_source_id = 0;
  std::string name;
  std::string reference;
  Currency currency;
  std::optional<Money> goal;
  Date starts_on;
  std::optional<Date> ends_on;
  std::int64_t fund_id = 0;
  std::string fund_name;
  bool restricted = false;
  std::string purpose;
  std::string public_text;
  bool is_public = false;
  // What cleared, less refunds, in the platform's currency; gifts in kind apart.
  Money raised;
  Money in_kind;
  std::int64_t gifts = 0;
};

// Fields: name, reference, currency, goal, starts_on, ends_on, restricted, purpose, public_text, is_public; version is
// passed over. Campaigns run in the platform's currency, so that goal and gifts compare.
Result<NewCampaign> parse_campaign(const Input& input, Currency platform);
Input typed_of(const Campaign& campaign);
Value campaign_value(const Campaign& campaign);  // schema "Campaign"

}  // namespace kindling
