// All SQL of commitments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spending/commitment.hpp"

namespace kindling {

struct Transaction;
class Session;

// Of a grant; nullopt: those that no grant bears.
using GrantOrPlatform = std::optional<std::int64_t>;

// All of them, newest first, with what is consumed of each, in one statement.
std::vector<Commitment> list_commitments(Session& session, GrantOrPlatform grant);
// kNotFound "commitment_not_found", also where it is another grant's.
Result<Commitment> find_commitment(Session& session, GrantOrPlatform grant, std::int64_t id);
// The same under a row lock. Whoever changes one locks its grant first (lock_grant).
Result<Commitment> lock_commitment(Transaction& transaction, GrantOrPlatform grant, std::int64_t id);

// `state` is open or proposed; the database checks it against what the line has available.
std::int64_t insert_commitment(Transaction& transaction, std::int64_t grant_id, const NewCommitment& commitment,
                               std::string_view state);
// Of the platform's own: proposed where it exceeds what its need has left in the budget of its year, else open. Orders of
// a year take turns.
std::int64_t insert_platform_commitment(Transaction& transaction, const NewCommitment& commitment);
void release_commitment_row(Transaction& transaction, std::int64_t id, const std::string& reason);
void override_commitment_row(Transaction& transaction, std::int64_t id, const std::string& reason);

// What open commitments of grants still reserve, a row a grant, the largest first.
struct GrantPromise {
  std::int64_t grant_id = 0;
  std::string grant_title;
  int open = 0;
  Money reserved;
};
std::vector<GrantPromise> list_promises_of_grants(Session& session);

}  // namespace kindling
