// The days of one person, over all costs of the same time: each may fit by itself, and together they may not.
#include <gtest/gtest.h>

#include "spending/staff_cost.hpp"
#include "support/spending_app.hpp"

namespace kindling {
namespace {

class PersonDays : public ::testing::Test {
 protected:
  struct Work {
    const char* from;
    const char* to;
    const char* days;
    const char* factor = "100";
    const char* person = "Eva";
  };
  // On one grant's line; each has a paper of its own.
  std::string body(const Work& work, const SpendingGrant& grant) {
    return R"({"kind":"staff","currency":"EUR","document_on":"2026-10-01","description":"Work","person":")" +
           std::string(work.person) + R"(","works_from":")" + work.from + R"(","works_to":")" + work.to +
           R"(","personnel_cost":"6000.00","working_time_factor":")" + work.factor + R"(","days":")" + work.days +
           R"(","document_number":"P-)" + std::to_string(++papers_) + R"(","allocations":[{"used_as":"claimed","budget_line_id":)" +
           std::to_string(grant.lines[0]) + "}]}";
  }
  std::int64_t approved(const Work& work, const SpendingGrant& grant) {
    const auto id = app_.submitted(body(work, grant));
    EXPECT_EQ(app_.as_bert(id, "approve"), "");
    return id;
  }
  // The rule that its submission breaks, "" where it is submitted.
  std::string submit(const Work& work, const SpendingGrant& grant) {
    return app_.act(app_.draft(body(work, grant)), "submit").code();
  }

  SpendingApp app_;
  int papers_ = 0;
};

constexpr const char* kOver = "person_days_exceed_the_maximum";

TEST_F(PersonDays, TheMonthHoldsOverAllGrants) {
  const auto one = app_.grant({{"a1", "90000.00"}}), two = app_.grant({{"a1", "90000.00"}});
  approved({"2026-01-01", "2026-01-31", "12"}, one);  // a month of full time has 18 days
  const auto over = app_.act(app_.draft(body({"2026-01-01", "2026-01-31", "6.5"}, two)), "submit");
  EXPECT_EQ(over.code(), kOver);
  EXPECT_EQ(over.breaches(), std::vector<std::string>{std::string("days:") + kOver});
  EXPECT_NE(over.body.find("18.5 days from 1 Jan 2026 to 31 Jan 2026"), std::string::npos) << over.body;
  EXPECT_NE(over.body.find("at most 18."), std::string::npos) << over.body;
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "6", "100", "EVA"}, two), "");
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "0.5"}, two), kOver);
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "18", "100", "Jan"}, two), "");
}

TEST_F(PersonDays, ANameWithMoreSpacesIsTheSamePerson) {
  const auto grant = app_.grant({{"a1", "90000.00"}});
  approved({"2026-01-01", "2026-01-31", "18", "100", "Eva Example"}, grant);
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "0.5", "100", " eva   EXAMPLE "}, grant), kOver);
}

TEST_F(PersonDays, PeriodsOfDifferentLengthHoldTogetherWhereOneLiesInTheOther) {
  const auto grant = app_.grant({{"a1", "90000.00"}});
  approved({"2026-01-01", "2026-03-31", "40"}, grant);  // of 54 in the quarter
  EXPECT_EQ(submit({"2026-02-01", "2026-02-28", "14"}, grant), "");
  EXPECT_EQ(submit({"2026-03-01", "2026-03-31", "0.5"}, grant), kOver);
  // April is free; the four months hold 71.5 days at once, and 72 where each is rounded by itself.
  EXPECT_EQ(submit({"2026-04-01", "2026-04-30", "17.5"}, grant), "");
  EXPECT_EQ(submit({"2026-04-01", "2026-04-30", "0.5"}, grant), "");
  EXPECT_EQ(submit({"2026-04-01", "2026-04-30", "0.5"}, grant), kOver);
}

