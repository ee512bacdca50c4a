#include "spending/reporting_period.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spending/reporting_statement.hpp"
#include "support/programmes.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;

const Currency kEur = Currency::of("EUR");

Period days(const char* first, const char* last) { return {Date::of(first), Date::of(last)}; }

std::vector<std::string> texts(const std::vector<Period>& periods) {
  std::vector<std::string> found;
  for (const auto& period : periods) found.push_back(to_string(period.first) + " " + to_string(period.last));
  return found;
}

std::string code_of(const Result<PlannedPeriods>& planned) {
  return planned ? "ok" : planned.error().fields[0].field + ":" + planned.error().fields[0].code;
}

Result<PlannedPeriods> plan(const char* months, const char* ends_on, const char* next = "2026-01-01") {
  Input input;
  input.set("months", months);
  input.set("ends_on", ends_on);
  return parse_planned_periods(input, days("2026-01-01", "2028-12-31"), Date::of(next));
}

TEST(ReportingPeriods, FollowARhythmWithoutAGapUntilTheGrantEnds) {
  EXPECT_THAT(texts(periods_of(days("2026-01-01", "2028-12-31"), 18)),
              ElementsAre("2026-01-01 2027-06-30", "2027-07-01 2028-12-31"));
  EXPECT_THAT(texts(periods_of(days("2026-01-01", "2026-08-15"), 6)),
              ElementsAre("2026-01-01 2026-06-30", "2026-07-01 2026-08-15"));
}

TEST(ReportingPeriods, DoNotDriftFromTheThirtyFirst) {
  EXPECT_THAT(texts(periods_of(days("2026-01-31", "2026-05-30"), 1)),
              ElementsAre("2026-01-31 2026-02-27", "2026-02-28 2026-03-30", "2026-03-31 2026-04-29",
                          "2026-04-30 2026-05-30"));
}

TEST(ReportingPeriods, ArePlannedByARhythmOrByOneEnd) {
  EXPECT_EQ(plan("18", "")->periods.size(), 2u);
  EXPECT_THAT(texts(plan("", "2026-06-30")->periods), ElementsAre("2026-01-01 2026-06-30"));
  EXPECT_THAT(texts(plan("12", "", "2028-01-01")->periods), ElementsAre("2028-01-01 2028-12-31"));
  EXPECT_EQ(code_of(plan("", "")), "ends_on:one_of_two");
  EXPECT_EQ(code_of(plan("6", "2026-06-30")), "ends_on:one_of_two");
  EXPECT_EQ(code_of(plan("0", "")), "months:out_of_range");
  EXPECT_EQ(code_of(plan("61", "")), "months:out_of_range");
}

TEST(ReportingPeriods, LieBetweenTheLastOneAndTheGrantsEnd) {
  EXPECT_EQ(code_of(plan("", "2028-12-31")), "ok");
  EXPECT_EQ(code_of(plan("", "2029-01-01")), "ends_on:beyond_the_grant");
  EXPECT_EQ(code_of(plan("", "2026-07-01", "2026-07-01")), "ok");
  EXPECT_EQ(code_of(plan("", "2026-06-30", "2026-07-01")), "ends_on:end_before_start");
  EXPECT_EQ(code_of(plan("6", "", "2029-01-01")), "ends_on:beyond_the_grant");
}

std::vector<ChecklistItem> checklist(std::int64_t drafts, std::int64_t without_evidence) {
  return {{.code = "drafts_left", .blocks = true, .count = drafts, .detail = {}},
          {.code = "evidence_missing", .blocks = false, .count = without_evidence, .detail = {}}};
}

TEST(ClosingAPeriod, WaitsForWhatBlocksAndAsksWhyTheRestIsLeft) {
  EXPECT_TRUE(check_closable(checklist(0, 0), "").ok());
  EXPECT_EQ(check_closable(checklist(1, 0), "because").error().code, "checklist_is_open");
  EXPECT_EQ(check_closable(checklist(1, 0), "because").error().message,
            "1 draft lies in this period. Submit them, withdraw them, or give them another date.");
  EXPECT_EQ(check_closable(checklist(0, 2), "").error().fields[0].field, "note");
  EXPECT_TRUE(check_closable(checklist(0, 2), "The originals are with the auditor.").ok());
}

// ---- The statement ----

std::vector<Category> horizon() { return test_programmes().find("horizon-europe-actual")->categories; }

ReportingStatement statement(const std::vector<DeclaredSum>& lines, int funding = 10'000) {
  return make_statement(lines, horizon(), {.indirect = {2'500}, .funding = {funding}}, kEur);
}

DeclaredSum line(const char* category, std::int64_t minor, std::int64_t partner = 1, int adjusts = 0) {
  return {.category_code = category, .partner_id = partner, .partner_name = partner == 1 ? "Ada" : "Bo",
          .adjusts_number = adjusts, .minor = minor};
}

TEST(ReportingStatement, HoldsTheWorkedExampleOfTheAga) {
  // Personnel 9,600, travel 1,400, subcontracting 1,500 at 25 % and 70 %: e = 2,750, f = 15,250, g = 10,675.
  const auto made = statement({line("a1", 960'000), line("c1", 140'000), line("b", 150'000)}, 7'000);
  EXPECT_EQ(made.consolidated.costs.direct.minor, 1'250'000);
  EXPECT_EQ(made.consolidated.costs.indirect.minor, 275'000);
  EXPECT_EQ(made.consolidated.costs.total.minor, 1'525'000);
  EXPECT_EQ(made.consolidated.requested.minor, 1'067'500);
}

TEST(ReportingStatement, AddsUpWhatEachPartnerRoundsOnItsOwn) {
  // 25 % of 0.02 is half a cent: each partner's rounds up.
  const auto made = statement({line("c3", 2, 1), line("c3", 2, 2)});
  ASSERT_EQ(made.partners.size(), 2u);
  EXPECT_EQ(made.partners[0].name, "Ada");
  EXPECT_EQ(made.partners[0].costs.indirect.minor, 1);
  EXPECT_EQ(made.consolidated.costs.indirect.minor, 2);
  EXPECT_EQ(made.consolidated.costs.total.minor, 6);
}

TEST(ReportingStatement, KeepsAdjustmentsApartByThePeriodThatTheyAdjust) {
  const auto made = statement({line("c3", 100'000), line("c3", -20'000, 1, 2), line("a1", -8'000, 1, 1)});
  const auto& partner = made.partners[0];
  EXPECT_EQ(partner.costs.total.minor, 125'000);
  ASSERT_EQ(partner.adjustments.size(), 2u);
  EXPECT_EQ(partner.adjustments[0].number, 1);
  EXPECT_EQ(partner.adjustments[0].declaration.total.minor, -10'000);
  EXPECT_EQ(partner.adjustments[1].declaration.total.minor, -25'000);
  EXPECT_EQ(partner.requested.minor, 90'000);
  EXPECT_EQ(made.consolidated.requested.minor, 90'000);
}

TEST(ReportingStatement, OfNoCostsIsZero) {
  const auto made = statement({});
  EXPECT_TRUE(made.partners.empty());
  EXPECT_EQ(made.consolidated.requested.minor, 0);
}

}  // namespace
}  // namespace kindling
