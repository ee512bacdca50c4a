// Exchange rates for the example: invented, in the form of the ECB's eurofxref-hist.csv.
#pragma once

#include <string>

#include "core/date.hpp"

namespace kindling {

// USD, JPY and CZK on every working day of the period, newest first; the same days always have the same rates.
std::string example_rates(const Period& days);

}  // namespace kindling
