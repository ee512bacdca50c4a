#include "spending/commitment.hpp"

#include <algorithm>

#include "core/fields.hpp"

namespace kindling {

Money Commitment::reserved() const {
  if (state != "open") return {0, amount.currency};
  return {std::max<std::int64_t>(amount.minor - consumed.minor, 0), amount.currency};
}

namespace {

NewCommitment read_commitment(Fields& fields, Currency currency, Date today) {
  NewCommitment commitment{.budget_line_id = {},
                           .supplier_id = fields.id("supplier_id"),
                           .title = fields.text("title"),
                           .reference = fields.optional_text("reference", {.max = 100}).value_or(""),
                           .signed_on = fields.date("signed_on"),
                           .amount = fields.money("amount", currency, {.min_minor = 1}),
                           .need = {}};
  if (commitment.signed_on > today && !fields.failed("signed_on")) {
    fields.fail("signed_on", "in_the_future", "Enter the day on which it was signed, not a later one.");
  }
  return commitment;
}

}  // namespace

Result<NewCommitment> parse_commitment(const Input& input, Currency currency, Date today) {
  Fields fields(input);
  const auto line = fields.id("budget_line_id");
  auto commitment = read_commitment(fields, currency, today);
  commitment.budget_line_id = line;
  commitment.need = fields.optional_text("need", {.max = 80});
  return fields.finish(std::move(commitment));
}

Result<NewCommitment> parse_platform_commitment(const Input& input, Date today) {
  Fields fields(input);
  auto need = fields.text("need", {.max = 80});
  const auto currency = fields.currency("currency");
  auto commitment = read_commitment(fields, currency, today);
  commitment.need = std::move(need);
  return fields.finish(std::move(commitment));
}

Value commitment_value(const Commitment& commitment) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Value() : Value(text); };
  const auto id_or_null = [](const std::optional<std::int64_t>& id) { return id ? Value(*id) : Value(); };
  return Value::object({{"id", commitment.id},
                        {"version", commitment.version},
                        {"grant_id", id_or_null(commitment.grant_id)},
                        {"budget_line_id", id_or_null(commitment.budget_line_id)},
                        {"supplier_id", commitment.supplier_id},
                        {"supplier_name", commitment.supplier_name},
                        {"title", commitment.title},
                        {"reference", commitment.reference},
                        {"signed_on", to_string(commitment.signed_on)},
                        {"currency", commitment.amount.currency.code()},
                        {"amount", to_string(commitment.amount)},
                        {"consumed", to_string(commitment.consumed)},
                        {"reserved", to_string(commitment.reserved())},
                        {"need", commitment.need ? Value(*commitment.need) : Value()},
                        {"state", commitment.state},
                        {"closed_reason", or_null(commitment.closed_reason)},
                        {"override_reason", or_null(commitment.override_reason)}});
}

}  // namespace kindling
