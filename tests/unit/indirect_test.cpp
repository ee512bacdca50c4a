// The worked examples of the EU Annotated Grant Agreement (6.2.E, 22.3) as oracles.
#include <gtest/gtest.h>

#include <array>

#include "funding/indirect.hpp"
#include "funding/payment.hpp"

namespace kindling {
namespace {

const Currency kEur = Currency::of("EUR");
Money eur(std::int64_t whole) { return {whole * 100, kEur}; }

const std::vector<Category> kAllCount = {{"personnel", "", true}, {"travel", "", true}, {"b", "", true}};
const std::vector<Category> kWithoutSubcontracts = {{"personnel", "", true}, {"travel", "", true}, {"b", "", false}};
const std::array<CategoryCost, 3> kCosts = {{{"personnel", 960000}, {"travel", 140000}, {"b", 150000}}};

TEST(IndirectCosts, SevenPercentCountsSubcontracts) {
  const auto indirect = indirect_costs(kCosts, kAllCount, {700}, kEur);
  EXPECT_EQ(to_string(indirect), "875.00");
  EXPECT_EQ(to_string(share_of(eur(12'500) + indirect, {7'000})), "9362.50");
}

TEST(IndirectCosts, TwentyFivePercentLeavesSubcontractsOut) {
  const auto indirect = indirect_costs(kCosts, kWithoutSubcontracts, {2'500}, kEur);
  EXPECT_EQ(to_string(indirect), "2750.00");
  EXPECT_EQ(to_string(share_of(eur(12'500) + indirect, {7'000})), "10675.00");
}

TEST(IndirectCosts, OfTheLargerExample) {
  const std::array<CategoryCost, 3> costs = {{{"personnel", 10'000'000}, {"b", 2'000'000}, {"travel", 1'000'000}}};
  EXPECT_EQ(to_string(indirect_costs(costs, kWithoutSubcontracts, {2'500}, kEur)), "27500.00");
}

TEST(IndirectCosts, RoundsTheSumAndNotEachCategory) {
  // 7 % of 0.07 + 0.07: 0.98 cents rounds to 1; each alone would round to 0.
  const std::array<CategoryCost, 2> costs = {{{"personnel", 7}, {"travel", 7}}};
  EXPECT_EQ(indirect_costs(costs, kAllCount, {700}, kEur).minor, 1);
}

TEST(FirstPayment, IsThePrefinancingLessTheMutualInsurance) {
  EXPECT_EQ(first_payment(eur(1'000'000), {4'000}, {500}), eur(350'000));
}

TEST(InterimPayment, StopsAtTheCeiling) {
  EXPECT_EQ(interim_payment(eur(585'000), eur(900'000), eur(333'334)), eur(566'666));
  EXPECT_EQ(interim_payment(eur(100'000), eur(900'000), eur(900'000)), eur(0));
}

TEST(FurtherPrefinancing, IsReducedByWhatIsMissingToSeventyPercent) {
  EXPECT_EQ(further_prefinancing(eur(50'000), eur(100'000), eur(65'000)), eur(45'000));
  EXPECT_EQ(further_prefinancing(eur(50'000), eur(100'000), eur(70'000)), eur(50'000));
}

TEST(BalancePayment, PaysAtMostTheMaximumGrant) {
  EXPECT_EQ(balance_payment(eur(1'200'000), eur(1'000'000), eur(900'000)), eur(100'000));
  EXPECT_EQ(balance_payment(eur(800'000), eur(1'000'000), eur(900'000)), eur(-100'000));
}

}  // namespace
}  // namespace kindling
