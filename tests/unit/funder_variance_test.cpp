#include <gtest/gtest.h>

#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {
namespace {

const Currency kEur = Currency::of("EUR");
const Period kYear{Date::of("2026-01-01"), Date::of("2026-12-31")};

FunderVarianceReport::Line line(std::int64_t budget, std::int64_t to_date) {
  return {.root_id = 1, .number = 1, .work_package = "WP1", .category = "a1", .partner = "=1+1", .description = "@SUM(A1)",
          .days = kYear, .budget_minor = budget, .to_date_minor = to_date, .explanation = {}, .explained_by = {}};
}

FunderVarianceReport sample() {
  FunderVarianceReport report{.cover = {.platform = "Sparks in the Dark", .identifier = {}, .letter = {},
                                        .grant_title = "Safe Harbour", .reference = "101234567",
                                        .programme = "horizon-europe-actual", .funder = "European Commission",
                                        .coordinator = "Spark Foundation", .state = "active", .eligibility = kYear,
                                        .period = kYear, .funding_rate = {10'000}, .indirect_rate = {2'500},
                                        .explain_above = {1'000}, .awarded = {100'000'000, kEur},
                                        .match_required = {0, kEur}, .approved_on = std::nullopt, .ledger_hash = "00"},
                              .categories = {}, .lines = {}, .instalments = {}, .modifications = {}, .costs = {},
                              .evidence = {}, .matches = {}, .ledger = {}};
  report.cover.sealed_at_s = 1'780'000'000;
  report.categories = {{"a1", "Personnel", true}};
  report.lines = {line(9'600'00, 0)};
  return report;
}

TEST(WriteFunderVariance, GivesTheSameBytesForTheSameReport) {
  EXPECT_EQ(write_funder_variance(sample()).bytes, write_funder_variance(sample()).bytes);
}

TEST(WriteFunderVariance, GivesOtherBytesWhereOneCentDiffers) {
  auto other = sample();
  other.lines[0].budget_minor += 1;
  EXPECT_NE(write_funder_variance(sample()).bytes, write_funder_variance(other).bytes);
}

TEST(WriteFunderVariance, WritesAGrantWithoutBudgetAndInstalments) {
  auto empty = sample();
  empty.categories.clear();
  empty.lines.clear();
  EXPECT_EQ(write_funder_variance(empty).bytes.substr(0, 2), "PK");
}

// 365 days; the half of 181.5 of them is not a day, so that 2 July is the first day beyond it.
TEST(ExpectedToDate, IsTheBudgetByTheDaysOfTheLine) {
  EXPECT_EQ(expected_minor(line(365'00, 0), Date::of("2025-12-31")), 0);
  EXPECT_EQ(expected_minor(line(365'00, 0), Date::of("2026-01-01")), 1'00);
  EXPECT_EQ(expected_minor(line(365'00, 0), Date::of("2026-12-30")), 364'00);
  EXPECT_EQ(expected_minor(line(365'00, 0), Date::of("2027-06-30")), 365'00);
  EXPECT_EQ(expected_minor(line(1, 0), Date::of("2026-07-01")), 0);  // 182 / 365 of a cent
  EXPECT_EQ(expected_minor(line(1, 0), Date::of("2026-07-02")), 1);  // 183 / 365
}

TEST(Explanation, IsAskedForBeyondTheThresholdOnEitherSide) {
  const auto asks = [](std::int64_t to_date) {
    return asks_for_explanation(line(1'000'00, to_date), Date::of("2026-12-31"), {1'000});
  };
  EXPECT_FALSE(asks(900'00));
  EXPECT_TRUE(asks(899'99));
  EXPECT_FALSE(asks(1'100'00));
  EXPECT_TRUE(asks(1'100'01));
}

TEST(Explanation, IsAskedForWhateverIsSpentWithoutABudget) {
  EXPECT_FALSE(asks_for_explanation(line(0, 0), Date::of("2026-12-31"), {1'000}));
  EXPECT_TRUE(asks_for_explanation(line(0, 1), Date::of("2026-12-31"), {1'000}));
}

}  // namespace
}  // namespace kindling
