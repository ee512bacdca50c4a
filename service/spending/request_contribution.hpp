// Partners ask for less than their costs would give.
#pragma once

#include <cstdint>

#include "core/result.hpp"

namespace kindling {

class Input;
struct Transaction;

struct ContributionAct {
  std::int64_t grant_id;
  int number;    // of the period
  int expected;  // version of what is asked for
};
// Fields as parse_contributions says. How many partners changed. kNotFound; kStale.
Result<int> request_contributions(Transaction& transaction, const ContributionAct& act, const Input& input);

}  // namespace kindling
