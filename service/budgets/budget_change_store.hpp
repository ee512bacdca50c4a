// All SQL of transfers and amendments.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "budgets/budget_change.hpp"

namespace kindling {

struct Transaction;
class Session;

std::vector<BudgetChange> list_budget_changes(Session& session, std::int64_t grant_id);  // newest first
// kNotFound "budget_change_not_found".
Result<BudgetChange> find_budget_change(Session& session, std::int64_t grant_id, int number);
Result<BudgetChange> lock_budget_change(Transaction& transaction, std::int64_t grant_id, int number);
// The open amendment that a version is drafted for.
std::optional<int> find_change_of_version(Session& session, std::int64_t version_id);
// What the lines of a version are entered within: the grant, and where an amendment is open for it, the grant as amended.
Result<BudgetContext> find_version_context(Session& session, std::int64_t grant_id, std::int64_t version_id);
std::vector<TransferDelta> list_transfer_deltas(Session& session, std::int64_t change_id);
// What stands against the transfer now; empty: nothing.
std::vector<TransferObstacle> list_transfer_obstacles(Session& session, std::int64_t change_id);

// Both give the change's number in the register.
int insert_transfer(Transaction& transaction, const Grant& grant, std::int64_t base_version_id,
                    const NewTransfer& transfer);
int insert_amendment(Transaction& transaction, const Grant& grant, std::int64_t base_version_id,
                     std::int64_t made_version_id, const NewAmendment& amendment);
void update_amendment(Transaction& transaction, std::int64_t change_id, const NewAmendment& amendment);
// Moves the state; who does it becomes requester or decider.
void update_change_state(Transaction& transaction, std::int64_t change_id, std::string_view state,
                         std::string_view reason);
// The version that a transfer makes, submitted by who requested it; its id.
std::int64_t insert_made_version(Transaction& transaction, const BudgetChange& transfer,
                                 const std::vector<BudgetLine>& lines);

}  // namespace kindling
