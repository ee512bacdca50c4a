#include "budgets/begin_change.hpp"

#include "budgets/budget_change_store.hpp"
#include "budgets/budget_store.hpp"
#include "funding/grant_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

bool takes_changes(GrantState state) {
  return state == GrantState::kAwarded || state == GrantState::kActive || state == GrantState::kSuspended ||
         state == GrantState::kClosing;
}

}  // namespace

Result<BegunChange> begin_change(Transaction& transaction, std::int64_t grant_id) {
  const auto grant = lock_grant(transaction, grant_id);
  if (!grant) return grant.error();
  if (!takes_changes(grant->state)) {
    return conflict("change_needs_an_award",
                    "Transfers and amendments belong to an agreement: the grant is awarded and not closed.");
  }
  for (const auto& change : list_budget_changes(transaction.session, grant_id)) {
    if (!change.is_open()) continue;
    return conflict("one_open_change", "The " + change.kind + " no. " + std::to_string(change.number) +
                                           " is still open; have it decided or withdraw it first.");
  }
  const BudgetVersion* in_force = nullptr;
  const auto versions = list_budget_versions(transaction.session, grant_id);
  for (const auto& version : versions) {
    if (version.state == "draft" || version.state == "submitted") {
      return conflict("one_open_budget_version", "Version " + std::to_string(version.number) + " is still " +
                                                     version.state + "; finish it first.");
    }
    if (version.state == "approved") in_force = &version;
  }
  if (in_force == nullptr) {
    return conflict("change_needs_a_budget_in_force", "No budget is in force yet: enter one and have it approved first.");
  }
  auto context = find_budget_context(transaction.session, grant_id);
  if (!context) return context.error();
  return BegunChange{*std::move(context), *in_force};
}

}  // namespace kindling
