// All SQL of commitments.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "spending/commitment.hpp"

namespace kindling {

struct Transaction;
class Session;

// All of a grant, newest first, with what is consumed of each, in one statement.
std::vector<Commitment> list_commitments(Session& session, std::int64_t grant_id);
// kNotFound "commitment_not_found", also where it is another grant's.
Result<Commitment> find_commitment(Session& session, std::int64_t grant_id, std::int64_t id);
// The same under a row lock. Whoever changes one locks its grant first (lock_grant).
Result<Commitment> lock_commitment(Transaction& transaction, std::int64_t grant_id, std::int64_t id);

// `state` is open or proposed; the database checks it against what the line has available.
std::int64_t insert_commitment(Transaction& transaction, std::int64_t grant_id, const NewCommitment& commitment,
                               std::string_view state);
void release_commitment_row(Transaction& transaction, std::int64_t id, const std::string& reason);
void override_commitment_row(Transaction& transaction, std::int64_t id, const std::string& reason);

}  // namespace kindling
