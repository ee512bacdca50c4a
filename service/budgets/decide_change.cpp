#include <algorithm>

#include "audit/audit.hpp"
#include "budgets/budget_change_store.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/record_budget_change.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "identity/authorize.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const BudgetChange& change, std::string action, std::string reason = {}) {
  record_audit(transaction, {.action = change.kind + "." + std::move(action), .object_kind = "budget_change",
                             .object_id = change.id, .fields = {}, .reason = std::move(reason)});
}

// The grant first, as whoever approves costs and commitments does: nothing is spent while the budget is replaced.
Result<BudgetChange> lock_open(Transaction& transaction, const BudgetChangeAct& act) {
  const auto grant = lock_grant(transaction, act.grant_id);
  if (!grant) return grant.error();
  auto change = lock_budget_change(transaction, act.grant_id, act.number);
  if (!change) return change.error();
  if (change->version != act.expected) return stale();
  if (!change->is_open()) {
    return conflict("change_edge_allowed", "This " + change->kind + " is " + change->state + " already.");
  }
  return change;
}

// Who asks does not decide, neither who began it nor who submitted it.
Result<BudgetChange> lock_to_decide(Transaction& transaction, const BudgetChangeAct& act) {
  auto change = lock_open(transaction, act);
  if (!change) return change.error();
  if (change->state != "requested") {
    return conflict("change_edge_allowed", "This " + change->kind + " is " + change->state + "; it was not submitted yet.");
  }
  for (const auto& author : {std::optional(change->created_by), change->requested_by}) {
    const auto may = authorize(transaction.actor, Action::kApproveBudget, {.kind = "budget_change", .author_id = author});
    if (!may) return may.error();
  }
  return change;
}

Result<std::string> read_reason(const Input& input) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  return fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
}

// The version that a transfer makes of the one in force.
Outcome make_transferred_version(Transaction& transaction, const BudgetChange& transfer, const BudgetContext& context) {
  const auto lines = list_budget_lines(transaction.session, transfer.base_version_id);
  const NewTransfer asked{transfer.justification, list_transfer_deltas(transaction.session, transfer.id)};
  // What was spent or promised since it was asked for may stand against it now.
  const auto obstacles = list_transfer_obstacles(transaction.session, transfer.id);
  if (!obstacles.empty()) return obstacles_error(obstacles, asked, lines, context);
  const auto changed = with_deltas(lines, asked.deltas);
  if (const auto fits = check_budget(changed, context); !fits) return fits.error();
  insert_made_version(transaction, transfer, changed);
  return kOk;
}

Outcome check_amended_version(Transaction& transaction, const BudgetChange& amendment, BudgetContext context) {
  context.grant = with_terms(context.grant, amendment);
  const auto lines = list_budget_lines(transaction.session, *amendment.made_version_id);
  if (const auto within = check_line_days(lines, context); !within) return within.error();
  if (const auto fits = check_budget(lines, context); !fits) return fits.error();
  return check_lines_kept(list_budget_lines(transaction.session, amendment.base_version_id), lines, context);
}

}  // namespace

Outcome approve_change(Transaction& transaction, const BudgetChangeAct& act, const Input&) {
  auto change = lock_to_decide(transaction, act);
  if (!change) return change.error();
  const auto context = find_budget_context(transaction.session, act.grant_id);
  if (!context) return context.error();
  const auto ready = change->is_transfer() ? make_transferred_version(transaction, *change, *context)
                                           : check_amended_version(transaction, *change, *context);
  if (!ready) return ready.error();
  change = find_budget_change(transaction.session, act.grant_id, act.number);
  if (!change) return change.error();
  if (!changed_terms(terms_before(*change), terms_after(*change)).empty()) {
    update_grant_terms(transaction, act.grant_id, change->awarded, change->ends_on, change->funding_rate);
  }
  // The database asks the rules while the old version is in force, and looks at commit whether all of it was done.
  update_change_state(transaction, change->id, "approved", "");
  supersede_active(transaction, act.grant_id);
  update_budget_state(transaction, *change->made_version_id, "approved", "");
  audit(transaction, *change, "approved");
  return kOk;
}

Outcome decline_change(Transaction& transaction, const BudgetChangeAct& act, const Input& input) {
  const auto change = lock_to_decide(transaction, act);
  if (!change) return change.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  if (!change->is_transfer()) update_budget_state(transaction, *change->made_version_id, "draft", *reason);
  update_change_state(transaction, change->id, change->is_transfer() ? "refused" : "draft", *reason);
  audit(transaction, *change, change->is_transfer() ? "refused" : "returned", *reason);
  return kOk;
}

Outcome withdraw_change(Transaction& transaction, const BudgetChangeAct& act, const Input& input) {
  const auto change = lock_open(transaction, act);
  if (!change) return change.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  if (!change->is_transfer() && change->state == "requested") {
    return conflict("change_edge_allowed", "This amendment is submitted; whoever decides can return it to you first.");
  }
  if (change->made_version_id) update_budget_state(transaction, *change->made_version_id, "withdrawn", *reason);
  update_change_state(transaction, change->id, "withdrawn", *reason);
  audit(transaction, *change, "withdrawn", *reason);
  return kOk;
}

}  // namespace kindling
