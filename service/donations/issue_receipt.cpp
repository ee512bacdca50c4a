#include "donations/issue_receipt.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "donations/donation_receipt_store.hpp"
#include "donations/donation_query.hpp"
#include "donations/donor_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = action, .object_kind = "donation_receipt", .object_id = id, .fields = {},
                             .reason = std::move(reason)});
}

}  // namespace

Result<std::int64_t> issue_single_receipt(Transaction& transaction, const Input& input, Date today) {
  Fields fields(input);
  const auto donation_id = fields.finish(fields.id("donation_id"));
  if (!donation_id) return donation_id.error();
  const auto donation = lock_donation(transaction, *donation_id);
  if (!donation) return invalid_field("donation_id", "donation_not_found", "There is no such donation.");
  if (!donation->donor_id) return invalid_field("donation_id", "receipt_needs_a_donor", "Nobody knows who gave this; a receipt needs a donor.");
  if (donation->state != "cleared") return invalid_field("donation_id", "receipt_is_for_what_cleared", "This gift did not arrive, or is gone again.");
  if (donation->receipt_id) return invalid_field("donation_id", "donation_is_receipted_once", "This gift is on a receipt already.");
  const auto donor = find_donor(transaction.session, *donation->donor_id);
  if (!donor) return donor.error();
  const auto id = insert_receipt(transaction,
                                 {.kind = "single", .donor_id = donor->merged_into_id.value_or(donor->id), .issued_on = today,
                                  .covers_year = std::nullopt, .donation_ids = {donation->id}},
                                 std::string(donation->gross.currency.code()));
  audit(transaction, "donation_receipt.issued", id);
  return id;
}

Result<std::int64_t> issue_annual_receipts(Transaction& transaction, const Input& input, Date today) {
  Fields fields(input);
  const auto this_year = static_cast<int>(today.ymd().year());
  const auto year = static_cast<int>(fields.integer("year", 1900, this_year));
  const auto donor_id = fields.optional_id("donor_id");
  if (const auto read = fields.finish(kOk); !read) return read.error();
  std::int64_t issued = 0;
  for (const auto& gifts : list_receiptable(transaction.session, year, donor_id.value_or(0))) {
    const auto id = insert_receipt(transaction, {.kind = "annual", .donor_id = gifts.donor_id, .issued_on = today,
                                                 .covers_year = year, .donation_ids = gifts.donation_ids},
                                   gifts.currency);
    audit(transaction, "donation_receipt.issued", id);
    ++issued;
  }
  if (issued == 0) return invalid_field("year", "nothing_to_receipt", "No gift of that year waits for a receipt.");
  return issued;
}

Outcome reissue_receipt(Transaction& transaction, std::int64_t id, const Input& input, Date today) {
  const auto receipt = find_receipt(transaction.session, id);
  if (!receipt) return receipt.error();
  Fields fields(input);
  const auto reason = fields.finish(fields.text("reason", {.max = 500}));
  if (!reason) return reason.error();
  insert_receipt_copy(transaction, id, today, *reason);
  audit(transaction, "donation_receipt.reissued", id, *reason);
  return kOk;
}

}  // namespace kindling
