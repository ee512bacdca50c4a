#include "core/date.hpp"

#include <cstdlib>
#include <ctime>
#include <mutex>
#include <stdexcept>

#include <fmt/format.h>

namespace kindling {
namespace {

std::optional<int> digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day || *year < 1900 || *year > 2199) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(*year), std::chrono::month(*month), std::chrono::day(*day)};
  if (!ymd.ok()) return std::nullopt;
  return Date(ymd);
}

Date Date::of(std::string_view text) {
  if (auto date = parse(text)) return *date;
  throw std::invalid_argument("not a date");
}

std::string to_string(Date date) {
  const auto ymd = date.ymd();
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                     static_cast<unsigned>(ymd.day()));
}

std::string to_display(Date date) {
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto ymd = date.ymd();
  return fmt::format("{} {} {}", static_cast<unsigned>(ymd.day()), kMonths[static_cast<unsigned>(ymd.month()) - 1],
                     static_cast<int>(ymd.year()));
}

int days_between(Date first, Date last) { return static_cast<int>((last.days() - first.days()).count()); }

// g++ 12 has no time zone database; the C library has, through TZ. The zone is fixed at the first call, because
// changing TZ while other threads convert times is not safe.
Date today(std::string_view time_zone) {
  static std::once_flag once;
  std::call_once(once, [&] {
    ::setenv("TZ", std::string(time_zone).c_str(), 1);
    ::tzset();
  });
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  if (::localtime_r(&now, &local) == nullptr) throw std::runtime_error("no local time");
  return Date(std::chrono::year_month_day{std::chrono::year(local.tm_year + 1900),
                                          std::chrono::month(static_cast<unsigned>(local.tm_mon + 1)),
                                          std::chrono::day(static_cast<unsigned>(local.tm_mday))});
}

}  // namespace kindling
