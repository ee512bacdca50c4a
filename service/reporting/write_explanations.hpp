// A coordinator explains the variances of a reported period.
#pragma once

#include <cstdint>

#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// Stores what differs from what stands there, audited line by line. kStale where somebody else wrote since version
// `expected`; kConflict "explanation_is_settled" once a report of the period was submitted.
Outcome write_explanations(Transaction& transaction, std::int64_t grant_id, int expected, const Input& input);

}  // namespace kindling
