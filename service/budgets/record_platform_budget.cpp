#include "budgets/record_platform_budget.hpp"

#include "audit/audit.hpp"
#include "budgets/platform_budget_store.hpp"
#include "core/fields.hpp"
#include "identity/authorize.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = "platform_budget." + std::move(action), .object_kind = "platform_budget",
                             .object_id = id, .fields = {}, .reason = std::move(reason)});
}

Result<PlatformBudget> lock_expected(Transaction& transaction, const PlatformBudgetAct& act, const char* state) {
  auto budget = lock_platform_budget(transaction, act.budget_id);
  if (!budget) return budget.error();
  if (budget->version != act.expected) return stale();
  if (budget->state != state) {
    return conflict("budget_edge_allowed", "This version is " + budget->state + ", not " + state + ".");
  }
  return budget;
}

// Who asks does not decide, neither who began it nor who submitted it.
Result<PlatformBudget> lock_to_decide(Transaction& transaction, const PlatformBudgetAct& act) {
  auto budget = lock_expected(transaction, act, "submitted");
  if (!budget) return budget.error();
  for (const auto& author : {budget->created_by, budget->submitted_by}) {
    const auto may = authorize(transaction.actor, Action::kApproveBudget, {.kind = "platform_budget", .author_id = author});
    if (!may) return may.error();
  }
  return budget;
}

}  // namespace

Result<std::int64_t> draft_platform_budget(Transaction& transaction, const Input& input, Currency currency) {
  Fields fields(input);
  const auto year = fields.finish(static_cast<int>(fields.integer("year", 2000, 2199)));
  if (!year) return year.error();
  const PlatformBudget* model = nullptr;
  const auto budgets = list_platform_budgets(transaction.session);
  for (const auto& budget : budgets) {
    if (budget.year == *year && (budget.state == "draft" || budget.state == "submitted")) {
      return conflict("one_open_platform_budget", "Version " + std::to_string(budget.number) + " of this year is still " +
                                                      budget.state + "; finish it first.");
    }
    const bool usable = budget.state == "approved" && (budget.year == *year || budget.year == *year - 1);
    if (usable && (model == nullptr || budget.year > model->year)) model = &budget;
  }
  const auto id = insert_platform_budget(transaction, *year, currency);
  if (model != nullptr && model->currency == currency) {
    replace_platform_lines(transaction, id, list_platform_lines(transaction.session, model->id));
  }
  audit(transaction, "drafted", id);
  return id;
}

Outcome save_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input& input) {
  const auto budget = lock_expected(transaction, act, "draft");
  if (!budget) return budget.error();
  const auto lines = parse_platform_lines(input, budget->currency, list_source_choices(transaction.session));
  if (!lines) return lines.error();
  replace_platform_lines(transaction, budget->id, *lines);
  update_platform_state(transaction, budget->id, "", "");
  audit(transaction, "saved", budget->id);
  return kOk;
}

Outcome submit_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input&) {
  const auto budget = lock_expected(transaction, act, "draft");
  if (!budget) return budget.error();
  if (budget->needed_minor == 0) {
    return invalid_field("", "budget_is_empty", "Enter at least one need before you submit.");
  }
  update_platform_state(transaction, budget->id, "submitted", "");
  audit(transaction, "submitted", budget->id);
  return kOk;
}

Outcome approve_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input&) {
  const auto budget = lock_to_decide(transaction, act);
  if (!budget) return budget.error();
  supersede_platform_budget(transaction, budget->year);
  update_platform_state(transaction, budget->id, "approved", "");
  audit(transaction, "approved", budget->id);
  return kOk;
}

Outcome return_platform_budget(Transaction& transaction, const PlatformBudgetAct& act, const Input& input) {
  const auto budget = lock_to_decide(transaction, act);
  if (!budget) return budget.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto reason = fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
  if (!reason) return reason.error();
  update_platform_state(transaction, budget->id, "draft", *reason);
  audit(transaction, "returned", budget->id, *reason);
  return kOk;
}

}  // namespace kindling
