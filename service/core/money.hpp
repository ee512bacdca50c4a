// Money: an integer in minor units with its currency. No floating point anywhere.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/currency.hpp"
#include "core/result.hpp"

namespace kindling {

struct Money {
  std::int64_t minor;  // 125000 is 1250.00 EUR
  Currency currency;

  bool operator==(const Money&) const = default;
};

// Checked: throw std::overflow_error beyond int64, std::logic_error for mixed currencies. A caller that takes amounts
// from users compares currencies first.
Money operator+(Money a, Money b);
Money operator-(Money a, Money b);
Money operator-(Money a);

// A share in basis points: 10000 is 100 %, 700 is 7 %.
struct Percent {
  std::int32_t basis_points = 0;
  auto operator<=>(const Percent&) const = default;
};

// Half away from zero, once (funder-rules: round on the summed base). Throws std::overflow_error beyond int64.
std::int64_t round_div(std::int64_t amount, std::int64_t factor, std::int64_t divisor);
Money share_of(Money amount, Percent percent);

// "1250.00", "1,250.00", "1 250.00", "-3"; never "1.005" for EUR. The decimal sign is a point; a comma only groups
// thousands. Errors: not_an_amount, over_precise, out_of_range; the message names the currency's own precision.
Result<Money> parse_money(std::string_view text, Currency currency);
// "7", "7.5", "7.25" -> 725. Errors: not_a_percentage, over_precise, out_of_range (0 to 100).
Result<Percent> parse_percent(std::string_view text);

std::string to_string(Money money);           // "1250.00": JSON, CSV, form values
std::string to_display(Money money);          // "1,250.00 EUR": pages
std::string to_display_amount(Money money);   // "1,250.00": table cells under a heading that names the currency
std::string to_string(Percent percent);       // "7.25", "7"

// Shares of `total` in proportion to `weights` by largest remainder; a tie goes to the earlier one. The parts always
// add up to the total. Weights are >= 0 and not all 0 (else std::invalid_argument).
std::vector<std::int64_t> split(std::int64_t total, std::span<const std::int64_t> weights);

}  // namespace kindling
