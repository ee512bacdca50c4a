#include "banking/bank_account.hpp"

#include <algorithm>

#include "core/check_digits.hpp"
#include "core/fields.hpp"
#include "core/iban.hpp"

namespace kindling {
namespace {

// "kred be bb" -> "KREDBEBB"; nullopt where none was typed.
std::optional<std::string> parse_bic(Fields& fields) {
  const auto typed = fields.optional_text("bic", {.max = 20});
  if (!typed) return std::nullopt;
  auto bic = compacted(*typed);
  const bool shaped = (bic.size() == 8 || bic.size() == 11) && std::ranges::all_of(bic, [](char c) {
                        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                      });
  if (!shaped) fields.fail("bic", "not_a_bic", "Enter a BIC of 8 or 11 characters such as KREDBEBB, or leave it empty.");
  return bic;
}

std::string parse_iban_field(Fields& fields) {
  const auto typed = fields.text("iban", {.max = 60});
  if (fields.failed("iban")) return {};
  const auto iban = parse_iban(typed);
  if (iban) return *iban;
  const auto& error = iban.error().fields.front();
  fields.fail("iban", error.code, error.message);
  return {};
}

}  // namespace

Result<NewBankAccount> parse_bank_account(const Input& input, Date today) {
  Fields fields(input);
  const auto currency = fields.currency("currency");
  NewBankAccount account{
      .name = fields.text("name", {.max = 100}),
      .holder = fields.text("holder", {.max = 70}),
      .iban = parse_iban_field(fields),
      .bic = parse_bic(fields),
      .is_public = fields.flag("is_public"),
      .opening_on = fields.date("opening_on"),
      .opening = fields.money("opening", currency, {.min_minor = -1'000'000'000'000'000}),
      .opening_is_booked = fields.flag("opening_is_booked")};
  if (account.opening_on > today && !fields.failed("opening_on")) {
    fields.fail("opening_on", "in_the_future", "Enter the day before its first statement, not a later one than today.");
  }
  return fields.finish(std::move(account));
}

Result<BankAccountChange> parse_bank_account_change(const Input& input) {
  Fields fields(input);
  for (const auto* name : {"iban", "currency", "opening_on", "opening", "opening_is_booked", "version"}) fields.optional_text(name);
  BankAccountChange change{.name = fields.text("name", {.max = 100}), .holder = fields.text("holder", {.max = 70}),
                           .bic = parse_bic(fields), .is_public = fields.flag("is_public")};
  return fields.finish(std::move(change));
}

Input typed_of(const BankAccount& account) {
  Input typed;
  typed.set("name", account.name);
  typed.set("holder", account.holder);
  typed.set("iban", in_groups_of_four(account.iban));
  typed.set("bic", account.bic.value_or(""));
  typed.set("currency", std::string(account.opening.currency.code()));
  typed.set("opening_on", to_string(account.opening_on));
  typed.set("opening", to_string(account.opening));
  typed.set("is_public", account.is_public ? "on" : "");
  typed.set("version", std::to_string(account.version));
  return typed;
}

Value bank_account_value(const BankAccount& account) {
  return Value::object({{"id", account.id},
                        {"version", account.version},
                        {"name", account.name},
                        {"holder", account.holder},
                        {"iban", account.iban},
                        {"bic", account.bic ? Value(*account.bic) : Value()},
                        {"currency", account.opening.currency.code()},
                        {"ledger_account", account.ledger_account},
                        {"opening_on", to_string(account.opening_on)},
                        {"opening", to_string(account.opening)},
                        {"opening_is_booked", account.opening_is_booked},
                        {"is_public", account.is_public},
                        {"closed_on", account.closed_on ? Value(to_string(*account.closed_on)) : Value()},
                        {"balance", to_string(account.balance)},
                        {"new_lines", account.new_lines}});
}

}  // namespace kindling
