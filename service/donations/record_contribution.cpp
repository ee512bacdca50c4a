#include "donations/record_contribution.hpp"

#include <algorithm>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "donations/contribution_store.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = action, .object_kind = "funding_source", .object_id = id, .fields = {},
                             .reason = std::move(reason)});
}

}  // namespace

Result<std::int64_t> receive_contribution(Transaction& transaction, std::int64_t source_id, const Input& input, Date today) {
  const auto contribution = find_contribution(transaction.session, source_id);
  if (!contribution) return contribution.error();
  const auto receipt = parse_contribution(input, *contribution, today);
  if (!receipt) return receipt.error();
  const auto* arrives = contribution->in_kind ? "expense_in_kind" : "bank";
  const auto* income = contribution->in_kind ? "income_in_kind" : "income_contributions";
  const auto entry = append_entry(
      transaction, {.booked_on = receipt->received_on,
                    .kind = contribution->in_kind ? "contribution_in_kind" : "contribution_received",
                    .document_kind = "contribution",
                    .document_id = source_id,
                    .description = contribution->name,
                    .postings = {{arrives, contribution->fund_id, std::nullopt, receipt->amount},
                                 {income, contribution->fund_id, std::nullopt, -receipt->amount}}});
  if (!entry) return entry.error();
  insert_contribution_receipt(transaction, source_id, *receipt, *entry);
  audit(transaction, "source.contribution_received", source_id);
  return *entry;
}

Outcome reverse_contribution(Transaction& transaction, std::int64_t source_id, std::int64_t receipt_id, const Input& input, Date today) {
  const auto contribution = find_contribution(transaction.session, source_id);
  if (!contribution) return contribution.error();
  Fields fields(input);
  const auto reason = fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
  if (!reason) return reason.error();
  const auto receipt = std::ranges::find(contribution->receipts, receipt_id, &ContributionReceipt::id);
  if (receipt == contribution->receipts.end()) return not_found("receipt_not_found", "There is no such receipt.");
  const auto reversal = reverse_entry(transaction, receipt->entry_id, today, *reason);
  if (!reversal) return reversal.error();
  audit(transaction, "source.contribution_reversed", source_id, *reason);
  return kOk;
}

}  // namespace kindling
