#include "reporting/write_explanations.hpp"

#include "audit/audit.hpp"
#include "funding/grant_store.hpp"
#include "reporting/variance_explanation.hpp"
#include "reporting/variance_explanation_store.hpp"
#include "storage/database.hpp"

namespace kindling {

Outcome write_explanations(Transaction& transaction, std::int64_t grant_id, int expected, const Input& input) {
  const auto grant = lock_grant(transaction, grant_id);  // two writers take turns
  if (!grant) return grant.error();
  const auto written = parse_explanations(input);
  if (!written) return written.error();
  const auto stored = find_explanations(transaction.session, grant_id, written->period);
  if (stored.settled) {
    return conflict("explanation_is_settled", "A report of this period was submitted, so its explanations stand as they are.");
  }
  if (stored.version != expected) return stale();
  for (const auto& one : written->explanations) {
    const auto present = stored.by_line.find(one.budget_line_id);
    if (one.explanation == (present == stored.by_line.end() ? std::string() : present->second)) continue;
    insert_explanation(transaction, grant_id, written->period, one);
    record_audit(transaction, {.action = one.explanation.empty() ? "variance.explanation_taken_back" : "variance.explained",
                               .object_kind = "grant",
                               .object_id = grant_id,
                               .fields = {"line " + std::to_string(one.budget_line_id)},
                               .reason = to_string(written->period.first) + " to " + to_string(written->period.last)});
  }
  return kOk;
}

}  // namespace kindling
