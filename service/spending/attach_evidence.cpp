#include "spending/attach_evidence.hpp"

#include "audit/audit.hpp"
#include "spending/evidence_store.hpp"
#include "spending/expenditure_store.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<std::int64_t> attach_evidence(Transaction& transaction, std::int64_t expenditure_id, std::string_view name,
                                     std::string_view bytes) {
  const auto cost = lock_expenditure(transaction, expenditure_id);
  if (!cost) return cost.error();
  if (cost->state == "withdrawn") return conflict("expenditure_edge_allowed", "This expenditure is withdrawn.");
  const auto evidence = parse_evidence(name, bytes);
  if (!evidence) return evidence.error();
  if (const auto first = find_same_evidence(transaction.session, evidence->sha256)) {
    const auto id = std::to_string(*first);
    return invalid_field("file", "evidence_counts_once",
                         "This file is the evidence of expenditure " + id + " already (/expenditures/" + id +
                             "). The same evidence counts once over all grants.");
  }
  const auto id = insert_evidence(transaction, expenditure_id, *evidence);
  record_audit(transaction, {.action = "evidence.attached", .object_kind = "expenditure", .object_id = expenditure_id,
                             .fields = {"evidence"}, .reason = {}});
  return id;
}

Outcome detach_evidence(Transaction& transaction, std::int64_t expenditure_id, std::int64_t evidence_id) {
  const auto cost = lock_expenditure(transaction, expenditure_id);
  if (!cost) return cost.error();
  if (cost->state != "draft") {
    return conflict("evidence_stays", "The evidence of a submitted cost stays; return the cost to a draft first.");
  }
  if (!delete_evidence(transaction, expenditure_id, evidence_id)) {
    return not_found("evidence_not_found", "There is no such evidence of this expenditure.");
  }
  record_audit(transaction, {.action = "evidence.detached", .object_kind = "expenditure", .object_id = expenditure_id,
                             .fields = {"evidence"}, .reason = {}});
  return kOk;
}

}  // namespace kindling
