// A gift as the pages show it.
#pragma once

#include <vector>

#include "donations/donation.hpp"
#include "web/page.hpp"

namespace kindling {

const std::vector<Choice>& donation_methods();
const std::vector<Choice>& donation_states();

// donation_value and, beside it, what a row or a page says of it in words.
Value donation_row(const Donation& donation);

}  // namespace kindling
