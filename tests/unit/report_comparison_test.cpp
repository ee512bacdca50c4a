#include "reporting/report_comparison.hpp"

#include <gtest/gtest.h>

#include "reporting/report_catalogue.hpp"
#include "reporting/report_schedule.hpp"
#include "reporting/request_rate.hpp"

namespace kindling {
namespace {

using namespace std::chrono_literals;
using Figures = std::vector<sheet::NamedFigure>;

TEST(ReportComparison, FollowsAFigureByItsMeaningWhereverItStands) {
  const Figures before = {{"Summary", "Travel", "Spent", "1000.00", "EUR"}, {"Summary", "Personnel", "Spent", "5000.00", "EUR"}};
  const Figures after = {{"Summary", "Equipment", "Spent", "70.50", "EUR"},
                         {"Summary", "Personnel", "Spent", "5000.00", "EUR"},
                         {"Summary", "Travel", "Spent", "987.65", "EUR"}};
  const auto compared = compare_figures(before, after);
  EXPECT_EQ(compared.same, 1U);
  EXPECT_EQ(compared.changes, (std::vector<FigureChange>{
                                  {"Summary", "Equipment", "Spent", "", "70.50", "EUR", ""},
                                  {"Summary", "Travel", "Spent", "1000.00", "987.65", "EUR", "-12.35"}}));
}

TEST(ReportComparison, TellsWhatIsGone) {
  const auto compared = compare_figures({{"Cover", "State", "", "active", ""}}, {});
  EXPECT_EQ(compared.changes, (std::vector<FigureChange>{{"Cover", "State", "", "active", "", "", ""}}));
}

TEST(ReportComparison, KeepsFiguresOfTheSameNameApartByTheirOrder) {
  const Figures before = {{"Lines", "a1", "Spent", "1", ""}, {"Lines", "a1", "Spent", "2", ""}};
  const Figures after = {{"Lines", "a1", "Spent", "1", ""}, {"Lines", "a1", "Spent", "3", ""}};
  const auto compared = compare_figures(before, after);
  ASSERT_EQ(compared.changes.size(), 1U);
  EXPECT_EQ(compared.changes.front().before, "2");
  EXPECT_EQ(compared.changes.front().difference, "1");
}

TEST(ReportComparison, SubtractsWithoutRounding) {
  const auto difference = [](const char* before, const char* after) {
    return compare_figures({{"S", "R", "C", before, ""}}, {{"S", "R", "C", after, ""}}).changes.front().difference;
  };
  EXPECT_EQ(difference("0.1", "0.3"), "0.2");
  EXPECT_EQ(difference("-0.05", "0.05"), "0.1");
  EXPECT_EQ(difference("90000000000.01", "90000000000.02"), "0.01");
  EXPECT_EQ(difference("12.5 %", "13 %"), "");
  EXPECT_EQ(difference("active", "closed"), "");
}

TEST(ReportSchedule, AsksForTheMonthThatEnded) {
  const auto* kind = find_report_kind("receipt-register");
  ASSERT_NE(kind, nullptr);
  EXPECT_EQ(parameters_of_month(*kind, Date::of("2026-01-01")).year, 2025);
  EXPECT_EQ(parameters_of_month(*kind, Date::of("2026-02-01")).year, 2026);
  ReportKind monthly{.key = "m", .title = "", .explanation = "", .parameters = {{.type = ReportParameter::Type::kPeriod}}, .make = {}};
  EXPECT_EQ(parameters_of_month(monthly, Date::of("2028-03-01")).period,
            (Period{Date::of("2028-02-01"), Date::of("2028-02-29")}));
}

TEST(ReportSchedule, RefusesWhatTheCatalogueHasNot) {
  EXPECT_THROW(report_schedule("no-such-report", 1, 14), std::runtime_error);
  EXPECT_THROW(report_schedule("funder-report", 1, 14), std::runtime_error);  // of one grant
  EXPECT_EQ(report_schedule(" receipt-register ", 1, 14).monthly, std::vector<std::string>{"receipt-register"});
}

TEST(ReportSchedule, TakesTheReportThatTheGrantsLayoutNames) {
  EXPECT_EQ(report_kind_of_layout("eu-actual-costs").key, "eu-financial-statement");
  EXPECT_EQ(report_kind_of_layout("sf-425").key, "sf-425");
  EXPECT_EQ(report_kind_of_layout("a layout that nobody writes").key, "funder-report");
}

TEST(RequestRate, LetsABurstThroughThenOneAtATime) {
  RequestRate rate(3, 2s);
  const auto start = RequestRate::Clock::time_point(1'000s);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rate.allow("192.0.2.1", start));
  EXPECT_FALSE(rate.allow("192.0.2.1", start));
  EXPECT_FALSE(rate.allow("192.0.2.1", start + 1s));
  EXPECT_TRUE(rate.allow("192.0.2.1", start + 2s));
  EXPECT_FALSE(rate.allow("192.0.2.1", start + 2s));
  EXPECT_TRUE(rate.allow("192.0.2.2", start));
}

}  // namespace
}  // namespace kindling
