#include "spending/staff_cost.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

Period period(const char* first, const char* last) { return {Date::of(first), Date::of(last)}; }
constexpr Percent kFullTime{10'000};

TEST(StaffCost, AYearOfFullTimeHas215Days) {
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-12-31"), kFullTime), 21'500);
  EXPECT_EQ(maximum_days_hundredths(period("2024-01-01", "2024-12-31"), kFullTime), 21'500);  // a leap year too
}

TEST(StaffCost, MaximumIsRoundedToTheNearestHalfDay) {
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-01-31"), kFullTime), 1'800);   // 17.92
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-06-30"), kFullTime), 10'750);  // 107.50
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-03-31"), {8'000}), 4'300);     // 43.00
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-01-31"), {5'000}), 900);       // 8.96
}

TEST(StaffCost, ATieGoesUp) {
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-12-31"), {5'000}), 10'750);  // 107.50 is a half day itself
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-06-30"), {5'000}), 5'400);   // 53.75: between 53.5 and 54
  EXPECT_EQ(maximum_days_hundredths(period("2026-01-01", "2026-03-31"), {10'000}), 5'400);  // 53.75
}

TEST(StaffCost, APartOfAMonthCountsByItsDays) {
  EXPECT_EQ(maximum_days_hundredths(period("2026-06-01", "2026-06-15"), kFullTime), 900);   // 8.96
  EXPECT_EQ(maximum_days_hundredths(period("2026-02-15", "2026-02-28"), kFullTime), 900);   // 8.96
  EXPECT_EQ(maximum_days_hundredths(period("2026-06-16", "2026-07-31"), kFullTime), 2'700);  // 26.88
}

TEST(StaffCost, TheMaximumDaysCostTheWholePersonnelCost) {
  const Money cost{6'000'001, Currency::of("EUR")};
  EXPECT_EQ(cost_of_days(cost, 21'500, 21'500).minor, 6'000'001);
  EXPECT_EQ(cost_of_days({6'450'000, Currency::of("EUR")}, 1'250, 21'500).minor, 375'000);  // 12.5 days of 300.00
  EXPECT_EQ(daily_rate({6'450'000, Currency::of("EUR")}, 21'500).minor, 30'000);
  EXPECT_EQ(cost_of_days({100, Currency::of("EUR")}, 50, 21'500).minor, 0);
}

TEST(StaffCost, DaysAreReadAsTyped) {
  EXPECT_EQ(parse_days("12"), 1'200);
  EXPECT_EQ(parse_days("12.5"), 1'250);
  EXPECT_EQ(parse_days("0.25"), 25);
  EXPECT_EQ(parse_days("366"), 36'600);
  for (const auto* wrong : {"", "0", "366.01", "12.555", "12,5", "-1", "1.", ".5", "x", "1000"}) {
    EXPECT_EQ(parse_days(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(days_text(1'250), "12.5");
  EXPECT_EQ(days_text(1'205), "12.05");
  EXPECT_EQ(days_text(21'500), "215");
}

}  // namespace
}  // namespace kindling
