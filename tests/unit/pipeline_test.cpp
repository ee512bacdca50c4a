#include "funding/pipeline.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

PipelineGrant grant(const char* currency, std::optional<std::int64_t> minor, int probability_bp) {
  const auto money = Currency::of(currency);
  return {.id = 1,
          .title = "Spark",
          .funder_id = 1,
          .funder_name = "A funder",
          .state = GrantState::kApplied,
          .starts_on = Date::of("2026-01-01"),
          .amount = minor ? std::optional(Money{*minor, money}) : std::nullopt,
          .probability = {probability_bp},
          .currency = money};
}

TEST(Pipeline, WeighsByProbabilityAndRoundsHalfAwayFromZero) {
  EXPECT_EQ(weighted(grant("EUR", 100'000, 6000)).minor, 60'000);
  EXPECT_EQ(weighted(grant("EUR", 1, 5000)).minor, 1);
  EXPECT_EQ(weighted(grant("EUR", 1, 4999)).minor, 0);
  EXPECT_EQ(weighted(grant("EUR", std::nullopt, 9000)).minor, 0);
}

TEST(Pipeline, CutsOffBelowThreeQuarters) {
  EXPECT_EQ(cut_off(grant("EUR", 100'000, 7500)).minor, 100'000);
  EXPECT_EQ(cut_off(grant("EUR", 100'000, 7499)).minor, 0);
}

TEST(Pipeline, NeverAddsDifferentCurrencies) {
  const auto pipeline = total_pipeline({grant("USD", 700, 10000), grant("EUR", 100'000, 6000),
                                        grant("EUR", 50'000, 8000), grant("EUR", std::nullopt, 9000)});
  ASSERT_EQ(pipeline.totals.size(), 2u);
  const auto& euro = pipeline.totals[0];
  EXPECT_EQ(euro.currency.code(), "EUR");
  EXPECT_EQ(euro.grants, 3);
  EXPECT_EQ(euro.without_amount, 1);
  EXPECT_EQ(euro.amount.minor, 150'000);
  EXPECT_EQ(euro.weighted.minor, 100'000);
  EXPECT_EQ(euro.cut_off.minor, 50'000);
  EXPECT_EQ(pipeline.totals[1].amount.minor, 700);
}

}  // namespace
}  // namespace kindling
