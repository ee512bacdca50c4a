#include "reports/steering/sustainability.hpp"

#include <algorithm>

namespace kindling {
namespace {

__extension__ using Wide = __int128;

// The last `count` of them, or all.
std::span<const MonthFlow> last_of(std::span<const MonthFlow> months, int count) {
  return months.last(std::min(months.size(), static_cast<std::size_t>(count)));
}

}  // namespace

std::string to_decimal(Quotient quotient, int decimals) {
  if (!quotient.defined()) return {};
  std::int64_t scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  const bool negative = (quotient.numerator < 0) != (quotient.denominator < 0);
  const auto magnitude = [](std::int64_t number) { return number < 0 ? -number : number; };
  const auto scaled = round_div(magnitude(quotient.numerator), scale, magnitude(quotient.denominator));
  auto digits = std::to_string(scaled);
  if (digits.size() <= static_cast<std::size_t>(decimals)) digits.insert(0, static_cast<std::size_t>(decimals) + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
  return negative && scaled != 0 ? "-" + digits : digits;
}

std::string to_percent(Quotient share) {
  if (!share.defined()) return {};
  return to_decimal({share.numerator * 100, share.denominator}, 1);
}

Quotient months_of_cash(std::int64_t unrestricted_cash_minor, std::span<const MonthFlow> whole_months) {
  const auto months = last_of(whole_months, kExpenseMonths);
  std::int64_t expenses = 0;
  for (const auto& month : months) expenses += month.expense_minor;
  if (expenses <= 0) return {};
  return {unrestricted_cash_minor * static_cast<std::int64_t>(months.size()), expenses};
}

bool is_low(Quotient months) { return months.defined() && months.numerator < kMonthsOfCashWarning * months.denominator; }

Burn net_burn(std::span<const MonthFlow> whole_months) {
  Burn burn;
  for (const auto& month : last_of(whole_months, kBurnMonths)) {
    burn.minor += month.expense_minor - month.income_minor;
    ++burn.months;
  }
  return burn;
}

Quotient runway(std::int64_t cash_minor, const Burn& burn) {
  if (burn.minor <= 0) return {};
  return {cash_minor * burn.months, burn.minor};
}

std::int32_t concentration(std::span<const std::int64_t> incomes) {
  Wide total = 0, squares = 0;
  for (const auto income : incomes) {
    // A source that took back more than it gave is no source.
    const Wide amount = std::max<std::int64_t>(income, 0);
    total += amount;
    squares += amount * amount;
  }
  if (total == 0) return 0;
  return static_cast<std::int32_t>((squares * 10'000 + total * total / 2) / (total * total));
}

SpendPressure spend_pressure(std::int64_t planned_minor, std::int64_t spent_minor, const Period& period, Date day) {
  const int left = std::clamp(days_between(day, period.last), 0, period.days());
  const int gone = std::clamp(days_between(period.first, day) + 1, 0, period.days());
  return {{planned_minor - spent_minor, left}, {spent_minor, gone}};
}

Quotient time_elapsed(const Period& period, Date day) {
  return {std::clamp(days_between(period.first, day) + 1, 0, period.days()), period.days()};
}

std::vector<QuarterCoverage> quarters_from(int first_quarter, std::int64_t opening_minor, std::span<const GapMonth> year) {
  std::vector<QuarterCoverage> quarters;
  for (int quarter = first_quarter; quarter <= 4; ++quarter) {
    QuarterCoverage of{.quarter = quarter, .opening_minor = opening_minor};
    for (const auto& month : year) {
      if ((month.month - 1) / 3 + 1 != quarter) continue;
      of.secured_minor += month.secured_minor;
      of.planned_minor += month.needed_minor;
    }
    opening_minor = std::max<std::int64_t>(of.opening_minor + of.secured_minor - of.planned_minor, 0);
    quarters.push_back(of);
  }
  return quarters;
}

}  // namespace kindling
