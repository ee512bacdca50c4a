// The worked examples of the Annotated Grant Agreement, and what lies just beside its rules.
#include <gtest/gtest.h>

#include "reports/eu_financial_statement/annex4.hpp"

namespace kindling {
namespace {

// Of a programme with 7 %: all direct costs are in the base, volunteers are not.
const std::vector<Annex4Line> kStandard = {{"a1", "", true}, {"a5", "", false}, {"b", "", true},
                                           {"c1", "", true}, {"c3", "", true},  {"d1", "", true}};
// Of Horizon Europe: without B, D.1 and the specific categories.
const std::vector<Annex4Line> kHorizon = {{"a1", "", true}, {"b", "", false},  {"c1", "", true},
                                          {"c3", "", true}, {"d1", "", false}, {"d2", "", false}};

TEST(Annex4, CountsSevenPercentOfPersonnelTravelAndSubcontracting) {
  const auto figures = annex4_figures(kStandard, {960000, 0, 150000, 140000, 0, 0}, {{700}, {7000}});
  EXPECT_EQ(figures.indirect, 87500);
  EXPECT_EQ(figures.total, 1337500);
  EXPECT_EQ(figures.maximum, 936250);
  EXPECT_EQ(figures.requested, 936250);
}

TEST(Annex4, CountsTwentyFivePercentWithoutSubcontracting) {
  const auto figures = annex4_figures(kHorizon, {960000, 150000, 140000, 0, 0, 0}, {{2500}, {7000}});
  EXPECT_EQ(figures.indirect, 275000);
  EXPECT_EQ(figures.total, 1525000);
  EXPECT_EQ(figures.maximum, 1067500);
}

TEST(Annex4, CountsTheExampleOfPersonnelSubcontractAndGoods) {
  const auto figures = annex4_figures(kHorizon, {10000000, 2000000, 0, 1000000, 0, 0}, {{2500}, {10000}});
  EXPECT_EQ(figures.direct_total, 13000000);
  EXPECT_EQ(figures.indirect, 2750000);
  EXPECT_EQ(figures.total, 15750000);
}

TEST(Annex4, LeavesVolunteersOutOfTheBaseAndInTheTotal) {
  const auto figures = annex4_figures(kStandard, {0, 100000, 0, 0, 0, 0}, {{700}, {10000}});
  EXPECT_EQ(figures.indirect, 0);
  EXPECT_EQ(figures.total, 100000);
}

TEST(Annex4, RoundsOnceOnTheSummedBaseHalfAwayFromZero) {
  // 7 % of 0.07 is 0.0049, of 0.08 is 0.0056: two lines of 0.04 are one base of 0.08.
  EXPECT_EQ(annex4_figures(kStandard, {7, 0, 0, 0, 0, 0}, {{700}, {10000}}).indirect, 0);
  EXPECT_EQ(annex4_figures(kStandard, {4, 0, 4, 0, 0, 0}, {{700}, {10000}}).indirect, 1);
  // 25 % of 0.02 is exactly half a cent, and so it is for what is taken back.
  EXPECT_EQ(annex4_figures(kHorizon, {2, 0, 0, 0, 0, 0}, {{2500}, {10000}}).indirect, 1);
  EXPECT_EQ(annex4_figures(kHorizon, {-2, 0, 0, 0, 0, 0}, {{2500}, {10000}}).indirect, -1);
  EXPECT_EQ(annex4_figures(kHorizon, {1, 0, 0, 0, 0, 0}, {{2500}, {10000}}).indirect, 0);
}

TEST(Annex4, AddsStatementsThatWereRoundedEachOnItsOwn) {
  const std::vector<Annex4Figures> two = {annex4_figures(kHorizon, {2, 0, 0, 0, 0, 0}, {{2500}, {10000}}),
                                          annex4_figures(kHorizon, {2, 0, 0, 0, 0, 0}, {{2500}, {10000}})};
  const auto sum = annex4_sum(two, kHorizon.size());
  EXPECT_EQ(sum.indirect, 2);  // not the 1 of 25 % of 0.04
  EXPECT_EQ(sum.total, 6);
  EXPECT_EQ(sum.direct[0], 4);
}

TEST(Annex4, HasEveryLineOfTheFormWithTheGrantsNamesAndItsOtherCategoriesInTheirPlace) {
  const auto lines = annex4_lines(kStandard);
  std::string letters;
  for (const auto& line : lines) letters += line.letter + (line.in_indirect_base ? "+ " : " ");
  EXPECT_EQ(letters, "a1+ a2 a3 a5 b+ c1+ c2 c3+ d1+ d2 d3 d4 d6 ");
  const std::vector<Annex4Line> own = {{"a1", "People", true}, {"x", "Something else", false}};
  EXPECT_EQ(annex4_lines(own).front().name, "People");
  EXPECT_EQ(annex4_lines(own).back().letter, "x");
}

}  // namespace
}  // namespace kindling
