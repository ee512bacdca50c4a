// A contract or order is committed, let pass by somebody else where it exceeds its line, and released. Approved costs
// that name it consume it; the database moves it to consumed.
#pragma once

#include <cstdint>
#include <optional>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// An act on one commitment as its form knew it.
struct CommitmentAct {
  std::optional<std::int64_t> grant_id;  // nullopt: one that no grant bears
  std::int64_t commitment_id;
  int expected;  // version; another one is kStale
};

// Reserves the amount on a line of the budget in force; the id. What exceeds the line's available amount is refused
// (kInvalid "commitment_exceeds_the_line" with the figures) or, where the grant's rule warns, stays "proposed".
Result<std::int64_t> record_commitment(Transaction& transaction, std::int64_t grant_id, const Input& input, Date today);
// One that no grant bears. It reserves its need in the platform's budget of the year in which it is signed; what exceeds
// that, or what no budget plans, stays "proposed".
Result<std::int64_t> record_platform_commitment(Transaction& transaction, const Input& input, Date today);
// Field: reason. By another person than who recorded it; the proposed commitment is open then.
Outcome override_commitment(Transaction& transaction, const CommitmentAct& act, const Input& input);
// Field: reason. An open or proposed one; its rest is available again.
Outcome release_commitment(Transaction& transaction, const CommitmentAct& act, const Input& input);

}  // namespace kindling
