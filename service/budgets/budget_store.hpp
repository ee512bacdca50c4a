// All SQL of budgets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "budgets/budget.hpp"

namespace kindling {

struct Transaction;
class Session;

// The grant with its categories and partners. kNotFound "grant_not_found".
Result<BudgetContext> find_budget_context(Session& session, std::int64_t grant_id);

std::vector<BudgetVersion> list_budget_versions(Session& session, std::int64_t grant_id);  // newest first
// kNotFound "budget_version_not_found".
Result<BudgetVersion> find_budget_version(Session& session, std::int64_t grant_id, int number);
Result<BudgetVersion> lock_budget_version(Transaction& transaction, std::int64_t grant_id, int number);
// Lines in their order, with what is spent, committed and drafted on each (budget_line_figures), in one statement.
std::vector<BudgetLine> list_budget_lines(Session& session, std::int64_t version_id);

int insert_budget_version(Transaction& transaction, std::int64_t grant_id);  // its number
void replace_budget_lines(Transaction& transaction, std::int64_t version_id, const std::vector<BudgetLine>& lines);
void touch_budget_version(Transaction& transaction, std::int64_t version_id);
// Moves the state; who does it becomes submitter or approver. `reason` of a return.
void update_budget_state(Transaction& transaction, std::int64_t version_id, std::string_view state,
                         std::string_view reason);
void supersede_active(Transaction& transaction, std::int64_t grant_id);

}  // namespace kindling
