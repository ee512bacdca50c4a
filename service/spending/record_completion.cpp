#include "spending/record_completion.hpp"

#include "audit/audit.hpp"
#include "funding/grant_store.hpp"
#include "spending/reporting_period_store.hpp"
#include "spending/work_package_store.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<int> record_completions(Transaction& transaction, const CompletionAct& act, const Input& input) {
  const auto grant = lock_grant(transaction, act.grant_id);  // two records at once take turns
  if (!grant) return grant.error();
  const auto known = list_work_packages(transaction.session, act.grant_id, grant->currency);
  if (known.version != act.expected) return stale();
  const auto periods = list_reporting_periods(transaction.session, act.grant_id);
  const auto changes = parse_completions(input, known, periods, grant->period.last);
  if (!changes) return changes.error();
  for (const auto& change : *changes) {
    insert_completion(transaction, act.grant_id, change);
    record_audit(transaction, {.action = change.period_id ? "work_package.completed" : "work_package.not_completed",
                               .object_kind = "grant", .object_id = act.grant_id, .fields = {change.work_package},
                               .reason = change.note});
  }
  return static_cast<int>(changes->size());
}

}  // namespace kindling
