// What the overview of a grant shows: key figures, partners, categories, rules, and the steps that are open
// to it.
#pragma once

#include <vector>

#include "core/value.hpp"
#include "funding/grant.hpp"
#include "ledger/ledger.hpp"

namespace kindling {

struct GrantParts {
  const std::vector<Category>& categories;
  const std::vector<GrantPartner>& partners;
  const std::vector<Balance>& balances;  // of its fund; none before the award
};

// For the template "grant", which also asks "may_write".
Value grant_overview(const Grant& grant, const GrantParts& parts, const Programmes& programmes);

}  // namespace kindling
