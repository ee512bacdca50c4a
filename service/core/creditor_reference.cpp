#include "core/creditor_reference.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/check_digits.hpp"

namespace kindling {
namespace {

constexpr std::size_t kBodyCharactersMax = 21;

bool is_body(std::string_view text) {
  return !text.empty() && text.size() <= kBodyCharactersMax &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

}  // namespace

std::string make_creditor_reference(std::string_view body) {
  if (!is_body(body)) throw std::invalid_argument("a creditor reference has 1 to 21 capital letters and digits");
  return "RF" + check_digits("RF", body) + std::string(body);
}

Result<std::string> parse_creditor_reference(std::string_view text, std::string_view field) {
  auto reference = compacted(text);
  const auto digit = [&](std::size_t at) { return reference[at] >= '0' && reference[at] <= '9'; };
  if (reference.size() < 5 || !reference.starts_with("RF") || !digit(2) || !digit(3) ||
      !is_body(std::string_view(reference).substr(4))) {
    return invalid_field(std::string(field), "not_a_creditor_reference",
                         "Enter a creditor reference such as RF18 5390 0754 7034.");
  }
  if (!check_digits_hold(reference)) {
    return invalid_field(std::string(field), "wrong_check_digits",
                         "The check digits of this reference do not fit; look for a mistyped character.");
  }
  return reference;
}

}  // namespace kindling
