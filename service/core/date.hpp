// Calendar dates and periods: accounting dates, apart from instants in time.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kindling {

class Date {
 public:
  explicit Date(std::chrono::sys_days days) : days_(days) {}
  // "2026-02-28", years 1900 to 2199, only days that exist; nullopt otherwise.
  static std::optional<Date> parse(std::string_view text);
  // For dates from our own database or literals; throws std::invalid_argument.
  static Date of(std::string_view text);

  std::chrono::sys_days days() const { return days_; }
  std::chrono::year_month_day ymd() const { return days_; }
  Date plus_days(int days) const { return Date(days_ + std::chrono::days(days)); }
  auto operator<=>(const Date&) const = default;

 private:
  std::chrono::sys_days days_;
};

std::string to_string(Date date);         // "2026-02-28"
std::string to_display(Date date);        // "28 Feb 2026"
int days_between(Date first, Date last);  // last - first

// Both ends included; first <= last.
struct Period {
  Date first;
  Date last;
  bool contains(Date date) const { return first <= date && date <= last; }
  bool contains(const Period& other) const { return first <= other.first && other.last <= last; }
  int days() const { return days_between(first, last) + 1; }
  bool operator==(const Period&) const = default;
};

// Today in the accounting time zone (IANA name, config "fiscal.time_zone"; throws for an unknown one).
Date today(std::string_view time_zone);

}  // namespace kindling
