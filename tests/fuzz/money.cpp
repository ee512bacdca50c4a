#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/date.hpp"
#include "core/money.hpp"

// An amount or a date that is read is written and read again as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static constexpr std::string_view kCodes[] = {"EUR", "JPY", "KWD", "CLF"};
  const auto currency = kindling::Currency::of(kCodes[data[0] % 4]);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  if (const auto money = kindling::parse_money(text, currency)) {
    const auto again = kindling::parse_money(to_string(*money), currency);
    if (!again || !(*again == *money)) std::abort();
  }
  (void)kindling::parse_percent(text);
  if (const auto date = kindling::Date::parse(text)) {
    if (to_string(*date) != text) std::abort();
  }
  return 0;
}
