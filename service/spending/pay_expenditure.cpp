#include "spending/pay_expenditure.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "spending/expenditure_payment_store.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/record_expenditure.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

Result<Payment> parse_payment(const Input& input, const Expenditure& cost, Date today) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  Payment payment{.paid_on = fields.date("paid_on"), .paid = read_paid_amount(fields, cost.amount.currency)};
  if (payment.paid_on > today) {
    fields.fail("paid_on", "in_the_future", "Enter the day on which it was paid, not a later one.");
  }
  return fields.finish(payment);
}

}  // namespace

Outcome post_payment(Transaction& transaction, const Expenditure& cost, const Payment& payment) {
  const auto owed = find_owed(transaction.session, cost, payment);
  if (!owed) return owed.error();
  const auto entry = append_entry(transaction, payment_entry(cost, payment, *owed));
  if (!entry) return entry.error();
  update_payment(transaction, cost.id, payment, *entry);
  return kOk;
}

Outcome pay_expenditure(Transaction& transaction, const ExpenditureAct& act, const Input& input) {
  const auto cost = lock_expenditure(transaction, act.id);
  if (!cost) return cost.error();
  if (cost->version != act.expected) return stale();
  const auto payment = parse_payment(input, *cost, act.today);
  if (!payment) return payment.error();
  if (!cost->posted() || cost->payment_entry_id || cost->kind == "in_kind" || cost->standing().minor == 0) {
    return conflict("expenditure_is_payable", "Only an approved cost that is not paid yet can be paid.");
  }
  if (const auto paid = post_payment(transaction, *cost, *payment); !paid) return paid.error();
  record_audit(transaction, {.action = "expenditure.paid", .object_kind = "expenditure", .object_id = act.id,
                             .fields = {}, .reason = {}});
  return kOk;
}

}  // namespace kindling
