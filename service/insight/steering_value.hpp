// The figures of sustainability as JSON: amounts as text, percentages and months as text with one decimal, null where a
// figure is not defined.
#pragma once

#include "core/value.hpp"
#include "reports/steering/steering.hpp"

namespace kindling {

Value cash_value(const CashFigures& cash, Currency currency, Date as_of);         // schema "Sustainability"
Value gap_value(const std::vector<GapYear>& gap, Currency currency);              // schema "FundingGap"
Value income_value(const IncomeMix& income, Currency currency, const Period& of);  // schema "IncomeMix"
Value donation_figures_value(const DonationFigures& donations, Currency currency);  // schema "DonationFigures"
Value grant_actual_value(const GrantActual& grant, Date as_of);                   // schema "GrantActual"

}  // namespace kindling
