// Says which work packages are completed, in which period.
#pragma once

#include <cstdint>

#include "core/result.hpp"

namespace kindling {

class Input;
struct Transaction;

struct CompletionAct {
  std::int64_t grant_id;
  int expected;  // version of the grant's work packages
};
// Fields as parse_completions says. How many work packages changed. kNotFound where there is no such grant.
Result<int> record_completions(Transaction& transaction, const CompletionAct& act, const Input& input);

}  // namespace kindling
