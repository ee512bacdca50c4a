// The EU financial statement of a real grant: partners, adjustments, person-days, pinned rates; each total beside a sum
// over the ledger that was made another way.
#include <gtest/gtest.h>

#include "reports/eu_financial_statement/eu_financial_statement.hpp"
#include "support/statement_app.hpp"

namespace kindling {
namespace {

const Period kFirstYear{Date::of("2026-01-01"), Date::of("2026-12-31")};

class EuStatement : public ::testing::Test {
 protected:
  // The AGA's example: personnel 9,600, travel 1,400, subcontracting 1,500, at 25 % and 70 %.
  SpendingGrant example() {
    const auto grant = app_.grant_of({{"WP1", "a1", 1, "50000.00"}, {"WP1", "c1", 1, "10000.00"}, {"WP2", "b", 2, "10000.00"},
                                      {"WP2", "a1", 2, "10000.00"}},
                                     {{"funding_rate", "\"70\""}});
    app_.plan_periods(grant, 12);
    app_.approved(app_.staff("P-1", "21500.00", "48", grant.lines[0]));
    app_.approved(app_.invoice("T-1", "1400.00", grant.lines[1]));
    subcontract_ = app_.approved(app_.invoice("S-1", "1500.00", grant.lines[2]));
    return grant;
  }
  Result<EuFinancialStatement> query(const SpendingGrant& grant, const Period& period = kFirstYear) {
    return app_.sealed([&](const SealedSnapshot& snapshot) {
      return query_eu_financial_statement(snapshot, {.grant_id = grant.id, .period = period, .platform = "Sparks"});
    });
  }

