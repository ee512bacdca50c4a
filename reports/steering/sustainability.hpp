// How long the platform can go on: the formulas of the steering community's figures, each once. Pure; amounts are minor
// units of one currency. Pages, JSON and the workbook ask these, and the workbook's own formulas say the same.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"

namespace kindling {

// One integer divided by another; undefined where that is 0.
struct Quotient {
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;
  bool defined() const { return denominator != 0; }
};
// "4.2" with so many decimals, half away from zero; "" where it is undefined.
std::string to_decimal(Quotient quotient, int decimals);
std::string to_percent(Quotient share);  // "37.5"; "" where it is undefined

inline constexpr int kExpenseMonths = 12;      // months of cash looks at these
inline constexpr int kBurnMonths = 6;          // the burn at these
inline constexpr int kMonthsOfCashWarning = 3;  // fewer are a warning

// What a calendar month brought and cost. In kind and exchange differences are no cash and stand in neither.
struct MonthFlow {
  Date first;                       // of the month
  std::int64_t income_minor = 0;
  std::int64_t expense_minor = 0;
  std::int64_t cash_minor = 0;      // in the bank at its end, all funds
};

// Unrestricted cash / (expenses of the last 12 whole months / 12). A younger platform is divided by the months that it
// has. Undefined without a whole month or without expenses.
Quotient months_of_cash(std::int64_t unrestricted_cash_minor, std::span<const MonthFlow> whole_months);
bool is_low(Quotient months_of_cash);  // below kMonthsOfCashWarning

// Expenses less income of the last 6 whole months together, and how many they were.
struct Burn {
  std::int64_t minor = 0;
  int months = 0;
  Quotient monthly() const { return {minor, months}; }
};
Burn net_burn(std::span<const MonthFlow> whole_months);
// Cash / net burn a month. Undefined, which is "not limited", where nothing burns.
Quotient runway(std::int64_t cash_minor, const Burn& burn);

// Sum of the squared shares of income by source (Herfindahl-Hirschman), in ten-thousandths: 10000 is one source alone,
// 10000 / N is N equal ones. Diversification is the rest to 10000. 0 where there is no income.
std::int32_t concentration(std::span<const std::int64_t> incomes);

// Donors of last year and of this one, each person once.
struct Retention {
  std::int64_t last_year = 0;   // gave last year
  std::int64_t again = 0;       // of them: gave this year too
  std::int64_t this_year = 0;   // gave this year
  std::int64_t fresh = 0;       // of them: never before
  std::int64_t some_year = 0;   // gave in some year before, not this one (SYBUNT)
  std::int64_t lybunt() const { return last_year - again; }  // gave last year, not this one
  Quotient rate() const { return {again, last_year}; }
};

// Remaining budget / days left, against the average daily spend so far. Days are counted with both ends.
struct SpendPressure {
  Quotient needed_a_day;  // undefined at the end
  Quotient spent_a_day;   // undefined before the start
};
SpendPressure spend_pressure(std::int64_t planned_minor, std::int64_t spent_minor, const Period& period, Date day);
// Days of the period up to the day / all its days.
Quotient time_elapsed(const Period& period, Date day);

// What a month needs and what is likely to come for it.
struct GapMonth {
  int month = 0;  // 1 to 12
  std::int64_t needed_minor = 0;
  std::int64_t secured_minor = 0;   // sources that are certain (100 %)
  std::int64_t weighted_minor = 0;  // all planned sources x probability
  std::int64_t gap_minor() const { return needed_minor - weighted_minor; }
  std::int64_t unsecured_minor() const { return needed_minor - secured_minor; }
};

// (usable opening funds + secured income) / planned cost of a quarter.
struct QuarterCoverage {
  int quarter = 0;  // 1 to 4
  std::int64_t opening_minor = 0;
  std::int64_t secured_minor = 0;
  std::int64_t planned_minor = 0;
  Quotient coverage() const { return {opening_minor + secured_minor, planned_minor}; }
};
// From `first_quarter` to the year's end. What a quarter leaves opens the next one, at least 0.
std::vector<QuarterCoverage> quarters_from(int first_quarter, std::int64_t opening_minor, std::span<const GapMonth> year);

}  // namespace kindling
