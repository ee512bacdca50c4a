// The statement of financial activities over a real ledger: years, funds, currencies; closing funds beside assets less
// liabilities.
#include <gtest/gtest.h>

#include "reports/financial_activities/financial_activities.hpp"
#include "support/statement_app.hpp"

namespace kindling {
namespace {

class Activities : public ::testing::Test {
 protected:
  void give(const char* amount, const char* day) {
    const auto given = app_.json("POST", "/api/v1/donations",
                                 R"({"kind":"cash","method":"bank_transfer","given_on":")" + std::string(day) +
                                     R"(","gross":")" + amount + R"(","fee":"1.00","reference":"G-)" + day + "\"}");
    ASSERT_EQ(given.status, 201) << given.body;
  }
  FinancialActivities query(int year, const SealedSnapshot* at = nullptr) {
    const FinancialActivitiesRequest request{.year = year, .currency = Currency::of("EUR"), .platform = "Sparks"};
    if (at != nullptr) return query_financial_activities(*at, request);
    return app_.sealed([&](const SealedSnapshot& snapshot) { return query_financial_activities(snapshot, request); });
  }

  StatementApp app_;
};

TEST_F(Activities, TellUnrestrictedAndRestrictedFundsAndTheYearBefore) {
  give("100.00", "2025-12-31");
  give("250.00", "2026-01-01");
  const auto grant = app_.grant_of({{"WP1", "c3", 0, "5000.00"}});
  app_.receive(grant, "1000.00", "2026-02-01");
  app_.approved(app_.invoice("L-1", "1300.00", grant.lines[0]));
  const auto report = query(2026);
  ASSERT_EQ(report.currencies.size(), 1U);
  const auto& eur = report.currencies[0];
  const auto unrestricted = activity_column(report, eur, ActivityFunds::kUnrestricted, false);
  EXPECT_EQ(unrestricted.at(ActivityRow::kDonations), 25000);
  EXPECT_EQ(unrestricted.at(ActivityRow::kRaisingFunds), 100);
  EXPECT_EQ(unrestricted.brought_forward, 9900);
  EXPECT_EQ(unrestricted.carried_forward(), 34800);
  EXPECT_EQ(eur.ledger.unrestricted_minor, 34800);
  const auto restricted = activity_column(report, eur, ActivityFunds::kRestricted, false);
  EXPECT_EQ(restricted.income(), 100000);
  EXPECT_EQ(restricted.expenditure(), 130000);
  EXPECT_EQ(restricted.carried_forward(), -30000);  // prefinanced, and shown
  EXPECT_EQ(eur.ledger.restricted_minor, -30000);
  const auto prior = activity_column(report, eur, ActivityFunds::kAll, true);
  EXPECT_EQ(prior.income(), 10000);
  EXPECT_EQ(prior.carried_forward(), 9900);
  EXPECT_EQ(eur.ledger.prior_minor, 9900);
  EXPECT_EQ(activity_column(query(2025), query(2025).currencies[0], ActivityFunds::kAll, false).income(), 10000);
}

TEST_F(Activities, NeverAddTwoCurrencies) {
  give("100.00", "2026-03-01");
  const auto grant = app_.grant_of({{"WP1", "travel", 0, "5000.00"}},
                                   {{"programme", "\"us-federal\""}, {"currency", "\"USD\""}});
  app_.receive(grant, "700.00", "2026-02-01");
  const auto report = query(2026);
  ASSERT_EQ(report.currencies.size(), 2U);
  EXPECT_EQ(report.currencies[0].currency.code(), "EUR");
  EXPECT_EQ(activity_column(report, report.currencies[0], ActivityFunds::kAll, false).income(), 10000);
  EXPECT_EQ(report.currencies[1].currency.code(), "USD");
  EXPECT_EQ(activity_column(report, report.currencies[1], ActivityFunds::kAll, false).income(), 70000);
  EXPECT_EQ(report.currencies[1].ledger.restricted_minor, 70000);
}

TEST_F(Activities, AreTheSameFileAtTheSamePositionWhateverCameLater) {
  give("100.00", "2026-03-01");
  SealedPosition at;
  const auto before = app_.sealed([&](const SealedSnapshot& snapshot) {
    at = snapshot.at();
    return write_financial_activities(query(2026, &snapshot)).bytes;
  });
  give("50.00", "2026-03-02");
  const auto after = app_.sealed([&](const SealedSnapshot& snapshot) { return write_financial_activities(query(2026, &snapshot)).bytes; });
  EXPECT_NE(after, before);
  auto lease = app_.database().lease();
  const SealedSnapshot again(*lease, at);
  EXPECT_EQ(write_financial_activities(query(2026, &again)).bytes, before);
}

}  // namespace
}  // namespace kindling