  StatementApp app_;
  std::int64_t subcontract_ = 0;
};

TEST_F(EuStatement, IsTheWorkedExampleOfTheAgreementPerPartnerAndConsolidated) {
  const auto statement = query(example());
  ASSERT_TRUE(statement) << statement.error().message;
  ASSERT_EQ(statement->partners.size(), 3U);
  const auto& first = statement->partners[0].statements.at(0);
  EXPECT_EQ(first.direct_total, 1100000);
  EXPECT_EQ(first.indirect, 275000);
  const auto& second = statement->partners[1].statements.at(0);
  EXPECT_EQ(second.direct_total, 150000);
  EXPECT_EQ(second.indirect, 0);
  EXPECT_EQ(statement->partners[2].statements.at(0).total, 0);
  const auto& all = statement->consolidated.at(0);
  EXPECT_EQ(all.indirect, 275000);
  EXPECT_EQ(all.total, 1525000);
  EXPECT_EQ(all.maximum, 1067500);
  EXPECT_EQ(statement->ledger.spent_minor, 1250000);
  EXPECT_EQ(statement->ledger.taken_back_minor, 0);
}

TEST_F(EuStatement, CountsPersonDaysByWorkPackageAndTakesThemBackWithTheCost) {
  const auto grant = example();
  app_.reverse(app_.approved(app_.staff("P-2", "21500.00", "10", grant.lines[3])), "500.00");  // of 2,000.00
  const auto statement = query(grant);
  ASSERT_TRUE(statement);
  std::int64_t first = 0, second = 0;
  for (const auto& cost : statement->costs) (cost.work_package == "WP1" ? first : second) += cost.days_hundredths;
  EXPECT_EQ(first, 4800);
  EXPECT_EQ(second, 750);
}

TEST_F(EuStatement, ShowsACorrectionOfAnEarlierPeriodAsAStatementOfItsOwn) {
  const auto grant = app_.grant_of({{"WP1", "a1", 1, "50000.00"}, {"WP2", "c3", 2, "10000.00"}}, {{"funding_rate", "\"70\""}});
  app_.plan_periods(grant, 6);
  const auto id = app_.approved(app_.invoice("G-1", "1000.00", grant.lines[1]));
  app_.close_period(grant, 1);
  auto later = app_.invoice("G-2", "300.00", grant.lines[1]);
  later.replace(later.find("2026-03-10"), 10, "2026-08-10");
  app_.approved(later);
  app_.reverse(id, "100.00", "2026-08-20");
  const auto statement = query(grant, {Date::of("2026-07-01"), Date::of("2026-12-31")});
  ASSERT_TRUE(statement) << statement.error().message;
  EXPECT_EQ(statement->adjusts, (std::vector<int>{0, 1}));
  const auto& goods = statement->partners[1];
  EXPECT_EQ(goods.statements[0].direct_total, 30000);
  EXPECT_EQ(goods.statements[0].maximum, 26250);   // 70 % of 375.00
  EXPECT_EQ(goods.statements[1].direct_total, -10000);
  EXPECT_EQ(goods.statements[1].indirect, -2500);
  EXPECT_EQ(goods.statements[1].maximum, -8750);
  EXPECT_EQ(statement->ledger.spent_minor, 20000);
  EXPECT_EQ(statement->ledger.taken_back_minor, -10000);
  // What was reported of the first period stays.
  const auto first = query(grant, {Date::of("2026-01-01"), Date::of("2026-06-30")});
  EXPECT_EQ(first->consolidated.at(0).direct_total, 100000);
  EXPECT_EQ(first->period.state, "closed");
}

TEST_F(EuStatement, NamesTheRatesThatTheClosingPinnedAndTheirSource) {
  const auto grant = app_.grant_of({{"WP1", "c3", 1, "50000.00"}});
  app_.plan_periods(grant, 6);
  for (const auto* day : {"2026-01-15", "2026-02-16", "2026-03-16", "2026-04-15", "2026-05-15", "2026-06-15", "2026-07-01"}) {
    ASSERT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ('CZK', '" +
                               std::string(day) + "', 25, false, 'European Central Bank')"), "");
  }
  auto foreign = app_.invoice("F-1", "2500.00", grant.lines[0]);
  foreign.replace(foreign.find("EUR"), 3, "CZK");
  app_.approved(foreign);
  const Period half{Date::of("2026-01-01"), Date::of("2026-06-30")};
  const auto open = query(grant, half);
  ASSERT_TRUE(open) << open.error().message;
  ASSERT_EQ(open->rates.size(), 1U);
  EXPECT_FALSE(open->rates[0].pinned);
  EXPECT_EQ(open->rates[0].units_per_euro, "25");
  EXPECT_EQ(open->rates[0].published_days, 6);
  EXPECT_EQ(open->rates[0].source, "European Central Bank");
  EXPECT_EQ(open->costs.at(0).document_currency, "CZK");
  EXPECT_EQ(open->costs.at(0).document_minor, 250000);
  EXPECT_EQ(open->costs.at(0).minor, 10000);
  app_.close_period(grant, 1);
  EXPECT_TRUE(query(grant, half)->rates.at(0).pinned);
}

TEST_F(EuStatement, IsOfAReportingPeriodAndOfNoOtherDays) {
  const auto grant = example();
  const auto refused = query(grant, {Date::of("2026-01-01"), Date::of("2026-12-30")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).code, "not_a_reporting_period");
  EXPECT_NE(refused.error().fields.at(0).message.find("2026-01-01 to 2026-12-31"), std::string::npos);
  EXPECT_EQ(query({.id = 999, .fund_id = 0, .lines = {}}).error().code, "grant_not_found");
}

TEST_F(EuStatement, GivesTheSameFileForTheSamePositionWhateverCameLater) {
  const auto grant = example();
  const auto write = [&](const SealedSnapshot& snapshot) {
    return write_eu_financial_statement(
        *query_eu_financial_statement(snapshot, {.grant_id = grant.id, .period = kFirstYear, .platform = "Sparks"})).bytes;
  };
  SealedPosition at;
  const auto before = app_.sealed([&](const SealedSnapshot& snapshot) {
    at = snapshot.at();
    return write(snapshot);
  });
  app_.approved(app_.invoice("T-2", "10.00", grant.lines[1]));
  EXPECT_NE(app_.sealed(write), before);
  auto lease = app_.database().lease();
  EXPECT_EQ(write(SealedSnapshot(*lease, at)), before);
}

}  // namespace
}  // namespace kindling
