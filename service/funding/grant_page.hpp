// What all pages and answers of a grant have in common.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/value.hpp"
#include "funding/grant.hpp"

namespace kindling {

struct GrantStateChange;

// The head of a grant's pages, for {{#grant}}{{> grant_head}}{{/grant}}: title, funder, reference, state
// badge, tabs. `active_tab` is one of overview, partners, budget, commitments, instalments, obligations, periods,
// work-packages, reports, open data, history.
Value grant_head(const Grant& grant, std::string_view active_tab);

// Where a grant's page stands: Grants, the grant, and the page itself.
std::vector<std::pair<std::string, std::string>> grant_crumbs(const Grant& grant,
                                                              std::string page_label = {});

// "/grants/7"
std::string grant_path(const Grant& grant);

// A grant as the API answers it (schema "Grant").
Value grant_value(const Grant& grant, const std::vector<Category>& categories,
                  const std::vector<GrantPartner>& partners);
// Schemas "GrantPartner" and "GrantStateChange".
Value partner_value(const GrantPartner& partner);
Value state_change_value(const GrantStateChange& change);

}  // namespace kindling
