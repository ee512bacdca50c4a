#include "spending/request_contribution.hpp"

#include "audit/audit.hpp"
#include "funding/grant_store.hpp"
#include "spending/period_closing_store.hpp"
#include "spending/reporting_period_store.hpp"
#include "spending/reporting_statement.hpp"
#include "spending/requested_contribution_store.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<int> request_contributions(Transaction& transaction, const ContributionAct& act, const Input& input) {
  const auto grant = find_grant(transaction.session, act.grant_id);
  if (!grant) return grant.error();
  const auto period = lock_reporting_period(transaction, act.grant_id, act.number);  // two requests at once take turns
  if (!period) return period.error();
  const auto known = list_asked_contributions(transaction.session, period->id, grant->currency);
  if (known.version != act.expected) return stale();
  const auto statement = make_statement(list_declared_sums(transaction.session, *period),
                                        list_categories(transaction.session, act.grant_id),
                                        {.indirect = grant->indirect_rate, .funding = grant->funding_rate}, grant->currency);
  const auto changes = parse_contributions(input, statement, known, grant->currency);
  if (!changes) return changes.error();
  for (const auto& change : *changes) insert_contribution(transaction, period->id, change);
  if (!changes->empty()) {
    record_audit(transaction, {.action = "reporting_period.contribution_requested", .object_kind = "reporting_period",
                               .object_id = period->id, .fields = {"requested_contribution"}, .reason = {}});
  }
  return static_cast<int>(changes->size());
}

}  // namespace kindling
