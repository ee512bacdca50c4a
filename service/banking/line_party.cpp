#include "banking/line_party.hpp"

#include "donations/donor_vault.hpp"
#include "http/json.hpp"

namespace kindling {
namespace {

std::string bound_to(std::int64_t line_id) { return "bank line " + std::to_string(line_id); }

std::string text_of(const Value& value, const char* name) {
  const auto* member = value.find(name);
  const auto* text = member == nullptr ? nullptr : std::get_if<std::string>(&member->data());
  return text == nullptr ? std::string() : *text;
}

}  // namespace

std::string seal_party(const DonorVault& vault, const LineParty& party, std::int64_t line_id) {
  const auto text = http::to_json(Value::object({{"name", party.name}, {"iban", party.iban}, {"message", party.message}}));
  return vault.seal_text(text, bound_to(line_id));
}

LineParty open_party(const DonorVault& vault, std::string_view sealed, std::int64_t line_id) {
  if (sealed.empty()) return {};
  const auto text = vault.open_text(sealed, bound_to(line_id));
  if (!text) return {};
  const auto value = http::value_from_json(*text);
  if (!value) return {};
  return {.name = text_of(*value, "name"), .iban = text_of(*value, "iban"), .message = text_of(*value, "message")};
}

std::string iban_hash(const DonorVault& vault, std::string_view iban) {
  return iban.empty() || !vault.is_open() ? std::string() : vault.finding_hash("iban", iban);
}

}  // namespace kindling
