#include "donations/contribution.hpp"

#include "core/fields.hpp"

namespace kindling {

std::optional<Money> Contribution::outstanding() const {
  return planned ? std::optional(*planned - received) : std::nullopt;
}

Result<NewContributionReceipt> parse_contribution(const Input& input, const Contribution& contribution, Date today) {
  Fields fields(input);
  NewContributionReceipt receipt{.received_on = fields.date("received_on"),
                                 .amount = fields.money("amount", contribution.received.currency, {.min_minor = 1}),
                                 .reference = fields.text("reference", {.max = 140}),
                                 .description = fields.optional_text("description", {.max = 500}),
                                 .valuation_basis = fields.optional_text("valuation_basis", {.max = 500})};
  if (receipt.received_on > today && !fields.failed("received_on")) {
    fields.fail("received_on", "in_the_future", "Enter the day on which it arrived, not a later one.");
  }
  if (contribution.in_kind) {
    if (!receipt.description) fields.fail("description", "required", "Say what was given, such as \"40 hours of a lawyer\".");
    if (!receipt.valuation_basis) fields.fail("valuation_basis", "required", "Say why it is worth that, such as \"usual hourly rate\".");
  }
  return fields.finish(std::move(receipt));
}

Value contribution_value(const Contribution& contribution) {
  auto receipts = Value::array();
  for (const auto& receipt : contribution.receipts) {
    receipts.push(Value::object({{"id", receipt.id},
                                 {"received_on", to_string(receipt.received_on)},
                                 {"amount", to_string(receipt.amount)},
                                 {"reference", receipt.reference},
                                 {"description", receipt.description},
                                 {"entry_id", receipt.entry_id},
                                 {"reversed", receipt.reversed}}));
  }
  const auto outstanding = contribution.outstanding();
  return Value::object({{"source_id", contribution.source_id},
                        {"name", contribution.name},
                        {"organisation_name", contribution.organisation_name},
                        {"basis", contribution.in_kind ? "in_kind" : "cash"},
                        {"currency", contribution.received.currency.code()},
                        {"planned", contribution.planned ? Value(to_string(*contribution.planned)) : Value()},
                        {"received", to_string(contribution.received)},
                        {"outstanding", outstanding ? Value(to_string(*outstanding)) : Value()},
                        {"receipts", std::move(receipts)}});
}

}  // namespace kindling
