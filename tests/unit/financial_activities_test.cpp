#include <gtest/gtest.h>

#include "reports/financial_activities/financial_activities.hpp"

namespace kindling {
namespace {

using Report = FinancialActivities;
using enum ActivityRow;

Report example() {
  Report report{.year = {Date::of("2026-01-01"), Date::of("2026-12-31")},
                .prior = {Date::of("2025-01-01"), Date::of("2025-12-31")}};
  report.funds = {{.id = 1, .name = "General fund"}, {.id = 2, .name = "Safe Harbour", .restricted = true}};
  report.currencies.push_back({.currency = Currency::of("EUR"),
                               .movements = {{1, kDonations, 50000, 20000}, {1, kRaisingFunds, 1500, 500},
                                             {1, kDirect, 12000, 0}, {1, kTransfers, -4000, 0},
                                             {2, kGrants, 100000, 0}, {2, kDirect, 130000, 0}, {2, kExchange, -250, 0},
                                             {2, kTransfers, 4000, 0}},
                               .openings = {{1, 30000, 10500}, {2, 0, 0}}});
  return report;
}

TEST(FinancialActivities, AddsIncomeAndExpenditureOfEachKindOfFund) {
  const auto report = example();
  const auto& eur = report.currencies.front();
  const auto unrestricted = activity_column(report, eur, ActivityFunds::kUnrestricted, false);
  EXPECT_EQ(unrestricted.income(), 50000);
  EXPECT_EQ(unrestricted.expenditure(), 13500);
  EXPECT_EQ(unrestricted.net_income(), 36500);
  EXPECT_EQ(unrestricted.net_movement(), 32500);
  EXPECT_EQ(unrestricted.brought_forward, 30000);
  EXPECT_EQ(unrestricted.carried_forward(), 62500);
  const auto restricted = activity_column(report, eur, ActivityFunds::kRestricted, false);
  EXPECT_EQ(restricted.net_income(), -30250);  // a loss on exchange counts
  EXPECT_EQ(restricted.carried_forward(), -26250);  // prefinanced by the unrestricted fund
}

TEST(FinancialActivities, HasTransfersThatAreNothingInTotal) {
  const auto report = example();
  const auto all = activity_column(report, report.currencies.front(), ActivityFunds::kAll, false);
  EXPECT_EQ(all.at(kTransfers), 0);
  EXPECT_EQ(all.carried_forward(), 36250);
}

TEST(FinancialActivities, ShowsTheYearBeforeWithItsOwnOpening) {
  const auto report = example();
  const auto prior = activity_column(report, report.currencies.front(), ActivityFunds::kAll, true);
  EXPECT_EQ(prior.income(), 20000);
  EXPECT_EQ(prior.brought_forward, 10500);
  EXPECT_EQ(prior.carried_forward(), 30000);
}

TEST(FinancialActivities, TellsOneFundByItself) {
  const auto column = fund_column(example().currencies.front(), 2);
  EXPECT_EQ(column.income(), 100000);
  EXPECT_EQ(column.carried_forward(), -26250);
}

TEST(FinancialActivities, PlacesEachAccountAndLeavesNoNewOneOut) {
  EXPECT_EQ(row_of_account("income_donations", "income"), kDonations);
  EXPECT_EQ(row_of_account("bank_fees", "expense"), kOtherExpenditure);
  EXPECT_EQ(row_of_account("income_of_next_year", "income"), kOtherIncome);
  EXPECT_EQ(row_of_account("expense_of_next_year", "expense"), kOtherExpenditure);
  EXPECT_EQ(row_of_account("opening", "equity"), kTakenOver);
}

TEST(FinancialActivities, ShowsIncomeAndExpenditureBothAsPositive) {
  EXPECT_EQ(figure_of(kDonations, -2500), 2500);
  EXPECT_EQ(figure_of(kDirect, 2500), 2500);
  EXPECT_EQ(figure_of(kExchange, 300), -300);  // a debit is a loss
  EXPECT_EQ(figure_of(kTransfers, -700), 700);
}

}  // namespace
}  // namespace kindling