TEST_F(PersonDays, AMonthlyPayslipIsBookedInFullInEachMonth) {
  const auto grant = app_.grant({{"a1", "90000.00"}});
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "18"}, grant), "");
  EXPECT_EQ(submit({"2026-02-01", "2026-02-28", "18"}, grant), "");
  EXPECT_EQ(submit({"2026-03-01", "2026-03-31", "18"}, grant), "");
  EXPECT_EQ(submit({"2026-04-01", "2026-04-30", "18"}, grant), "") << "72 days, where the four months at once hold 71.5";
}

// Five days of January are 2.89, which rounds up to 3; fifteen of them are 8.67, which rounds down to 8.5.
TEST_F(PersonDays, WeeksThatEachRoundUpHoldTheSpanThatTheyMake) {
  const auto grant = app_.grant({{"a1", "90000.00"}});
  EXPECT_EQ(submit({"2026-01-01", "2026-01-05", "3"}, grant), "");
  EXPECT_EQ(submit({"2026-01-06", "2026-01-10", "3"}, grant), "");
  EXPECT_EQ(submit({"2026-01-11", "2026-01-15", "3"}, grant), kOver);
  EXPECT_EQ(submit({"2026-01-11", "2026-01-15", "2.5"}, grant), "");
}

TEST_F(PersonDays, PartTimeHasItsPartAndTheLongestWorkingTimeCounts) {
  const auto grant = app_.grant({{"a1", "90000.00"}});
  approved({"2026-01-01", "2026-01-31", "5", "50"}, grant);
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "4.5", "50"}, grant), kOver);  // at half time 9
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "13", "100"}, grant), "");
}

TEST_F(PersonDays, WhatWasReturnedOrTakenBackLeavesRoom) {
  const auto grant = app_.grant({{"a1", "90000.00"}});
  const auto first = approved({"2026-01-01", "2026-01-31", "18"}, grant);
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "9"}, grant), kOver);
  ASSERT_EQ(app_.act(first, "reverse", R"({"amount":"3000.00","booked_on":"2026-10-02","reason":"half was not worked"})").status, 200);
  ASSERT_EQ(app_.as_bert(first, "approve-reversal"), "");
  const auto second = app_.submitted(body({"2026-01-01", "2026-01-31", "9"}, grant));
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "0.5"}, grant), kOver);
  ASSERT_EQ(app_.as_bert(second, "return", "other days"), "");
  EXPECT_EQ(submit({"2026-01-01", "2026-01-31", "9"}, grant), "");
}

// Two that were submitted at the same moment each saw the other one as a draft.
TEST_F(PersonDays, ApprovalRefusesWhatOnlyFitsAlone) {
  const auto grant = app_.grant({{"a1", "90000.00"}});
  const auto one = app_.draft(body({"2026-01-01", "2026-01-31", "10"}, grant));
  const auto two = app_.draft(body({"2026-01-01", "2026-01-31", "10"}, grant));
  ASSERT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'submitted', submitted_by = 1"), "");
  EXPECT_EQ(app_.as_bert(one, "approve"), kOver);
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET state = 'approved', approved_by = 2, entry_id = 1 WHERE id = " +
                             std::to_string(one)), kOver);
  ASSERT_EQ(app_.as_bert(two, "return", "counted twice"), "");
  EXPECT_EQ(app_.as_bert(one, "approve"), "");
}

TEST_F(PersonDays, TheDatabaseCountsTheMaximumAsTheServiceDoes) {
  for (const auto* first : {"2024-02-01", "2024-02-10", "2026-01-01", "2026-01-31", "2026-05-17"}) {
    for (int days = 0; days < 300; days += 13) {
      for (const int factor : {10'000, 8'000, 3'333, 1}) {
        const Period worked{Date::of(first), Date::of(first).plus_days(days)};
        EXPECT_EQ(app_.number("SELECT maximum_days_hundredths('" + to_string(worked.first) + "', '" + to_string(worked.last) +
                              "', " + std::to_string(factor) + ")"),
                  maximum_days_hundredths(worked, {factor}))
            << first << " + " << days << " at " << factor;
      }
    }
  }
}

}  // namespace
}  // namespace kindling
