// All SQL of the platform's own budget.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "budgets/platform_budget.hpp"

namespace kindling {

struct Transaction;
class Session;

std::vector<PlatformBudget> list_platform_budgets(Session& session);  // the latest year first, then the latest version
// kNotFound "platform_budget_not_found".
Result<PlatformBudget> find_platform_budget(Session& session, std::int64_t id);
Result<PlatformBudget> lock_platform_budget(Transaction& transaction, std::int64_t id);
std::vector<PlatformLine> list_platform_lines(Session& session, std::int64_t budget_id);   // with their sources
std::vector<PlatformMonth> list_platform_months(Session& session, std::int64_t budget_id); // need x source x month
std::vector<SourceChoice> list_source_choices(Session& session);                           // by name

std::int64_t insert_platform_budget(Transaction& transaction, int year, Currency currency);
void replace_platform_lines(Transaction& transaction, std::int64_t budget_id, const std::vector<PlatformLine>& lines);
// Moves the state; who does it becomes submitter or approver. Empty: only the version moves.
void update_platform_state(Transaction& transaction, std::int64_t budget_id, std::string_view state,
                           std::string_view reason);
void supersede_platform_budget(Transaction& transaction, int year);

}  // namespace kindling
