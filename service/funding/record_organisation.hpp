// Organisations are recorded and changed here, by page and API alike.
#pragma once

#include <cstdint>

#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

Result<std::int64_t> record_organisation(Transaction& transaction, const Input& input);
// kNotFound, or kStale where somebody else changed it meanwhile. The new version.
Result<int> change_organisation(Transaction& transaction, std::int64_t id, int expected, const Input& input);

}  // namespace kindling
