#include "funding/instalment.hpp"

#include "core/fields.hpp"

namespace kindling {

Money Instalment::received() const {
  Money sum{0, amount.currency};
  for (const auto& receipt : receipts) {
    if (!receipt.reversed) sum = sum + receipt.amount;
  }
  return sum;
}

Money Instalment::outstanding() const {
  const auto left = amount - received();
  if (state == "cancelled" || (state == "received" && left.minor > 0)) return {0, amount.currency};
  return left;
}

Result<NewInstalment> parse_instalment(const Input& input, Currency currency) {
  static constexpr std::string_view kKinds[] = {"prefinancing", "interim", "balance", "other"};
  Fields fields(input);
  NewInstalment instalment{.kind = fields.one_of("kind", kKinds),
                           .title = fields.text("title"),
                           .due_on = fields.date("due_on"),
                           .amount = fields.money("amount", currency, {.min_minor = 1}),
                           .retained = fields.optional_money("retained", currency).value_or(Money{0, currency})};
  return fields.finish(std::move(instalment));
}

Result<NewReceipt> parse_receipt(const Input& input, const Instalment& instalment, Date today) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  NewReceipt receipt{.received_on = fields.date("received_on"),
                     .amount = fields.money("amount", instalment.amount.currency, {.min_minor = 1}),
                     .reference = fields.text("reference", {.max = 140}),
                     .settled_reason = fields.optional_text("settled_reason").value_or("")};
  if (receipt.received_on > today && !fields.failed("received_on")) {
    fields.fail("received_on", "in_the_future", "Enter the day on which it arrived, not a later one.");
  }
  return fields.finish(std::move(receipt));
}

Value instalment_value(const Instalment& instalment) {
  auto receipts = Value::array();
  for (const auto& receipt : instalment.receipts) {
    receipts.push(Value::object({{"id", receipt.id},
                                 {"received_on", to_string(receipt.received_on)},
                                 {"amount", to_string(receipt.amount)},
                                 {"reference", receipt.reference},
                                 {"entry_id", receipt.entry_id},
                                 {"reversed", receipt.reversed}}));
  }
  return Value::object({{"id", instalment.id},
                        {"version", instalment.version},
                        {"grant_id", instalment.grant_id},
                        {"kind", instalment.kind},
                        {"title", instalment.title},
                        {"due_on", to_string(instalment.due_on)},
                        {"currency", instalment.amount.currency.code()},
                        {"amount", to_string(instalment.amount)},
                        {"retained", to_string(instalment.retained)},
                        {"state", instalment.state},
                        {"requested_on", instalment.requested_on ? Value(to_string(*instalment.requested_on)) : Value()},
                        {"received", to_string(instalment.received())},
                        {"outstanding", to_string(instalment.outstanding())},
                        {"receipts", std::move(receipts)}});
}

}  // namespace kindling
