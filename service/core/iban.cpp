#include "core/iban.hpp"

#include <algorithm>

#include "core/check_digits.hpp"

namespace kindling {
namespace {

struct NationalLength {
  std::string_view country;
  std::size_t characters;
};
// Of the countries that take part in SEPA; another country's IBAN has from 15 to 34 characters.
constexpr NationalLength kLengths[] = {
    {"AT", 20}, {"BE", 16}, {"BG", 22}, {"CH", 21}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20},
    {"ES", 24}, {"FI", 18}, {"FR", 27}, {"GB", 22}, {"GR", 27}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IS", 26},
    {"IT", 27}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MT", 31}, {"NL", 18}, {"NO", 15},
    {"PL", 28}, {"PT", 25}, {"RO", 24}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"VA", 22}};
constexpr std::size_t kCharactersMin = 15;
constexpr std::size_t kCharactersMax = 34;

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<std::string> parse_iban(std::string_view text, std::string_view field) {
  const auto fail = [&](const char* code, std::string message) {
    return invalid_field(std::string(field), code, std::move(message));
  };
  auto iban = compacted(text);
  const bool shaped = iban.size() >= 4 && is_letter(iban[0]) && is_letter(iban[1]) && is_digit(iban[2]) &&
                      is_digit(iban[3]) &&
                      std::ranges::all_of(iban, [](char c) { return is_letter(c) || is_digit(c); });
  if (!shaped) {
    return fail("not_an_iban", "Enter an IBAN such as BE68 5390 0754 7034: a country, two check digits, the account.");
  }
  const auto national = std::ranges::find(kLengths, std::string_view(iban).substr(0, 2), &NationalLength::country);
  if (national != std::end(kLengths) && iban.size() != national->characters) {
    return fail("wrong_length", "An IBAN of " + iban.substr(0, 2) + " has " + std::to_string(national->characters) +
                                    " characters; this one has " + std::to_string(iban.size()) + ".");
  }
  if (iban.size() < kCharactersMin || iban.size() > kCharactersMax) {
    return fail("not_an_iban", "An IBAN has from 15 to 34 characters; this one has " + std::to_string(iban.size()) + ".");
  }
  if (!check_digits_hold(iban)) {
    return fail("wrong_check_digits", "The check digits of this IBAN do not fit; look for a mistyped character.");
  }
  return iban;
}

}  // namespace kindling
