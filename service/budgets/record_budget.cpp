#include "budgets/record_budget.hpp"

#include "audit/audit.hpp"
#include "budgets/budget_change_store.hpp"
#include "budgets/budget_store.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "identity/authorize.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = "budget." + std::move(action), .object_kind = "budget_version", .object_id = id,
                             .fields = {}, .reason = std::move(reason)});
}

// The version under its lock, as the form knew it, in the state that the act needs.
Result<BudgetVersion> lock_expected(Transaction& transaction, const BudgetAct& act, const char* state) {
  auto version = lock_budget_version(transaction, act.grant_id, act.number);
  if (!version) return version.error();
  if (version->version != act.expected) return stale();
  if (version->state != state) {
    return conflict("budget_edge_allowed", "This version is " + version->state + ", not " + state + ".");
  }
  return version;
}

// A version that an amendment makes is submitted and decided together with it.
Outcome check_stands_alone(Transaction& transaction, const BudgetVersion& version) {
  const auto change = find_change_of_version(transaction.session, version.id);
  if (!change) return kOk;
  return conflict("version_belongs_to_an_amendment", "This version belongs to amendment no. " + std::to_string(*change) +
                                                         "; take this step there, in the register of modifications.");
}

// Who asks does not approve, and does not send back what is theirs to withdraw either.
Outcome authorize_decision(const Transaction& transaction, const BudgetVersion& version) {
  return authorize(transaction.actor, Action::kApproveBudget,
                   {.kind = "budget_version", .author_id = version.submitted_by});
}

}  // namespace

Result<int> draft_budget(Transaction& transaction, std::int64_t grant_id) {
  const auto grant = lock_grant(transaction, grant_id);
  if (!grant) return grant.error();
  const auto versions = list_budget_versions(transaction.session, grant_id);
  const BudgetVersion* active = nullptr;
  for (const auto& version : versions) {
    if (version.state == "draft" || version.state == "submitted") {
      return conflict("one_open_budget_version", "Version " + std::to_string(version.number) + " is still " +
                                                     version.state + "; finish it first.");
    }
    if (version.state == "approved") active = &version;
  }
  if (active != nullptr && grant->awarded) {
    return conflict("budget_in_force_needs_a_change",
                    "This budget is part of the agreement: change it by a transfer between lines or by an amendment.");
  }
  const auto number = insert_budget_version(transaction, grant_id);
  const auto draft = find_budget_version(transaction.session, grant_id, number);
  if (!draft) return draft.error();
  if (active != nullptr) {
    replace_budget_lines(transaction, draft->id, with_deltas(list_budget_lines(transaction.session, active->id), {}));
  }
  audit(transaction, "drafted", draft->id);
  return number;
}

Outcome save_budget(Transaction& transaction, const BudgetAct& act, const Input& input) {
  const auto version = lock_expected(transaction, act, "draft");
  if (!version) return version.error();
  const auto context = find_version_context(transaction.session, act.grant_id, version->id);
  if (!context) return context.error();
  const auto lines = parse_budget(with_pasted_lines(input, *context), *context);
  if (!lines) return lines.error();
  replace_budget_lines(transaction, version->id, *lines);
  touch_budget_version(transaction, version->id);
  audit(transaction, "saved", version->id);
  return kOk;
}

Outcome submit_budget(Transaction& transaction, const BudgetAct& act) {
  const auto version = lock_expected(transaction, act, "draft");
  if (!version) return version.error();
  if (const auto alone = check_stands_alone(transaction, *version); !alone) return alone.error();
  const auto context = find_budget_context(transaction.session, act.grant_id);
  if (!context) return context.error();
  const auto fits = check_budget(list_budget_lines(transaction.session, version->id), *context);
  if (!fits) return fits.error();
  update_budget_state(transaction, version->id, "submitted", "");
  audit(transaction, "submitted", version->id);
  return kOk;
}

Outcome approve_budget(Transaction& transaction, const BudgetAct& act) {
  // The grant first: its award cannot shrink while the budget is checked against it.
  const auto grant = lock_grant(transaction, act.grant_id);
  if (!grant) return grant.error();
  const auto version = lock_expected(transaction, act, "submitted");
  if (!version) return version.error();
  if (const auto may = authorize_decision(transaction, *version); !may) return may.error();
  if (const auto alone = check_stands_alone(transaction, *version); !alone) return alone.error();
  const auto context = find_budget_context(transaction.session, act.grant_id);
  if (!context) return context.error();
  const auto fits = check_budget(list_budget_lines(transaction.session, version->id), *context);
  if (!fits) return fits.error();
  supersede_active(transaction, act.grant_id);
  update_budget_state(transaction, version->id, "approved", "");
  audit(transaction, "approved", version->id);
  return kOk;
}

Outcome withdraw_budget(Transaction& transaction, const BudgetAct& act) {
  const auto version = lock_expected(transaction, act, "draft");
  if (!version) return version.error();
  if (const auto alone = check_stands_alone(transaction, *version); !alone) return alone.error();
  update_budget_state(transaction, version->id, "withdrawn", "");
  audit(transaction, "withdrawn", version->id);
  return kOk;
}

Outcome return_budget(Transaction& transaction, const BudgetAct& act, const Input& input) {
  const auto version = lock_expected(transaction, act, "submitted");
  if (!version) return version.error();
  if (const auto may = authorize_decision(transaction, *version); !may) return may.error();
  if (const auto alone = check_stands_alone(transaction, *version); !alone) return alone.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto reason = fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
  if (!reason) return reason.error();
  update_budget_state(transaction, version->id, "draft", *reason);
  audit(transaction, "returned", version->id, *reason);
  return kOk;
}

}  // namespace kindling
