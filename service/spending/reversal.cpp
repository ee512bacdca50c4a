#include "spending/reversal.hpp"

#include "core/fields.hpp"
#include "spending/expenditure.hpp"

namespace kindling {

Result<NewReversal> parse_reversal(const Input& input, const Expenditure& cost, Date today) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  NewReversal reversal{.amount = fields.optional_money("amount", cost.amount.currency, {.min_minor = 1})
                                     .value_or(cost.standing()),
                       .booked_on = fields.optional_date("booked_on").value_or(today),
                       .reason = fields.text("reason", {.max = 1'000, .multiline = true})};
  if (reversal.amount.minor > cost.standing().minor && !fields.failed("amount")) {
    fields.fail("amount", "reversals_never_exceed_the_cost",
                "Only " + to_display(cost.standing()) + " is left of this cost. Enter at most that.");
  }
  if ((reversal.booked_on > today || reversal.booked_on < cost.document_on) && !fields.failed("booked_on")) {
    fields.fail("booked_on", "out_of_range",
                "Enter a day from " + to_string(cost.document_on) + " to " + to_string(today) + ".");
  }
  return fields.finish(std::move(reversal));
}

Value reversal_value(const Reversal& reversal) {
  return Value::object({{"id", reversal.id},
                        {"state", reversal.state},
                        {"amount", to_string(reversal.amount)},
                        {"currency", reversal.amount.currency.code()},
                        {"booked_on", to_string(reversal.booked_on)},
                        {"reason", reversal.reason},
                        {"entry_id", reversal.entry_id ? Value(*reversal.entry_id) : Value()}});
}

}  // namespace kindling
