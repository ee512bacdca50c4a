// What all pages of a grant have in common.
#pragma once

#include <string_view>

#include "core/value.hpp"
#include "funding/grant.hpp"

namespace kindling {

// The head of a grant's pages, for {{#grant}}{{> grant_head}}{{/grant}}: title, funder, reference, state badge, tabs.
// `active_tab` is one of overview, partners, budget, instalments, obligations, reports, history.
Value grant_head(const Grant& grant, std::string_view active_tab);

// A grant as the API answers it (schema "Grant").
Value grant_value(const Grant& grant, const std::vector<Category>& categories,
                  const std::vector<GrantPartner>& partners);

}  // namespace kindling
