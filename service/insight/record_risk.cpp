#include "insight/record_risk.hpp"

#include "audit/audit.hpp"
#include "insight/risk_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t id) {
  record_audit(transaction, {.action = action, .object_kind = "risk", .object_id = id, .fields = {}, .reason = {}});
}

}  // namespace

Result<std::int64_t> record_risk(Transaction& transaction, const Input& input) {
  const auto risk = parse_risk(input);
  if (!risk) return risk.error();
  const auto id = insert_risk(transaction, *risk);
  audit(transaction, "risk.recorded", id);
  return id;
}

Outcome change_risk(Transaction& transaction, std::int64_t id, int expected, const Input& input) {
  const auto before = find_risk(transaction.session, id);
  if (!before) return before.error();
  const auto risk = parse_risk(input);
  if (!risk) return risk.error();
  if (!update_risk(transaction, id, expected, *risk)) return stale();
  audit(transaction, risk->state == before->state ? "risk.changed" : ("risk." + risk->state).c_str(), id);
  return kOk;
}

}  // namespace kindling
