// Staff costs by days and rate (AGA 6.2.A): a day costs the period's personnel cost divided by the days that a person
// of that working time can have worked for all projects together. Pure integers; days are in hundredths.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.hpp"
#include "core/money.hpp"

namespace kindling {

// Over all EU grants, per person and calendar year (AGA 6.2.A.1).
inline constexpr std::int32_t kPersonDaysCeilingHundredths = 21'500;

// 215/12 x months x factor, rounded to the nearest half day, a tie up. A month that is worked in part counts by its days.
std::int32_t maximum_days_hundredths(const Period& worked, Percent working_time_factor);

// Personnel cost / maximum days, rounded once: to be shown. cost_of_days does not round in between.
Money daily_rate(Money personnel_cost, std::int32_t maximum_hundredths);
// The whole personnel cost for the maximum, half away from zero otherwise.
Money cost_of_days(Money personnel_cost, std::int32_t days_hundredths, std::int32_t maximum_hundredths);

// "12", "12.5", "12.25" -> 1225; nullopt for anything else, for 0 and beyond 366 days.
std::optional<std::int32_t> parse_days(std::string_view text);
std::string days_text(std::int64_t hundredths);  // "12.5"

}  // namespace kindling
