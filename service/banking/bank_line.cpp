#include "banking/bank_line.hpp"

namespace kindling {

Value bank_line_value(const BankLine& line) {
  auto matches = Value::array();
  for (const auto& match : line.matches) {
    matches.push(Value::object({{"id", match.id},
                                {"entry_id", match.entry_id},
                                {"amount", to_string(match.amount)},
                                {"how", match.how},
                                {"posted", match.posted},
                                {"undone", match.undone},
                                {"reason", match.reason},
                                {"document_kind", match.document_kind},
                                {"document_id", match.document_id}}));
  }
  return Value::object({{"id", line.id},
                        {"version", line.version},
                        {"account_id", line.account_id},
                        {"statement_id", line.statement_id},
                        {"statement", line.statement},
                        {"bank_reference", line.bank_reference},
                        {"booked_on", to_string(line.booked_on)},
                        {"value_on", to_string(line.value_on)},
                        {"currency", line.amount.currency.code()},
                        {"amount", to_string(line.amount)},
                        {"matched", to_string(line.matched)},
                        {"reversal", line.reversal},
                        {"end_to_end_id", line.end_to_end_id},
                        {"structured_reference", line.structured_reference},
                        {"state", line.state},
                        {"ignored_reason", line.ignored_reason},
                        {"name", line.name},
                        {"iban", line.iban},
                        {"message", line.message},
                        {"matches", std::move(matches)}});
}

}  // namespace kindling
