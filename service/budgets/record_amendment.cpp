#include "audit/audit.hpp"
#include "budgets/begin_change.hpp"
#include "budgets/budget_change_store.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/record_budget_change.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id) {
  record_audit(transaction, {.action = "amendment." + std::move(action), .object_kind = "budget_change", .object_id = id,
                             .fields = {}, .reason = {}});
}

// The amendment as the form knew it, still a draft.
Result<BudgetChange> lock_draft(Transaction& transaction, const BudgetChangeAct& act) {
  const auto grant = lock_grant(transaction, act.grant_id);
  if (!grant) return grant.error();
  auto change = lock_budget_change(transaction, act.grant_id, act.number);
  if (!change) return change.error();
  if (change->version != act.expected) return stale();
  if (change->is_transfer() || change->state != "draft") {
    return conflict("change_edge_allowed", "This " + change->kind + " is " + change->state + "; only an amendment that "
                                           "is a draft can be changed or submitted.");
  }
  return change;
}

}  // namespace

Result<int> draft_amendment(Transaction& transaction, std::int64_t grant_id, const Input& input, Date today) {
  const auto begun = begin_change(transaction, grant_id);
  if (!begun) return begun.error();
  const auto amendment = parse_amendment(input, begun->context.grant, today);
  if (!amendment) return amendment.error();
  const auto version_number = insert_budget_version(transaction, grant_id);
  const auto draft = find_budget_version(transaction.session, grant_id, version_number);
  if (!draft) return draft.error();
  replace_budget_lines(transaction, draft->id,
                       with_deltas(list_budget_lines(transaction.session, begun->in_force.id), {}));
  const auto number = insert_amendment(transaction, begun->context.grant, begun->in_force.id, draft->id, *amendment);
  const auto stored = find_budget_change(transaction.session, grant_id, number);
  if (!stored) return stored.error();
  audit(transaction, "drafted", stored->id);
  return number;
}

Outcome save_amendment(Transaction& transaction, const BudgetChangeAct& act, const Input& input) {
  const auto change = lock_draft(transaction, act);
  if (!change) return change.error();
  const auto grant = find_grant(transaction.session, act.grant_id);
  if (!grant) return grant.error();
  const auto amendment = parse_amendment(input, *grant, act.today);
  if (!amendment) return amendment.error();
  update_amendment(transaction, change->id, *amendment);
  audit(transaction, "saved", change->id);
  return kOk;
}

Outcome submit_amendment(Transaction& transaction, const BudgetChangeAct& act, const Input& input) {
  const auto change = lock_draft(transaction, act);
  if (!change) return change.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  if (change->funder_reference.empty()) {
    fields.fail("funder_reference", "required", "Enter the funder's reference of the amendment before you submit it.");
  }
  if (!change->agreed_on) {
    fields.fail("agreed_on", "required", "Enter the day on which the funder agreed before you submit it.");
  }
  if (const auto read = fields.finish(kOk); !read) return read.error();
  auto context = find_budget_context(transaction.session, act.grant_id);
  if (!context) return context.error();
  context->grant = with_terms(context->grant, *change);
  const auto lines = list_budget_lines(transaction.session, *change->made_version_id);
  if (const auto within = check_line_days(lines, *context); !within) return within.error();
  if (const auto fits = check_budget(lines, *context); !fits) return fits.error();
  const auto kept = check_lines_kept(list_budget_lines(transaction.session, change->base_version_id), lines, *context);
  if (!kept) return kept.error();
  update_budget_state(transaction, *change->made_version_id, "submitted", "");
  update_change_state(transaction, change->id, "requested", "");
  audit(transaction, "submitted", change->id);
  return kOk;
}

}  // namespace kindling
