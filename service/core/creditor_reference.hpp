// The structured creditor reference (ISO 11649): RF, two check digits, 1 to 21 letters and digits. A payer's bank
// carries it unchanged, so that money finds its document by itself.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace kindling {

// "539007547034" -> "RF18539007547034". `body` is ours: 1 to 21 capital letters and digits, else std::invalid_argument.
std::string make_creditor_reference(std::string_view body);

// In capitals and without spaces. Errors at `field`: not_a_creditor_reference, wrong_check_digits.
Result<std::string> parse_creditor_reference(std::string_view text, std::string_view field = "reference");

}  // namespace kindling
