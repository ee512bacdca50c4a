#include "spending/reverse_expenditure.hpp"

#include <algorithm>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "identity/authorize.hpp"
#include "ledger/ledger.hpp"
#include "spending/breach_store.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/reversal_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = action, .object_kind = "expenditure", .object_id = id, .fields = {},
                             .reason = std::move(reason)});
}

Result<Expenditure> lock_expected(Transaction& transaction, const ExpenditureAct& act) {
  auto cost = lock_expenditure(transaction, act.id);
  if (cost && cost->version != act.expected) return stale();
  return cost;
}

// The one that waits for somebody else to decide.
Result<Reversal> find_open(Transaction& transaction, const Expenditure& cost) {
  const auto reversals = list_reversals(transaction.session, cost);
  const auto open = std::ranges::find(reversals, "requested", &Reversal::state);
  if (open == reversals.end()) return conflict("reversal_is_decided_once", "No reversal of this cost waits for approval.");
  const auto may = authorize(transaction.actor, Action::kApproveSpending,
                             {.kind = "reversal", .author_id = open->requested_by});
  if (!may) return may.error();
  return *open;
}

Result<std::int64_t> post_reversal(Transaction& transaction, const Expenditure& cost, const Reversal& reversal,
                                   const std::vector<TakenBack>& taken) {
  // The rate of a foreign claim may have moved since its approval; then what stands now is taken back, part by part.
  const bool foreign = std::ranges::any_of(cost.allocations, [&](const Allocation& part) {
    return part.used_as == "claimed" && part.grant_currency != cost.amount.currency;
  });
  if (reversal.amount == cost.amount && !foreign) {
    return reverse_entry(transaction, *cost.entry_id, reversal.booked_on,
                         cost.kind == "staff" ? "Staff cost taken back" : reversal.reason);
  }
  return append_entry(transaction, reversal_entry(cost, taken, reversal.booked_on, reversal.reason));
}

}  // namespace

Outcome request_reversal(Transaction& transaction, const ExpenditureAct& act, const Input& input) {
  const auto cost = lock_expected(transaction, act);
  if (!cost) return cost.error();
  if (!cost->posted() || cost->standing().minor == 0) {
    return conflict("reversal_needs_an_approved_cost", "Only what is left of an approved cost can be taken back.");
  }
  const auto reversal = parse_reversal(input, *cost, act.today);
  if (!reversal) return reversal.error();
  insert_reversal(transaction, act.id, *reversal);
  touch_expenditure(transaction, act.id);
  audit(transaction, "expenditure.reversal_requested", act.id, reversal->reason);
  return kOk;
}

Outcome approve_reversal(Transaction& transaction, const ExpenditureAct& act) {
  const auto cost = lock_expected(transaction, act);
  if (!cost) return cost.error();
  const auto reversal = find_open(transaction, *cost);
  if (!reversal) return reversal.error();
  lock_grants_of(transaction, act.id);
  const auto taken = spread_reversal(*cost, reversal->amount);
  const auto entry = post_reversal(transaction, *cost, *reversal, taken);
  if (!entry) return entry.error();
  take_back(transaction, act.id, taken);
  decide_reversal(transaction, reversal->id, *entry);
  audit(transaction, "expenditure.reversed", act.id, reversal->reason);
  return kOk;
}

Outcome refuse_reversal(Transaction& transaction, const ExpenditureAct& act, const Input& input) {
  const auto cost = lock_expected(transaction, act);
  if (!cost) return cost.error();
  const auto reversal = find_open(transaction, *cost);
  if (!reversal) return reversal.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto reason = fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
  if (!reason) return reason.error();
  decide_reversal(transaction, reversal->id, std::nullopt);
  touch_expenditure(transaction, act.id);
  audit(transaction, "expenditure.reversal_refused", act.id, *reason);
  return kOk;
}

}  // namespace kindling
