// The figures of sustainability over a ledger of literal amounts: each is what its formula says of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/home_query.hpp"
#include "insight/steering_query.hpp"
#include "ledger/keeper.hpp"
#include "support/spending_app.hpp"
#include "support/steering_app.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Value::Array list(const Value& value, std::string_view name) { return std::get<Value::Array>(value.find(name)->data()); }

// "Has: 9,500.00 EUR 70.00 USD"
std::vector<std::string> keys_of(const Value& home) {
  std::vector<std::string> keys;
  for (const auto& key : list(home, "keys")) {
    auto line = text_at(key, "label") + ":";
    for (const auto& value : list(key, "values")) line += " " + std::get<std::string>(value.data());
    keys.push_back(line);
  }
  return keys;
}

class Sustainability : public ::testing::Test {
 protected:
  Value insight(const std::string& name, const std::string& as_of = "2026-03-31") {
    const auto answer = app_.get("/api/v1/insight/" + name + "?as_of=" + as_of);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  SteeringApp app_;
};

TEST_F(Sustainability, CashIsFreeLessWhatItPrefinances) {
  const auto figures = insight("sustainability");
  EXPECT_EQ(text_at(figures, "cash"), "9500.00");
  EXPECT_EQ(text_at(figures, "unrestricted_cash"), "9500.00");
  EXPECT_EQ(text_at(figures, "prefinanced"), "1500.00");
  EXPECT_EQ(text_at(figures, "restricted_cash"), "0.00");
  const auto others = list(figures, "other_currencies");
  ASSERT_EQ(others.size(), 1u);
  EXPECT_EQ(text_at(others[0], "cash"), "70.00");
}

TEST_F(Sustainability, MonthsOfCashBurnAndRunwayFollowTheirFormulas) {
  const auto figures = insight("sustainability");
  EXPECT_EQ(text_at(figures, "whole_months"), "12");
  EXPECT_EQ(text_at(figures, "expenses"), "18500.00") << "in kind and exchange differences are no cash";
  EXPECT_EQ(text_at(figures, "income"), "8000.00");
  EXPECT_EQ(text_at(figures, "months_of_cash"), "6.2");       // 9,500 / (18,500 / 12)
  EXPECT_EQ(text_at(figures, "net_burn_a_month"), "1983.33");  // (12,500 - 600) / 6
  EXPECT_EQ(text_at(figures, "runway_months"), "4.8");        // 9,500 / 1,983.33
}

TEST_F(Sustainability, TheRunningMonthIsShownAndNotAveraged) {
  app_.post("2026-02-27", "bank", "income_other", 25'00);
  const auto figures = insight("sustainability", "2026-02-27");
  const auto months = list(figures, "months");
  ASSERT_EQ(months.size(), 13u);
  EXPECT_EQ(text_at(months[0], "month"), "2025-02");
  EXPECT_EQ(text_at(months[12], "month"), "2026-02");
  EXPECT_EQ(text_at(months[12], "income"), "25.00");
  EXPECT_EQ(text_at(figures, "expenses"), "16500.00") << "ten months of 1,000.00 and the grant's 6,500.00";
  EXPECT_EQ(text_at(months[11], "cash"), "11500.00");
}

TEST_F(Sustainability, AYoungPlatformHasTheMonthsSinceItsFirstEntry) {
  const auto figures = insight("sustainability", "2025-04-30");
  EXPECT_EQ(text_at(figures, "whole_months"), "4");
  EXPECT_EQ(text_at(figures, "months_of_cash"), "76.0");  // 19,000 / (1,000 / 4)
}

TEST_F(Sustainability, TheRollUpChangesNoFigure) {
  const auto before = app_.get("/api/v1/insight/sustainability?as_of=2026-03-31").body;
  while (keep_ledger(*app_.database().lease()).sealed > 0) {
  }
  EXPECT_EQ(app_.get("/api/v1/insight/sustainability?as_of=2026-03-31").body, before);
}

TEST_F(Sustainability, APositionOfTheLedgerKeepsItsFigures) {
  while (app_.number("SELECT count(*) FROM entries") > app_.number("SELECT position FROM ledger_head")) {
    keep_ledger(*app_.database().lease());
  }
  const auto position = app_.number("SELECT position FROM ledger_head");
  app_.post("2026-03-05", "bank", "income_other", 1'000'00);
  while (app_.number("SELECT count(*) FROM entries") > app_.number("SELECT position FROM ledger_head")) {
    keep_ledger(*app_.database().lease());
  }
  auto lease = app_.database().lease();
  const auto report = query_steering(*lease, {Currency::of("EUR"), Date::of("2026-03-31"), position, {}});
  EXPECT_EQ(report.cash.total(), 9'500'00);
  EXPECT_EQ(report.income.total(), 8'000'00);
  EXPECT_EQ(report.independent_cash, 9'500'00);
  EXPECT_EQ(report.independent_income, 8'000'00);
  EXPECT_EQ(report.independent_expenses, 18'500'00);
  EXPECT_EQ(query_steering(*lease, {Currency::of("EUR"), Date::of("2026-03-31"), position + 1, {}}).cash.total(), 10'500'00);
}

TEST_F(Sustainability, IncomeIsSharedBySourceAndAddsUpToTheLedger) {
  const auto mix = insight("income");
  EXPECT_EQ(text_at(mix, "total"), "8000.00");
  EXPECT_EQ(text_at(mix, "concentration"), "0.4863");  // 0.625^2 + 0.3^2 + 0.075^2
  EXPECT_EQ(text_at(mix, "diversification"), "0.5137");
  EXPECT_EQ(text_at(mix, "largest_funder"), "European Commission");
  EXPECT_EQ(text_at(mix, "dependency_percent"), "62.5");
  std::vector<std::string> sources;
  for (const auto& source : list(mix, "sources")) {
    sources.push_back(text_at(source, "name") + " " + text_at(source, "amount") + " " + text_at(source, "share_percent"));
  }
  EXPECT_THAT(sources, ElementsAre("European Commission 5000.00 62.5", "All donors together 2400.00 30.0", "Other income 600.00 7.5"));
}

TEST_F(Sustainability, TheGapIsNeedLessWeightedSourcesAndTheFirstUncoveredMonthIsNamed) {
  app_.approve_platform_budget();
  const auto years = list(insight("gap"), "years");
  ASSERT_EQ(years.size(), 1u);
  EXPECT_EQ(text_at(years[0], "needed"), "1700.00");
  EXPECT_EQ(text_at(years[0], "weighted"), "800.00");  // 600.00 at 50 %, 500.00 that are certain
  EXPECT_EQ(text_at(years[0], "secured"), "500.00");
  EXPECT_EQ(text_at(years[0], "first_uncovered_month"), "2026-01");
  const auto months = list(years[0], "months");
  EXPECT_EQ(text_at(months[0], "gap"), "75.00");
  EXPECT_EQ(text_at(months[10], "gap"), "75.00") << "the audit is covered";
  EXPECT_EQ(text_at(months[11], "gap_to_date"), "900.00");
  std::vector<std::string> rows;
  for (const auto& row : list(years[0], "matrix")) {
    rows.push_back(text_at(row, "need") + "/" + text_at(row, "source") + " " +
                   std::get<std::string>(list(row, "months")[10].data()));
  }
  EXPECT_THAT(rows, ElementsAre("Audit/ 500.00", "Audit/City of Ghent 500.00", "Hosting/ 100.00", "Hosting/Spring appeal 25.00"));
  const auto quarters = list(years[0], "quarters");
  ASSERT_EQ(quarters.size(), 4u);
  // Free cash on 1 January: 20,000 - 9 months + 2,400 - 1,500 that the grant lacks.
  EXPECT_EQ(text_at(quarters[0], "opening"), "11900.00");
  EXPECT_EQ(text_at(quarters[0], "coverage_percent"), "3966.7");
  EXPECT_EQ(text_at(quarters[1], "opening"), "11600.00");
}

TEST_F(Sustainability, RetentionCountsPeopleOnceAndLeavesOutWhatWentBack) {
  const auto kept = app_.donor("Kept"), lost = app_.donor("Lost"), old = app_.donor("Old"), fresh = app_.donor("Fresh");
  app_.gift(kept, "2025-05-01", "10.00");
  app_.gift(kept, "2025-06-01", "10.00");
  app_.gift(kept, "2026-01-05", "10.00");
  app_.gift(lost, "2025-12-31", "70.00");
  app_.gift(old, "2024-12-31", "10.00");
  app_.gift(fresh, "2026-03-31", "10.00", R"(,"fee":"0.30")");
  const auto figures = insight("donations");
  EXPECT_EQ(text_at(figures, "donors_last_year"), "2");
  EXPECT_EQ(text_at(figures, "donors_again"), "1");
  EXPECT_EQ(text_at(figures, "retention_percent"), "50.0");
  EXPECT_EQ(text_at(figures, "donors_this_year"), "2");
  EXPECT_EQ(text_at(figures, "donors_new"), "1");
  EXPECT_EQ(text_at(figures, "lybunt"), "1");
  EXPECT_EQ(text_at(figures, "lybunt_amount"), "70.00");
  EXPECT_EQ(text_at(figures, "sybunt"), "2");
  const auto months = list(figures, "months");
  EXPECT_EQ(text_at(months.back(), "net"), "9.70");
  EXPECT_EQ(text_at(insight("donations", "2026-03-30"), "donors_this_year"), "1") << "the day after is not counted";
}

TEST_F(Sustainability, AnUnmovedAnswerIs304AndANewEntryIsSeenAtOnce) {
  const auto first = app_.get("/api/v1/insight/sustainability?as_of=2026-03-31");
  const auto etag = first.header("etag");
  EXPECT_EQ(app_.get("/api/v1/insight/sustainability?as_of=2026-03-31", {{"If-None-Match", etag}}).status, 304);
  app_.post("2026-03-06", "bank", "income_other", 1'00);
  const auto second = app_.get("/api/v1/insight/sustainability?as_of=2026-03-31", {{"If-None-Match", etag}});
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(text_at(second.json(), "cash"), "9501.00");
}

TEST_F(Sustainability, TheHomePageSaysWhatThereIsWhatMayBeSpentWhatIsPromisedAndWhatWillLack) {
  app_.approve_platform_budget();
  const auto home = query_home(*app_.database().lease(), {Currency::of("EUR"), Date::of("2026-03-31"), {}, {}});
  EXPECT_THAT(keys_of(home), ElementsAre("Has: 9,500.00 EUR 70.00 USD", "May spend: –", "Has promised: –", "Will lack: 900.00 EUR"));
  EXPECT_THAT(app_.get("/").body, HasSubstr("Will lack"));
}

TEST_F(Sustainability, ThePageTellsTheSameFiguresAndADayThatIsNoneIsRefused) {
  const auto page = app_.get("/sustainability?as_of=2026-03-31");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("4.8 months"));
  EXPECT_THAT(page.body, HasSubstr("62.5 %"));
  EXPECT_EQ(app_.get("/sustainability?as_of=2026-02-30").status, 422);
  EXPECT_EQ(app_.get("/api/v1/insight/gap?as_of=soon").status, 422);
}

TEST(HomePage, SumsWhatTheBudgetsOfGrantsLeave) {
  SpendingApp app;
  const auto grant = app.grant({{"c3", "1000.00"}});
  const auto cost = app.draft(app.invoice("R-1", "10.00", grant.lines[0]));
  ASSERT_EQ(app.act(cost, "submit").status, 200);
  ASSERT_EQ(app.as_bert(cost, "approve"), "");
  const auto home = query_home(*app.database().lease(), {Currency::of("EUR"), Date::of("2026-11-01"), {}, {}});
  // 1,000.00 less 10.00, and 25 % of indirect costs on both.
  EXPECT_THAT(keys_of(home), ElementsAre("Has: 0.00 EUR", "May spend: 1,237.50 EUR", "Has promised: 0.00 EUR", "Will lack: –"));
}

}  // namespace
}  // namespace kindling
