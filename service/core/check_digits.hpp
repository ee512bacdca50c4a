// ISO 7064 mod 97-10, as IBAN and creditor reference use it: letters count as two digits (A=10 ... Z=35).
#pragma once

#include <string>
#include <string_view>

namespace kindling {

// Of capital letters and digits only; anything else is for the caller to refuse before.
int mod97(std::string_view text);
// The check digits "02".."98" for which the first four characters (`head` + digits), moved to the end, leave 1.
std::string check_digits(std::string_view head, std::string_view body);
// True where `text`, its first four characters moved to the end, leaves 1.
bool check_digits_hold(std::string_view text);

// As typed on paper: without white space, in capital letters.
std::string compacted(std::string_view text);
// In groups of four, as people read it: "BE68 5390 0754 7034".
std::string in_groups_of_four(std::string_view text);

}  // namespace kindling
