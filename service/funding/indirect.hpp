// Indirect costs: derived from a grant's rate and base, never typed. Pure. Source: AGA 6.2.E.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/money.hpp"
#include "funding/programme.hpp"

namespace kindling {

// Direct costs of one category.
struct CategoryCost {
  std::string_view code;
  std::int64_t minor = 0;
};

// The rate times the sum of the categories that are in the base, rounded once, half away from zero. A code that the
// grant does not have counts as excluded.
Money indirect_costs(std::span<const CategoryCost> costs, std::span<const Category> categories, Percent rate,
                     Currency currency);

}  // namespace kindling
