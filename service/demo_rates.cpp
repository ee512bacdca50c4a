#include "demo_rates.hpp"

#include <chrono>

#include <fmt/format.h>

namespace kindling {
namespace {

// A calm up and down around `middle`, in ten-thousandths: rates move, but not by a random number that nobody can repeat.
int swing(int day, int length, int height) {
  const int at = day % length;
  const int rising = at < length / 2 ? at : length - at;
  return rising * 2 * height / length - height / 2;
}

}  // namespace

std::string example_rates(const Period& days) {
  std::string csv = "Date,USD,JPY,CZK,\n";
  for (auto day = days.last; day >= days.first; day = day.plus_days(-1)) {
    const std::chrono::weekday weekday{day.days()};
    if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) continue;
    const int number = days_between(Date::of("2000-01-01"), day);
    const int usd = 10'850 + swing(number, 90, 600);     // 1.0850
    const int jpy = 16'200 + swing(number, 120, 900);    // 162.00
    const int czk = 251'000 + swing(number, 150, 6'000); // 25.1000
    csv += fmt::format("{},{}.{:04},{}.{:02},{}.{:04},\n", to_string(day), usd / 10'000, usd % 10'000, jpy / 100, jpy % 100,
                       czk / 10'000, czk % 10'000);
  }
  return csv;
}

}  // namespace kindling
