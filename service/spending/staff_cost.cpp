#include "spending/staff_cost.hpp"

#include <algorithm>
#include <string>

namespace kindling {
namespace {

using std::chrono::day;
using std::chrono::last;
using std::chrono::sys_days;

// A common multiple of 28, 29, 30 and 31: months are counted in whole numbers of these.
constexpr std::int64_t kPartsOfMonth = 377'580;
constexpr std::int64_t kDaysOfYear = 215;

std::int64_t parts_of_months(const Period& worked) {
  std::int64_t parts = 0;
  for (auto month = worked.first.ymd().year() / worked.first.ymd().month(); month / day(1) <= worked.last.ymd();
       month += std::chrono::months(1)) {
    const Date first(sys_days(month / day(1))), end(sys_days(month / last));
    const Period covered{std::max(first, worked.first), std::min(end, worked.last)};
    parts += covered.days() * (kPartsOfMonth / Period{first, end}.days());
  }
  return parts;
}

}  // namespace

std::int32_t maximum_days_hundredths(const Period& worked, Percent working_time_factor) {
  const auto halves = 2 * kDaysOfYear * parts_of_months(worked) * working_time_factor.basis_points;
  const auto divisor = 12 * kPartsOfMonth * 10'000;
  return static_cast<std::int32_t>((2 * halves + divisor) / (2 * divisor) * 50);
}

Money daily_rate(Money personnel_cost, std::int32_t maximum_hundredths) {
  return {round_div(personnel_cost.minor, 100, maximum_hundredths), personnel_cost.currency};
}

Money cost_of_days(Money personnel_cost, std::int32_t days_hundredths, std::int32_t maximum_hundredths) {
  return {round_div(personnel_cost.minor, days_hundredths, maximum_hundredths), personnel_cost.currency};
}

std::optional<std::int32_t> parse_days(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::string decimals(point == std::string_view::npos ? std::string_view{} : text.substr(point + 1));
  if (whole.empty() || whole.size() > 3 || decimals.size() > 2 || (point != std::string_view::npos && decimals.empty())) {
    return std::nullopt;
  }
  decimals.resize(2, '0');
  std::int32_t hundredths = 0;
  for (const char c : std::string(whole) + decimals) {
    if (c < '0' || c > '9') return std::nullopt;
    hundredths = hundredths * 10 + (c - '0');
  }
  return hundredths > 0 && hundredths <= 36'600 ? std::optional(hundredths) : std::nullopt;
}

std::string days_text(std::int64_t hundredths) {
  auto text = std::to_string(hundredths / 100);
  auto rest = std::to_string(100 + hundredths % 100).substr(1);
  while (rest.ends_with('0')) rest.pop_back();
  return rest.empty() ? text : text + "." + rest;
}

}  // namespace kindling
