// What a part of a cost can be charged to, as a form offers it: lines and orders of grants that take costs, their match
// and ineligible parts, and funds of our own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/value.hpp"

namespace kindling {

class Session;

struct AllocationChoice {
  std::string value;  // "line:7", "commitment:3", "match:2", "match:2:5" (from fund 5), "ineligible:2", "own:1",
                      // "own-commitment:4:1"
  std::string label;
};
struct AllocationChoiceGroup {
  std::string label;  // the grant, "Our own"
  std::vector<AllocationChoice> choices;
  std::int64_t grant_id = 0;  // 0: of no grant
};
// Of the active budgets, by grant and line; two statements and one for the funds.
std::vector<AllocationChoiceGroup> list_allocation_choices(Session& session);
// The same for one row of a form, with what is chosen in it.
Value choices_value(const std::vector<AllocationChoiceGroup>& groups, std::string_view chosen);

// Where in its grant a part without a line belongs (match, not eligible): categories "7:c3" (a code is one grant's own),
// and partners by their number. Of grants that take costs; two statements.
struct PlaceChoices {
  std::vector<AllocationChoiceGroup> categories, partners;
};
PlaceChoices list_place_choices(Session& session);

struct NamedChoice {
  std::int64_t id = 0;
  std::string name;
};
std::vector<NamedChoice> list_supplier_choices(Session& session);  // suppliers and partners, by name
std::vector<NamedChoice> list_grant_choices(Session& session);     // awarded ones, by title

}  // namespace kindling
