#include "core/money.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace kindling {
namespace {

using Wide = __int128;

std::int64_t narrowed(Wide value) {
  if (value > INT64_MAX || value < INT64_MIN) throw std::overflow_error("amount beyond int64");
  return static_cast<std::int64_t>(value);
}

void require_same_currency(Money a, Money b) {
  if (a.currency != b.currency) throw std::logic_error("mixed currencies");
}

FieldError amount_error(std::string code, std::string message) { return {"", std::move(code), std::move(message)}; }

std::string example(Currency currency) {
  static constexpr std::string_view kExamples[] = {"1250", "1250.0", "1250.00", "1250.000", "1250.0000"};
  return std::string(kExamples[currency.minor_digits()]);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Removes the separators between thousands: a comma, a space, a no-break or narrow no-break space. A separator must
// be followed by exactly three digits, so that "1,5" is not taken for 15.
bool strip_groups(std::string_view whole, std::string& digits) {
  static constexpr std::string_view kSeparators[] = {",", " ", "'", "\u00a0", "\u202f"};
  bool grouped = false;
  std::size_t run = 0;
  while (!whole.empty()) {
    if (is_digit(whole.front())) {
      digits += whole.front();
      whole.remove_prefix(1);
      ++run;
      continue;
    }
    const auto separator = std::ranges::find_if(kSeparators, [&](auto s) { return whole.starts_with(s); });
    if (separator == std::end(kSeparators)) return false;
    if (run == 0 || run > 3 || (grouped && run != 3)) return false;
    whole.remove_prefix(separator->size());
    grouped = true;
    run = 0;
  }
  return !digits.empty() && (!grouped || run == 3);
}

std::string decimal(std::uint64_t magnitude, int digits, bool negative, bool group) {
  auto text = std::to_string(magnitude);
  if (text.size() <= static_cast<std::size_t>(digits)) text.insert(0, digits + 1 - text.size(), '0');
  const auto point = text.size() - digits;
  if (digits > 0) text.insert(point, ".");
  if (group) {
    for (auto at = static_cast<std::ptrdiff_t>(point) - 3; at > 0; at -= 3) text.insert(at, ",");
  }
  return negative ? "-" + text : text;
}

std::uint64_t magnitude_of(std::int64_t value) {
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

}  // namespace

Money operator+(Money a, Money b) {
  require_same_currency(a, b);
  return {narrowed(static_cast<Wide>(a.minor) + b.minor), a.currency};
}

Money operator-(Money a, Money b) {
  require_same_currency(a, b);
  return {narrowed(static_cast<Wide>(a.minor) - b.minor), a.currency};
}

Money operator-(Money a) { return {narrowed(-static_cast<Wide>(a.minor)), a.currency}; }

std::int64_t round_div(std::int64_t amount, std::int64_t factor, std::int64_t divisor) {
  const Wide product = static_cast<Wide>(amount) * factor;
  const Wide half = divisor / 2;
  const Wide magnitude = product < 0 ? -product : product;
  // The remainder decides, so that an odd divisor rounds right too.
  Wide quotient = magnitude / divisor;
  const Wide rest = magnitude % divisor;
  if (rest > half || (rest == half && divisor % 2 == 0)) ++quotient;
  return narrowed(product < 0 ? -quotient : quotient);
}

Money share_of(Money amount, Percent percent) {
  return {round_div(amount.minor, percent.basis_points, 10'000), amount.currency};
}

Result<Money> parse_money(std::string_view text, Currency currency) {
  const auto not_an_amount = [&] {
    return invalid({amount_error("not_an_amount", "Enter an amount such as " + example(currency) + ".")});
  };
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  std::string digits;
  if (!strip_groups(text.substr(0, point), digits)) return not_an_amount();
  auto fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (point != std::string_view::npos && fraction.empty()) return not_an_amount();
  if (!std::ranges::all_of(fraction, is_digit)) return not_an_amount();
  const auto precision = static_cast<std::size_t>(currency.minor_digits());
  if (fraction.size() > precision) {
    const auto places = precision == 0 ? std::string("no decimals")
                                       : "at most " + std::to_string(precision) + " decimals";
    return invalid({amount_error("over_precise", std::string(currency.code()) + " has " + places +
                                                     ": enter an amount such as " + example(currency) + ".")});
  }
  digits += fraction;
  digits.append(precision - fraction.size(), '0');
  Wide minor = 0;
  for (const char digit : digits) {
    minor = minor * 10 + (digit - '0');
    if (minor > INT64_MAX) {
      return invalid({amount_error("out_of_range", "This amount is too large to be stored.")});
    }
  }
  return Money{static_cast<std::int64_t>(negative ? -minor : minor), currency};
}

Result<Percent> parse_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || !std::ranges::all_of(whole, is_digit) || !std::ranges::all_of(fraction, is_digit) ||
      (point != std::string_view::npos && fraction.empty())) {
    return invalid({amount_error("not_a_percentage", "Enter a percentage such as 7 or 7.5.")});
  }
  if (fraction.size() > 2) {
    return invalid({amount_error("over_precise", "Enter a percentage with at most 2 decimals, such as 7.25.")});
  }
  std::int32_t basis_points = 101 * 100;
  if (whole.size() <= 3) {
    basis_points = std::stoi(std::string(whole)) * 100;
    if (fraction.size() >= 1) basis_points += (fraction[0] - '0') * 10;
    if (fraction.size() == 2) basis_points += fraction[1] - '0';
  }
  if (basis_points > 10'000) {
    return invalid({amount_error("out_of_range", "Enter a percentage from 0 to 100.")});
  }
  return Percent{basis_points};
}

std::string to_string(Money money) {
  return decimal(magnitude_of(money.minor), money.currency.minor_digits(), money.minor < 0, false);
}

std::string to_display_amount(Money money) {
  return decimal(magnitude_of(money.minor), money.currency.minor_digits(), money.minor < 0, true);
}

std::string to_display(Money money) { return to_display_amount(money) + " " + std::string(money.currency.code()); }

std::string to_string(Percent percent) {
  auto text = decimal(static_cast<std::uint64_t>(percent.basis_points), 2, false, false);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::vector<std::int64_t> split(std::int64_t total, std::span<const std::int64_t> weights) {
  Wide sum = 0;
  for (const auto weight : weights) {
    if (weight < 0) throw std::invalid_argument("negative weight");
    sum += weight;
  }
  if (sum == 0) throw std::invalid_argument("no weight");
  std::vector<std::int64_t> parts(weights.size());
  std::vector<Wide> remainders(weights.size());
  const Wide magnitude = total < 0 ? -static_cast<Wide>(total) : static_cast<Wide>(total);
  Wide left = magnitude;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Wide product = magnitude * weights[i];
    parts[i] = static_cast<std::int64_t>(product / sum);
    remainders[i] = product % sum;
    left -= parts[i];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](auto a, auto b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) ++parts[order[i]];
  if (total < 0) {
    for (auto& part : parts) part = -part;
  }
  return parts;
}

}  // namespace kindling
