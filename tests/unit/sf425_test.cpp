#include <gtest/gtest.h>

#include "reports/sf425/sf425.hpp"

namespace kindling {
namespace {

constexpr auto kCash = Sf425Basis::kCash;
constexpr auto kAccrual = Sf425Basis::kAccrual;
constexpr auto kDeduction = ProgramIncome::kDeduction;
constexpr auto kAddition = ProgramIncome::kAddition;

// 100,000.00 authorized, of which 40,000.00 came; 15 % on everything but 5,000.00 of equipment; 80 % federal.
Sf425Figures example() {
  return {.received = 4000000, .authorized = 10000000, .match_required = 2500000, .spent = {5000000, 4500000},
          .paid = {3000000, 3000000}, .committed = {1000000, 1000000}, .match_spent = 200000, .match_paid = 100000,
          .match_in_kind = 50000, .program_income = 0, .funding_rate = {8000}, .indirect_rate = {1500}};
}

TEST(Sf425, CountsApprovedCostsOnAnAccrualBasis) {
  const auto lines = sf425_lines(example(), kAccrual, kDeduction);
  EXPECT_EQ(lines.a, 4000000);
  EXPECT_EQ(lines.b, 2760000);   // 80 % of 30,000.00 + 4,500.00, whatever the basis
  EXPECT_EQ(lines.c, 1240000);
  EXPECT_EQ(lines.d, 10000000);
  EXPECT_EQ(lines.e, 4540000);   // 80 % of 50,000.00 + 6,750.00
  EXPECT_EQ(lines.g, 5460000);   // 80 % of 60,000.00 + 8,250.00
  EXPECT_EQ(lines.f, 920000);
  EXPECT_EQ(lines.h, 4540000);
  EXPECT_EQ(lines.i, 2500000);
  EXPECT_EQ(lines.j, 1385000);   // 20 % of 56,750.00, own costs 2,000.00, in kind 500.00
  EXPECT_EQ(lines.k, 1115000);
  EXPECT_EQ(lines.indirect_base, 4500000);
  EXPECT_EQ(lines.indirect_charged, 675000);
  EXPECT_EQ(lines.indirect_federal, 540000);
}

TEST(Sf425, CountsPaidCostsOnACashBasisAndKeepsTheTotalShare) {
  const auto lines = sf425_lines(example(), kCash, kDeduction);
  EXPECT_EQ(lines.e, 2760000);
  EXPECT_EQ(lines.e, lines.b);
  EXPECT_EQ(lines.f, 2700000);   // what is owed is unliquidated too
  EXPECT_EQ(lines.g, 5460000);
  EXPECT_EQ(lines.j, 840000);    // 20 % of 34,500.00, paid 1,000.00, in kind 500.00
  EXPECT_EQ(lines.indirect_base, 3000000);
}

TEST(Sf425, ShowsThatTheRecipientAdvancedMoney) {
  auto figures = example();
  figures.received = 2760000;
  EXPECT_EQ(sf425_lines(figures, kCash, kDeduction).c, 0);
  figures.received = 2759999;
  EXPECT_EQ(sf425_lines(figures, kCash, kDeduction).c, -1);
}

TEST(Sf425, SpendsProgramIncomeBeforeFederalMoney) {
  auto figures = example();
  figures.program_income = 675000;
  const auto deducted = sf425_lines(figures, kAccrual, kDeduction);
  EXPECT_EQ(deducted.l, 675000);
  EXPECT_EQ(deducted.m, 675000);
  EXPECT_EQ(deducted.n, 0);
  EXPECT_EQ(deducted.o, 0);
  EXPECT_EQ(deducted.e, 4000000);  // 80 % of 56,750.00 - 6,750.00
  const auto added = sf425_lines(figures, kAccrual, kAddition);
  EXPECT_EQ(added.m, 0);
  EXPECT_EQ(added.n, 675000);
  EXPECT_EQ(added.e, 4000000);
}

TEST(Sf425, KeepsProgramIncomeThatExceedsTheCosts) {
  auto figures = example();
  figures.program_income = 5675000;
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).o, 0);
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).e, 0);
  figures.program_income = 5675001;
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).o, 1);
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).m, 5675000);
}

TEST(Sf425, RoundsEachShareOnceHalfAwayFromZero) {
  Sf425Figures figures{.spent = {10, 10}, .paid = {}, .committed = {}, .funding_rate = {5000}, .indirect_rate = {1500}};
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).indirect_charged, 2);  // 1.5
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).e, 6);
  figures.spent = {9, 9};
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).indirect_charged, 1);  // 1.35
  EXPECT_EQ(sf425_lines(figures, kAccrual, kDeduction).e, 5);
}

TEST(Sf425, NamesTheDeMinimisRateByTheDayOfTheAward) {
  EXPECT_EQ(indirect_rate_type({1000}, Date::of("2024-09-30")), "De minimis");
  EXPECT_EQ(indirect_rate_type({1001}, Date::of("2024-09-30")), "Negotiated");
  EXPECT_EQ(indirect_rate_type({1500}, Date::of("2024-10-01")), "De minimis");
  EXPECT_EQ(indirect_rate_type({1501}, Date::of("2024-10-01")), "Negotiated");
  EXPECT_EQ(indirect_rate_type({0}, Date::of("2024-10-01")), "None");
}

}  // namespace
}  // namespace kindling
