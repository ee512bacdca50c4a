// The formulas of sustainability, by literal examples: just inside and just outside each rule.
#include <gtest/gtest.h>

#include <vector>

#include "reports/steering/steering.hpp"

namespace kindling {
namespace {

std::vector<MonthFlow> months(int count, std::int64_t income, std::int64_t expense) {
  std::vector<MonthFlow> flows;
  for (int i = 0; i < count; ++i) flows.push_back({Date::of("2025-01-01"), income, expense, 0});
  return flows;
}

TEST(MonthsOfCash, IsUnrestrictedCashByTheAverageExpensesOfTwelveMonths) {
  // 45,000 / (120,000 / 12)
  EXPECT_EQ(to_decimal(months_of_cash(45'000'00, months(12, 0, 10'000'00)), 1), "4.5");
}

TEST(MonthsOfCash, LooksAtTheLastTwelveOfMore) {
  auto flows = months(20, 0, 99'999'00);
  for (std::size_t i = 8; i < 20; ++i) flows[i].expense_minor = 10'000'00;
  EXPECT_EQ(to_decimal(months_of_cash(30'000'00, flows), 2), "3.00");
}

TEST(MonthsOfCash, DividesAYoungPlatformByTheMonthsThatItHas) {
  EXPECT_EQ(to_decimal(months_of_cash(8'000'00, months(2, 0, 4'000'00)), 1), "2.0");
}

TEST(MonthsOfCash, IsUnknownWithoutExpenses) {
  EXPECT_FALSE(months_of_cash(100, {}).defined());
  EXPECT_FALSE(months_of_cash(100, months(3, 5, 0)).defined());
}

TEST(MonthsOfCash, WarnsBelowThree) {
  EXPECT_FALSE(is_low(months_of_cash(30'000'00, months(12, 0, 10'000'00))));
  EXPECT_TRUE(is_low(months_of_cash(29'999'99, months(12, 0, 10'000'00))));
  EXPECT_FALSE(is_low({}));
}

TEST(Runway, IsCashByWhatSixMonthsBurned) {
  auto flows = months(12, 50'000'00, 1'00);  // long ago it went well
  for (std::size_t i = 6; i < 12; ++i) flows[i] = {Date::of("2025-07-01"), 7'500'00, 10'000'00, 0};
  const auto burn = net_burn(flows);
  EXPECT_EQ(burn.minor, 15'000'00);
  EXPECT_EQ(to_decimal(burn.monthly(), 0), "250000");
  EXPECT_EQ(to_decimal(runway(20'000'00, burn), 1), "8.0");
}

TEST(Runway, IsNotLimitedWhereNothingBurns) {
  EXPECT_FALSE(runway(100'00, net_burn(months(6, 10'00, 10'00))).defined());
  EXPECT_FALSE(runway(100'00, net_burn(months(6, 10'01, 10'00))).defined());
  EXPECT_TRUE(runway(100'00, net_burn(months(6, 10'00, 10'01))).defined());
  EXPECT_FALSE(runway(100'00, net_burn({})).defined());
}

TEST(Concentration, GoesFromOneByNToOne) {
  EXPECT_EQ(concentration(std::vector<std::int64_t>{700}), 10'000);
  EXPECT_EQ(concentration(std::vector<std::int64_t>{5, 5, 5, 5}), 2'500);
  EXPECT_EQ(concentration(std::vector<std::int64_t>{60, 30, 10}), 4'600);  // 0.36 + 0.09 + 0.01
  EXPECT_EQ(concentration({}), 0);
  EXPECT_EQ(concentration(std::vector<std::int64_t>{100, -100}), 10'000);
  EXPECT_EQ(concentration(std::vector<std::int64_t>{1'000'000'000'000'000, 1'000'000'000'000'000}), 5'000);
}

TEST(Dependency, IsTheLargestOrganisationsShareNotThatOfAllDonors) {
  IncomeMix mix{{{"Donations", "donations", false, 600}, {"Lantern", "grants", true, 300}, {"City", "contributions", true, 100}}};
  EXPECT_EQ(mix.largest()->name, "Lantern");
  EXPECT_EQ(to_percent(mix.dependency()), "30.0");
  EXPECT_EQ(mix.total(), 1'000);
}

TEST(Cash, ThatPrefinancesAGrantIsNotFree) {
  CashFigures cash;
  cash.funds = {{"General", false, 10'000, 4'000}, {"Grant A", true, -2'500, -1'000}, {"Grant B", true, 6'000, 0}};
  EXPECT_EQ(cash.total(), 13'500);
  EXPECT_EQ(cash.prefinanced(), 2'500);
  EXPECT_EQ(cash.unrestricted(), 7'500);
  EXPECT_EQ(cash.restricted(), 6'000);
  EXPECT_EQ(cash.unrestricted_at_quarter(), 3'000);
  EXPECT_EQ(to_percent(cash.restricted_ratio()), "44.4");
}

TEST(Retention, IsWhoGaveAgainOfWhoGaveLastYear) {
  const Retention donors{.last_year = 40, .again = 26, .this_year = 31, .fresh = 4, .some_year = 20};
  EXPECT_EQ(to_percent(donors.rate()), "65.0");
  EXPECT_EQ(donors.lybunt(), 14);
  EXPECT_EQ(to_percent(Retention{}.rate()), "");
}

TEST(SpendPressure, SetsWhatIsLeftADayAgainstWhatWasSpentADay) {
  const Period year{Date::of("2026-01-01"), Date::of("2026-12-31")};
  const auto pressure = spend_pressure(365'00, 100'00, year, Date::of("2026-04-10"));  // day 100
  EXPECT_EQ(to_decimal(pressure.spent_a_day, 2), "100.00");   // cents a day
  EXPECT_EQ(to_decimal(pressure.needed_a_day, 2), "100.00");  // 26,500 cents in 265 days
  EXPECT_FALSE(spend_pressure(1, 1, year, Date::of("2026-12-31")).needed_a_day.defined());
  EXPECT_FALSE(spend_pressure(1, 0, year, Date::of("2025-12-31")).spent_a_day.defined());
}

TEST(TimeElapsed, CountsBothEnds) {
  const Period year{Date::of("2026-01-01"), Date::of("2026-12-31")};
  EXPECT_EQ(time_elapsed(year, Date::of("2025-12-31")).numerator, 0);
  EXPECT_EQ(time_elapsed(year, Date::of("2026-01-01")).numerator, 1);
  EXPECT_EQ(time_elapsed(year, Date::of("2027-03-01")).numerator, 365);
}

TEST(Coverage, OfAQuarterIsOpeningAndSecuredByPlannedAndWhatIsLeftOpensTheNext) {
  std::vector<GapMonth> year;
  for (int month = 1; month <= 12; ++month) year.push_back({month, 1'000, month <= 6 ? 600 : 1'200, 900});
  const auto quarters = quarters_from(2, 900, year);
  ASSERT_EQ(quarters.size(), 3u);
  EXPECT_EQ(to_percent(quarters[0].coverage()), "90.0");   // (900 + 1,800) / 3,000: nothing is left
  EXPECT_EQ(to_percent(quarters[1].coverage()), "120.0");  // 3,600 / 3,000: 600 are left
  EXPECT_EQ(to_percent(quarters[2].coverage()), "140.0");
}

TEST(Decimals, RoundHalfAwayFromZero) {
  EXPECT_EQ(to_decimal({1, 8}, 2), "0.13");
  EXPECT_EQ(to_decimal({-1, 8}, 2), "-0.13");
  EXPECT_EQ(to_decimal({-1, 1'000}, 2), "0.00");
  EXPECT_EQ(to_decimal({7, 1}, 0), "7");
  EXPECT_EQ(to_decimal({7, 0}, 2), "");
}

}  // namespace
}  // namespace kindling
