// All SQL of contributions.
#pragma once

#include <cstdint>
#include <vector>

#include "donations/contribution.hpp"

namespace kindling {

struct Transaction;
class Session;

// Funding sources that are contributions or other income, with what arrived: one statement.
std::vector<Contribution> list_contributions(Session& session);
// kNotFound "contribution_not_found".
Result<Contribution> find_contribution(Session& session, std::int64_t source_id);
void insert_contribution_receipt(Transaction& transaction, std::int64_t source_id, const NewContributionReceipt& receipt,
                                 std::int64_t entry_id);

}  // namespace kindling
