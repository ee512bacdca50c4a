#include "funding/record_instalment.hpp"

#include <algorithm>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "funding/instalment_store.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = "instalment." + std::move(action), .object_kind = "instalment", .object_id = id,
                             .fields = {}, .reason = std::move(reason)});
}

// The instalment under its lock, at the version that the form knew: of two at once, the second is told.
Result<Instalment> lock_expected(Transaction& transaction, const InstalmentAct& act) {
  auto instalment = lock_instalment(transaction, act.grant_id, act.instalment_id);
  if (instalment && instalment->version != act.expected) return stale();
  return instalment;
}

Result<std::string> read_reason(const Input& input) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  return fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
}

bool takes_money(GrantState state) {
  return state == GrantState::kAwarded || state == GrantState::kActive || state == GrantState::kSuspended ||
         state == GrantState::kClosing;
}

}  // namespace

Result<std::int64_t> plan_instalment(Transaction& transaction, std::int64_t grant_id, const Input& input) {
  const auto grant = lock_grant(transaction, grant_id);
  if (!grant) return grant.error();
  const auto instalment = parse_instalment(input, grant->currency);
  if (!instalment) return instalment.error();
  const auto id = insert_instalment(transaction, grant_id, *instalment);
  audit(transaction, "planned", id);
  return id;
}

Outcome request_instalment(Transaction& transaction, const InstalmentAct& act, const Input& input) {
  auto instalment = lock_expected(transaction, act);
  if (!instalment) return instalment.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto requested_on = fields.finish(fields.date("requested_on"));
  if (!requested_on) return requested_on.error();
  if (instalment->state != "planned") {
    return conflict("instalment_is_not_planned", "Only a planned instalment can be requested; this one is " +
                                                     instalment->state + ".");
  }
  instalment->state = "requested";
  instalment->requested_on = *requested_on;
  update_instalment_state(transaction, *instalment);
  audit(transaction, "requested", instalment->id);
  return kOk;
}

Result<std::int64_t> receive_instalment(Transaction& transaction, const InstalmentAct& act, const Input& input) {
  auto instalment = lock_expected(transaction, act);
  if (!instalment) return instalment.error();
  const auto receipt = parse_receipt(input, *instalment, act.today);
  if (!receipt) return receipt.error();
  const auto grant = find_grant(transaction.session, act.grant_id);
  if (!grant) return grant.error();
  if (!takes_money(grant->state) || !grant->fund_id) {
    return conflict("receipt_needs_an_award", "Money is received once the grant is awarded, and until it is closed.");
  }
  if (instalment->state == "cancelled") {
    return conflict("receipt_needs_an_open_instalment", "This instalment is cancelled; plan another one.");
  }
  const auto entry = append_entry(transaction, {.booked_on = receipt->received_on,
                                                .kind = "instalment_received",
                                                .document_kind = "instalment",
                                                .document_id = instalment->id,
                                                .description = instalment->title,
                                                .postings = {{"bank", *grant->fund_id, std::nullopt, receipt->amount},
                                                             {"income_grants", *grant->fund_id, std::nullopt,
                                                              -receipt->amount}}});
  if (!entry) return entry.error();
  insert_receipt(transaction, instalment->id, *receipt, *entry);
  const auto received = instalment->received() + receipt->amount;
  if (received.minor >= instalment->amount.minor || !receipt->settled_reason.empty()) {
    instalment->state = "received";
    if (received.minor < instalment->amount.minor) instalment->closed_reason = receipt->settled_reason;
  }
  update_instalment_state(transaction, *instalment);
  audit(transaction, "received", instalment->id, receipt->settled_reason);
  return *entry;
}

Outcome reverse_receipt(Transaction& transaction, const InstalmentAct& act, std::int64_t receipt_id,
                        const Input& input) {
  auto instalment = lock_expected(transaction, act);
  if (!instalment) return instalment.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  const auto receipt = std::ranges::find(instalment->receipts, receipt_id, &Receipt::id);
  if (receipt == instalment->receipts.end()) return not_found("receipt_not_found", "There is no such receipt.");
  const auto reversal = reverse_entry(transaction, receipt->entry_id, act.today, *reason);
  if (!reversal) return reversal.error();
  receipt->reversed = true;
  if (instalment->received().minor < instalment->amount.minor) {
    instalment->state = instalment->requested_on ? "requested" : "planned";
    instalment->closed_reason.clear();
  }
  update_instalment_state(transaction, *instalment);
  audit(transaction, "receipt_reversed", instalment->id, *reason);
  return kOk;
}

Outcome cancel_instalment(Transaction& transaction, const InstalmentAct& act, const Input& input) {
  auto instalment = lock_expected(transaction, act);
  if (!instalment) return instalment.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  if (instalment->received().minor != 0) {
    return conflict("instalment_has_receipts", "Money was received on this instalment; reverse the receipt first.");
  }
  instalment->state = "cancelled";
  instalment->closed_reason = *reason;
  update_instalment_state(transaction, *instalment);
  audit(transaction, "cancelled", instalment->id, *reason);
  return kOk;
}

}  // namespace kindling
