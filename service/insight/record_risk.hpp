// Risks are recorded and changed here, by page and API alike.
#pragma once

#include <cstdint>

#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// Fields as parse_risk reads them.
Result<std::int64_t> record_risk(Transaction& transaction, const Input& input);
// kStale where the version is no longer `expected`.
Outcome change_risk(Transaction& transaction, std::int64_t id, int expected, const Input& input);

}  // namespace kindling
