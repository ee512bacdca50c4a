#include "budgets/budget_figures.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

BudgetLine line(const char* first, const char* last, std::int64_t planned, std::int64_t spent = 0,
                std::int64_t committed = 0) {
  BudgetLine made;
  made.id = 1;
  made.category_code = "a1";
  if (*first != '\0') made.starts_on = Date::of(first);
  if (*last != '\0') made.ends_on = Date::of(last);
  made.amount_minor = planned;
  made.spent_minor = spent;
  made.committed_minor = committed;
  return made;
}

const Period kTwoYears{Date::of("2026-01-01"), Date::of("2027-12-31")};

std::int64_t forecast(const BudgetLine& line, const char* day) { return forecast_of(line, kTwoYears, Date::of(day)); }

TEST(Forecast, IsTheWholePlanBeforeTheLineBegins) {
  EXPECT_EQ(forecast(line("2026-01-01", "2026-12-31", 36'500), "2025-12-31"), 36'500);
}
TEST(Forecast, CountsTheDaysAfterTheDayAskedFor) {
  EXPECT_EQ(forecast(line("2026-01-01", "2026-12-31", 36'500, 1'000), "2026-01-01"), 1'000 + 36'400);
  EXPECT_EQ(forecast(line("2026-01-01", "2026-12-31", 36'500, 1'000), "2026-12-30"), 1'000 + 100);
}
TEST(Forecast, IsWhatWasSpentOnceTheLineIsOver) {
  EXPECT_EQ(forecast(line("2026-01-01", "2026-12-31", 36'500, 1'000), "2026-12-31"), 1'000);
  EXPECT_EQ(forecast(line("2026-01-01", "2026-12-31", 36'500, 1'000), "2027-06-30"), 1'000);
}
TEST(Forecast, TakesWhatIsCommittedWhereThatIsMoreThanThePlan) {
  EXPECT_EQ(forecast(line("2026-01-01", "2026-12-31", 36'500, 1'000, 100), "2026-12-30"), 1'100);
  EXPECT_EQ(forecast(line("2026-01-01", "2026-12-31", 36'500, 1'000, 101), "2026-12-30"), 1'101);
}
TEST(Forecast, SpreadsALineWithoutAPeriodOverTheGrant) {
  EXPECT_EQ(forecast(line("", "", 73'000), "2026-12-31"), 36'500);
}

TEST(PlanByMonth, LosesNoCent) {
  GrantBudget budget{.grant_id = 1, .title = {}, .funder = {}, .state = {}, .period = kTwoYears,
                     .approved_on = Date::of("2026-01-01"),
                     .terms = {Currency::of("EUR"), {}, {}, {0, Currency::of("EUR")}, {}, {}}, .lines = {}};
  budget.lines = {line("", "", 100), line("2026-02-01", "2026-02-28", 77), line("2026-03-31", "2026-04-01", 1)};
  const auto months = months_of(kTwoYears);
  ASSERT_EQ(months.size(), 24);
  EXPECT_EQ(to_string(months[1].last), "2026-02-28");
  const auto planned = plan_by_month(budget, months);
  std::int64_t sum = 0;
  for (const auto minor : planned) sum += minor;
  EXPECT_EQ(sum, 178);
  EXPECT_EQ(planned[2] + planned[3], 5 + 4 + 1);  // a remaining cent to the earlier month of 31 days
}

TEST(Months, AreWholeAlsoWhereThePeriodIsNot) {
  const auto months = months_of({Date::of("2026-01-15"), Date::of("2026-03-01")});
  ASSERT_EQ(months.size(), 3);
  EXPECT_EQ(to_string(months[0].first), "2026-01-01");
  EXPECT_EQ(to_string(months[2].last), "2026-03-31");
}

TEST(Instant, IsRfc3339WithSecondsAndOffset) {
  for (const auto* text : {"2026-03-01T12:00:00Z", "2026-03-01T12:00:00.5Z", "2026-03-01T23:59:59.123456+14:00",
                           "2026-02-28T00:00:00-05:30"}) {
    EXPECT_EQ(parse_instant(text), text);
  }
  for (const auto* text : {"", "2026-03-01", "2026-03-01T12:00Z", "2026-03-01T12:00:00", "2026-02-29T12:00:00Z",
                           "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01 12:00:00Z", "2026-03-01T12:00:00.Z",
                           "2026-03-01T12:00:00.1234567Z", "2026-03-01T12:00:00+15:00", "2026-03-01T12:00:00 01:00",
                           "2026-03-01T12:00:00Z;", "2026-03-01T12:00:0 Z"}) {
    EXPECT_EQ(parse_instant(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace kindling
