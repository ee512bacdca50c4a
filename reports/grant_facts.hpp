// What the covers of all statements to a grant's funder show of the grant.
#pragma once

#include <string>

#include "reports/grant_cover.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {

struct StatementCover {
  std::string report;         // its title, in the reader's language
  Period period;              // reported
  RunCover run = {};
  std::string certification = {};
};
sheet::Cover cover_of(const GrantCover& grant, StatementCover cover);

// Agreement, funder, programme, dates, the maximum grant and the rates; formulas may use MaximumGrant, FundingRate and
// IndirectRate.
void add_grant_facts(sheet::Frame& frame, const GrantCover& grant);

}  // namespace kindling
