// Obligations are recorded and moved here, by page and API alike.
#pragma once

#include <cstdint>

#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

struct ObligationAct {
  std::int64_t grant_id;
  std::int64_t obligation_id;
  int expected;  // version
};

// Fields: kind, title, due_on, owner_id.
Result<std::int64_t> record_obligation(Transaction& transaction, std::int64_t grant_id, const Input& input);
// Fields: state (submitted, accepted, returned), reason (needed for returned). Only along allowed edges.
Outcome change_obligation_state(Transaction& transaction, const ObligationAct& act, const Input& input);

}  // namespace kindling
