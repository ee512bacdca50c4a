#include <gtest/gtest.h>

#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {
namespace {

FunderVarianceReport sample() {
  const auto eur = Currency::of("EUR");
  const Period year{Date::of("2026-01-01"), Date::of("2026-12-31")};
  FunderVarianceReport report{.cover = {.platform = "Sparks in the Dark", .grant_title = "Safe Harbour",
                                        .reference = "101234567", .programme = "horizon-europe-actual",
                                        .funder = "European Commission", .coordinator = "Spark Foundation",
                                        .state = "active", .eligibility = year, .period = year,
                                        .funding_rate = {10'000}, .indirect_rate = {2'500},
                                        .awarded = {100'000'000, eur}, .approved_on = std::nullopt,
                                        .ledger_hash = "00"},
                              .categories = {}, .lines = {}, .instalments = {}, .ledger = {}};
  report.cover.sealed_at_s = 1'780'000'000;
  report.categories = {{"a1", "Personnel", true, 9'600'00, 0, 0}};
  report.lines = {{.number = 1, .work_package = "WP1", .category = "a1", .partner = "=1+1", .description = "@SUM(A1)",
                   .starts_on = std::nullopt, .ends_on = std::nullopt, .budget_minor = 9'600'00}};
  return report;
}

TEST(WriteFunderVariance, GivesTheSameBytesForTheSameReport) {
  EXPECT_EQ(write_funder_variance(sample()), write_funder_variance(sample()));
}

TEST(WriteFunderVariance, GivesOtherBytesWhereOneCentDiffers) {
  auto other = sample();
  other.lines[0].budget_minor += 1;
  EXPECT_NE(write_funder_variance(sample()), write_funder_variance(other));
}

TEST(WriteFunderVariance, WritesAGrantWithoutBudgetAndInstalments) {
  auto empty = sample();
  empty.categories.clear();
  empty.lines.clear();
  EXPECT_EQ(write_funder_variance(empty).substr(0, 2), "PK");
}

}  // namespace
}  // namespace kindling
