// Pledges: the agreed day is an anchor, not a step.
#include "donations/pledge.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

Pledge pledge(Cycle cycle, std::optional<int> anchor, const char* starts_on) {
  return {NewPledge{.donor_id = 1, .campaign_id = {}, .amount = {1'000, Currency::of("EUR")}, .cycle = cycle,
                    .anchor_day = anchor, .starts_on = Date::of(starts_on), .ends_on = {}},
          1, 1, "active", "D-ONE", "", "", {}, {}};
}

std::string days(const std::vector<Date>& dates) {
  std::string text;
  for (const auto date : dates) text += (text.empty() ? "" : " ") + to_string(date);
  return text;
}

TEST(Pledge, TheThirtyFirstDoesNotDriftThroughFebruary) {
  EXPECT_EQ(days(expected_days(pledge(Cycle::kMonthly, 31, "2026-01-31"), Date::of("2026-05-31"))),
            "2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31");
}

TEST(Pledge, TheThirtiethIsAnotherDayThanTheLast) {
  EXPECT_EQ(days(expected_days(pledge(Cycle::kMonthly, 30, "2026-01-01"), Date::of("2026-03-31"))),
            "2026-01-30 2026-02-28 2026-03-30");
  EXPECT_EQ(days(expected_days(pledge(Cycle::kMonthly, std::nullopt, "2026-01-01"), Date::of("2026-03-31"))),
            "2026-01-31 2026-02-28 2026-03-31");
}

TEST(Pledge, ALeapDayComesBackInLeapYearsOnly) {
  EXPECT_EQ(days(expected_days(pledge(Cycle::kYearly, 29, "2024-02-29"), Date::of("2028-12-31"))),
            "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29");
}

TEST(Pledge, QuartersCountFromTheStart) {
  EXPECT_EQ(days(expected_days(pledge(Cycle::kQuarterly, 15, "2026-11-01"), Date::of("2027-08-14"))),
            "2026-11-15 2027-02-15 2027-05-15");
}

TEST(Pledge, ADayBeforeTheStartIsNotExpected) {
  EXPECT_EQ(days(expected_days(pledge(Cycle::kMonthly, 1, "2026-01-02"), Date::of("2026-02-28"))), "2026-02-01");
}

TEST(Pledge, TheEndIsStillExpectedAndNothingBehindIt) {
  auto made = pledge(Cycle::kMonthly, 10, "2026-01-01");
  made.ends_on = Date::of("2026-03-10");
  EXPECT_EQ(days(expected_days(made, Date::of("2026-12-31"))), "2026-01-10 2026-02-10 2026-03-10");
}

TEST(Pledge, NothingIsExpectedDuringAPause) {
  auto made = pledge(Cycle::kMonthly, 10, "2026-01-01");
  made.pauses = {{Date::of("2026-02-10"), Date::of("2026-03-09")}};
  EXPECT_EQ(days(expected_days(made, Date::of("2026-04-30"))), "2026-01-10 2026-03-10 2026-04-10");
}

TEST(Pledge, IsLateAfterAWeekAndLapsedAfterThreeMissedDays) {
  const auto made = pledge(Cycle::kMonthly, 1, "2026-01-01");
  EXPECT_EQ(standing_of(made, Date::of("2026-01-08")), Standing::kOnTime);
  EXPECT_EQ(standing_of(made, Date::of("2026-01-09")), Standing::kLate);
  EXPECT_EQ(standing_of(made, Date::of("2026-03-08")), Standing::kLate);
  EXPECT_EQ(standing_of(made, Date::of("2026-03-09")), Standing::kLapsed);
}

TEST(Pledge, AGiftOfLatelyEndsALapse) {
  auto made = pledge(Cycle::kMonthly, 1, "2026-01-01");
  made.met = {Date::of("2026-03-01")};
  EXPECT_EQ(standing_of(made, Date::of("2026-03-20")), Standing::kLate);
}

TEST(Pledge, AGiftMeetsTheEarliestOpenDayNotMoreThanFifteenDaysAhead) {
  auto made = pledge(Cycle::kMonthly, 31, "2026-01-31");
  EXPECT_EQ(day_met_by(made, Date::of("2026-01-15")), std::nullopt);
  EXPECT_EQ(day_met_by(made, Date::of("2026-01-16")), Date::of("2026-01-31"));
  EXPECT_EQ(day_met_by(made, Date::of("2026-02-20")), Date::of("2026-01-31"));
  made.met = {Date::of("2026-01-31")};
  EXPECT_EQ(day_met_by(made, Date::of("2026-02-20")), Date::of("2026-02-28"));
}

TEST(Pledge, ReadsTheLastDayAsAValueOfItsOwn) {
  Input input;
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"donor_id", "1"}, {"amount", "10.00"}, {"cycle", "monthly"}, {"starts_on", "2026-04-30"}}) {
    input.set(name, value);
  }
  const auto eur = Currency::of("EUR");
  EXPECT_EQ(parse_pledge(input, eur)->anchor_day, 30);
  input.set("anchor_day", "last");
  EXPECT_EQ(parse_pledge(input, eur)->anchor_day, std::nullopt);
  input.set("anchor_day", "31");
  EXPECT_EQ(parse_pledge(input, eur)->anchor_day, 31);
  for (const auto* wrong : {"0", "32", "first"}) {
    input.set("anchor_day", wrong);
    EXPECT_EQ(parse_pledge(input, eur).error().fields.front().code, "not_a_day") << wrong;
  }
}

}  // namespace
}  // namespace kindling
