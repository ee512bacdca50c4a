#include "funding/indirect.hpp"

#include <algorithm>

namespace kindling {

Money indirect_costs(std::span<const CategoryCost> costs, std::span<const Category> categories, Percent rate,
                     Currency currency) {
  Money base{0, currency};
  for (const auto& cost : costs) {
    const auto category = std::ranges::find(categories, cost.code, &Category::code);
    if (category != categories.end() && category->in_indirect_base) base = base + Money{cost.minor, currency};
  }
  return share_of(base, rate);
}

}  // namespace kindling
