// What partners ask for of a reporting period: the maximum that their costs give, or less (line h of the EU's Annex 4).
// Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct ReportingPeriod;
struct ReportingStatement;

// A lower contribution that stands.
struct AskedContribution {
  std::optional<std::int64_t> partner_id;  // nullopt: costs without a partner
  Money amount;
};
// Of one period. `version` begins at 1 and moves with each change.
struct AskedContributions {
  int version = 1;
  std::vector<AskedContribution> asked;
};

struct NewContribution {
  std::optional<std::int64_t> partner_id;
  std::optional<Money> amount;             // nullopt: the maximum again
};
// Fields: version, partners.N.{partner_id, amount}; both may be empty. Those that are left out, and those that say what is
// known, are no change. Codes: unknown_partner, stands_twice, exceeds_the_maximum.
Result<std::vector<NewContribution>> parse_contributions(const Input& input, const ReportingStatement& statement,
                                                         const AskedContributions& known, Currency currency);

// Schema "RequestedContributions".
Value requested_contributions_value(const ReportingPeriod& period, const ReportingStatement& statement,
                                    const AskedContributions& asked, Currency currency);

// nullptr where the partner asks for the maximum.
const AskedContribution* find_asked(const AskedContributions& asked, std::optional<std::int64_t> partner_id);

}  // namespace kindling
