#include "funding/record_obligation.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "funding/obligation_store.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<std::int64_t> record_obligation(Transaction& transaction, std::int64_t grant_id, const Input& input) {
  static constexpr std::string_view kKinds[] = {"report", "deliverable", "audit", "other"};
  const auto grant = find_grant(transaction.session, grant_id);
  if (!grant) return grant.error();
  Fields fields(input);
  NewObligation obligation{.kind = fields.one_of("kind", kKinds),
                           .title = fields.text("title"),
                           .due_on = fields.date("due_on"),
                           .owner_id = fields.optional_id("owner_id")};
  const auto valid = fields.finish(std::move(obligation));
  if (!valid) return valid.error();
  const auto id = insert_obligation(transaction, grant_id, *valid);
  record_audit(transaction, {.action = "obligation.recorded", .object_kind = "obligation", .object_id = id,
                             .fields = {}, .reason = {}});
  return id;
}

Outcome change_obligation_state(Transaction& transaction, const ObligationAct& act, const Input& input) {
  static constexpr std::string_view kStates[] = {"submitted", "accepted", "returned"};
  const auto obligation = find_obligation(transaction.session, act.grant_id, act.obligation_id);
  if (!obligation) return obligation.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto state = fields.one_of("state", kStates);
  const auto reason = fields.optional_text("reason", {.max = 1'000}).value_or("");
  if (state == "returned" && reason.empty()) fields.fail("reason", "required", "Say what is to be mended.");
  if (const auto valid = fields.finish(kOk); !valid) return valid.error();
  if (!update_obligation_state(transaction, act.obligation_id, act.expected, state)) return stale();
  record_audit(transaction, {.action = "obligation." + state, .object_kind = "obligation",
                             .object_id = act.obligation_id, .fields = {}, .reason = reason});
  return kOk;
}

}  // namespace kindling
