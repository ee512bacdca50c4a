// What the public page tells: the year's need, what is secured by kind of source, what is missing, how to give. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/value.hpp"

namespace kindling {

// Fewer donors than this are no group: their sum would tell what one of them gave.
inline constexpr int kDonorsMin = 10;

struct SecuredSource {
  std::string kind;   // grants, contributions, donations, other
  Money amount;
};

struct PublicCampaign {
  std::string name;
  std::string text;
  std::string reference;               // a creditor reference (ISO 11649)
  std::optional<Money> goal;
  std::optional<Money> raised;         // absent below kDonorsMin donors
};

struct PublicAccount {
  std::string holder;
  std::string iban;
  std::optional<std::string> bic;
  Currency currency;                   // in EUR it can be paid to by payment code
};

struct SupportFigures {
  Date day;                            // of the figures; they are made once a day
  std::optional<Money> needed;         // of the approved budget of the year; absent: no figures are shown
  std::vector<SecuredSource> secured;  // without donations below kDonorsMin donors
  std::vector<PublicCampaign> campaigns;
  std::optional<PublicAccount> account;

  Money secured_sum() const;           // only where `needed` is there
  Money missing() const;               // at least 0
  int secured_percent() const;         // 0 to 100, rounded down: never "100" while something is missing
};

// What "secured" counts, in one sentence for page and JSON; make_support_day (migration 0017) is where it is computed.
inline constexpr const char* kSecuredMeans =
    "Secured counts money that is bound to a purpose as far as this year's budget plans with it, and this year's money that "
    "is free for any purpose; together never more than is needed.";

const char* label_of_source(std::string_view kind);
Value support_value(const SupportFigures& figures, std::string_view platform);  // /support/progress.json
std::string progress_svg(const SupportFigures& figures, std::string_view platform);

}  // namespace kindling
