#include "reports/grant_facts.hpp"

#include <utility>

namespace kindling {

sheet::Cover cover_of(const GrantCover& grant, StatementCover cover) {
  return {.platform = grant.platform,
          .report = std::move(cover.report),
          .subject = grant.title,
          .period = cover.period,
          .currency = grant.maximum.currency,
          .ledger_position = grant.ledger_position,
          .ledger_hash = grant.ledger_hash,
          .as_of_s = grant.sealed_at_s,
          .letter = std::move(cover.run.letter),
          .identifier = std::move(cover.run.identifier),
          .certification = std::move(cover.certification)};
}

void add_grant_facts(sheet::Frame& frame, const GrantCover& grant) {
  const auto& words = frame.words();
  frame.fact(words("Agreement number"), grant.reference);
  frame.fact(words("Funder"), grant.funder);
  frame.fact(words("Programme"), grant.programme);
  if (!grant.call.empty()) frame.fact(words("Call"), grant.call);
  frame.fact(words("Coordinator"), grant.coordinator);
  frame.fact(words("Eligible from"), grant.eligibility.first);
  frame.fact(words("Eligible to"), grant.eligibility.last);
  frame.fact(words("Maximum grant"), grant.maximum, "MaximumGrant");
  frame.fact(words("Funding rate"), grant.funding_rate, "FundingRate");
  frame.fact(words("Indirect cost rate"), grant.indirect_rate, "IndirectRate");
}

}  // namespace kindling
