#include "core/currency.hpp"

#include <algorithm>
#include <stdexcept>

namespace kindling {
namespace {

constexpr CurrencyRow kTable[] = {
#include "currency_table.inc"
};
static_assert(std::ranges::is_sorted(kTable, {}, &CurrencyRow::code));

}  // namespace

std::span<const CurrencyRow> currency_table() { return kTable; }

std::optional<Currency> Currency::find(std::string_view code) {
  const auto row = std::ranges::lower_bound(kTable, code, {}, &CurrencyRow::code);
  if (row == std::end(kTable) || row->code != code) return std::nullopt;
  Currency currency;
  std::ranges::copy(code, currency.code_.begin());
  currency.minor_digits_ = static_cast<signed char>(row->minor_digits);
  return currency;
}

Currency Currency::of(std::string_view code) {
  if (auto currency = find(code)) return *currency;
  throw std::invalid_argument("unknown currency");
}

}  // namespace kindling
