#include "audit/audit.hpp"
#include "budgets/begin_change.hpp"
#include "budgets/budget_change_store.hpp"
#include "budgets/budget_store.hpp"
#include "budgets/record_budget_change.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<int> request_transfer(Transaction& transaction, std::int64_t grant_id, const Input& input) {
  const auto begun = begin_change(transaction, grant_id);
  if (!begun) return begun.error();
  const auto lines = list_budget_lines(transaction.session, begun->in_force.id);
  const auto transfer = parse_transfer(input, begun->context, lines);
  if (!transfer) return transfer.error();
  const auto fits = check_budget(with_deltas(lines, transfer->deltas), begun->context);
  if (!fits) return fits.error();
  const auto number = insert_transfer(transaction, begun->context.grant, begun->in_force.id, *transfer);
  const auto stored = find_budget_change(transaction.session, grant_id, number);
  if (!stored) return stored.error();
  // The rules read what was stored; where one stands against it, the transaction leaves nothing behind.
  const auto obstacles = list_transfer_obstacles(transaction.session, stored->id);
  if (!obstacles.empty()) return obstacles_error(obstacles, *transfer, lines, begun->context);
  record_audit(transaction, {.action = "transfer.requested", .object_kind = "budget_change", .object_id = stored->id,
                             .fields = {}, .reason = transfer->justification});
  return number;
}

}  // namespace kindling
