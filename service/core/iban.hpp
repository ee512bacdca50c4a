// IBAN (ISO 13616): the number of a bank account, with its national length and check digits.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace kindling {

// "BE68539007547034", in capitals and without spaces; spaces and small letters are forgiven. Errors at `field`:
// not_an_iban (characters, or a length that no country has), wrong_length (the country's own), wrong_check_digits.
Result<std::string> parse_iban(std::string_view text, std::string_view field = "iban");

}  // namespace kindling
