#include "reports/steering/steering.hpp"

#include <algorithm>

namespace kindling {
namespace {

template <typename Rows, typename Member>
std::int64_t sum_of(const Rows& rows, Member member) {
  std::int64_t sum = 0;
  for (const auto& row : rows) sum += row.*member;
  return sum;
}

// Unrestricted money less what restricted funds have borrowed from it.
std::int64_t free_of(const std::vector<FundCash>& funds, std::int64_t FundCash::* cash) {
  std::int64_t sum = 0;
  for (const auto& fund : funds) sum += fund.restricted ? std::min<std::int64_t>(fund.*cash, 0) : fund.*cash;
  return sum;
}

}  // namespace

std::int64_t CashFigures::total() const { return sum_of(funds, &FundCash::cash_minor); }

std::int64_t CashFigures::restricted() const { return total() - unrestricted(); }

std::int64_t CashFigures::prefinanced() const {
  std::int64_t sum = 0;
  for (const auto& fund : funds) sum -= fund.restricted ? std::min<std::int64_t>(fund.cash_minor, 0) : 0;
  return sum;
}

std::int64_t CashFigures::unrestricted() const { return free_of(funds, &FundCash::cash_minor); }
std::int64_t CashFigures::unrestricted_at_quarter() const { return free_of(funds, &FundCash::opening_minor); }
std::int64_t CashFigures::expenses() const { return sum_of(months, &MonthFlow::expense_minor); }
std::int64_t CashFigures::income() const { return sum_of(months, &MonthFlow::income_minor); }
Quotient CashFigures::months_of_cash() const { return kindling::months_of_cash(unrestricted(), months); }
Quotient CashFigures::runway() const { return kindling::runway(total(), burn()); }
Quotient CashFigures::restricted_ratio() const { return {restricted(), total()}; }

std::int64_t GapYear::needed() const { return sum_of(months, &GapMonth::needed_minor); }
std::int64_t GapYear::secured() const { return sum_of(months, &GapMonth::secured_minor); }
std::int64_t GapYear::weighted() const { return sum_of(months, &GapMonth::weighted_minor); }

std::int64_t IncomeMix::total() const { return sum_of(sources, &IncomeSource::minor); }

std::int32_t IncomeMix::concentration() const {
  std::vector<std::int64_t> incomes;
  for (const auto& source : sources) incomes.push_back(source.minor);
  return kindling::concentration(incomes);
}

const IncomeSource* IncomeMix::largest() const {
  const IncomeSource* found = nullptr;
  for (const auto& source : sources) {
    if (source.organisation && source.minor > 0 && (found == nullptr || source.minor > found->minor)) found = &source;
  }
  return found;
}

Quotient IncomeMix::dependency() const {
  const auto* source = largest();
  return source == nullptr ? Quotient{} : Quotient{source->minor, total()};
}

}  // namespace kindling
