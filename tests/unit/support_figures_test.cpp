#include "support/support_figures.hpp"

#include <gtest/gtest.h>

#include "http/json.hpp"

namespace kindling {
namespace {

SupportFigures figures(std::int64_t needed, std::int64_t secured) {
  const auto euro = Currency::of("EUR");
  return {.day = Date::of("2026-03-01"), .needed = Money{needed, euro}, .secured = {{"grants", {secured, euro}}},
          .campaigns = {}, .account = {}};
}

TEST(SupportFigures, NeverSaysAllWhileACentIsMissing) {
  EXPECT_EQ(figures(10'000, 9'999).secured_percent(), 99);
  EXPECT_EQ(figures(10'000, 10'000).secured_percent(), 100);
  EXPECT_EQ(figures(10'000, 20'000).secured_percent(), 100);
  EXPECT_EQ(figures(10'000, 0).secured_percent(), 0);
  EXPECT_EQ(figures(1'000'000'000'000'000, 999'999'999'999'999).secured_percent(), 99);
}

TEST(SupportFigures, NothingIsMissingBeyondTheNeed) {
  EXPECT_EQ(to_string(figures(10'000, 2'500).missing()), "75.00");
  EXPECT_EQ(to_string(figures(10'000, 20'000).missing()), "0.00");
}

TEST(SupportFigures, TellsTheSameAsJsonAndAsPicture) {
  EXPECT_EQ(http::to_json(support_value(figures(10'000, 2'500), "Sparks")),
            R"({"platform":"Sparks","as_of":"2026-03-01","year":2026,"currency":"EUR","needed":"100.00",)"
            R"("secured":"25.00","missing":"75.00","secured_percent":25,)"
            R"("secured_by_kind":[{"kind":"grants","amount":"25.00"}],)"
            R"("secured_means":"Secured counts money that is bound to a purpose as far as this year's budget plans with it, )"
            R"(and this year's money that is free for any purpose; together never more than is needed."})");
  const auto svg = progress_svg(figures(10'000, 2'500), "Sparks & <Dark>");
  EXPECT_NE(svg.find("Sparks &amp; &lt;Dark> 2026"), std::string::npos) << svg;
  EXPECT_NE(svg.find("25.00 EUR of 100.00 EUR secured"), std::string::npos) << svg;
  EXPECT_NE(svg.find("width=\"112\""), std::string::npos) << "a quarter of the bar";
}

TEST(SupportFigures, WithoutAnApprovedBudgetThereAreNone) {
  auto none = figures(1, 1);
  none.needed.reset();
  EXPECT_EQ(http::to_json(support_value(none, "Sparks")),
            R"({"platform":"Sparks","as_of":"2026-03-01","year":2026,"needed":null})");
}

}  // namespace
}  // namespace kindling
