#include "ledger/record_exchange_rate.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<ImportedRates> import_exchange_rates(Transaction& transaction, std::string_view csv) {
  auto file = parse_published_rates(csv);
  if (!file) return file.error();
  auto stored = insert_published_rates(transaction, file->rates);
  if (stored.added > 0) {
    record_audit(transaction, {.action = "exchange_rate.imported", .object_kind = "exchange_rate", .object_id = 0,
                               .fields = {}, .reason = {}});
  }
  return ImportedRates{*std::move(file), std::move(stored)};
}

Result<std::int64_t> record_manual_rate(Transaction& transaction, const Input& input, Date today) {
  const auto rate = parse_manual_rate(input, today);
  if (!rate) return rate.error();
  const auto id = insert_manual_rate(transaction, *rate);
  record_audit(transaction, {.action = "exchange_rate.recorded", .object_kind = "exchange_rate", .object_id = id,
                             .fields = {"units_per_euro"}, .reason = {}});
  return id;
}

Outcome withdraw_rate(Transaction& transaction, std::int64_t id, const Input& input) {
  const auto rate = find_exchange_rate(transaction.session, id);
  if (!rate) return rate.error();
  Fields fields(input);
  const auto reason = fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
  if (!reason) return reason.error();
  if (!rate->manual) {
    return conflict("rate_is_published", "A published rate stays; enter a manual one for the day where it is wrong.");
  }
  if (!withdraw_manual_rate(transaction, id, *reason)) {
    return conflict("rate_is_withdrawn", "This rate is withdrawn already.");
  }
  record_audit(transaction, {.action = "exchange_rate.withdrawn", .object_kind = "exchange_rate", .object_id = id,
                             .fields = {}, .reason = *reason});
  return kOk;
}

}  // namespace kindling
