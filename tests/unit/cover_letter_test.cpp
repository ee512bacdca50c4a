#include "reporting/cover_letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reporting/report_catalogue.hpp"
#include "reports/sheet/words.hpp"

namespace kindling {
namespace {

using ::testing::HasSubstr;

CoverLetterFacts facts_in(const char* language) {
  return {.platform = "Sparks in the Dark", .funder_id = 0, .funder = "European Commission", .grant = "Open Doors",
          .reference = "KA220", .programme = "erasmus-plus-lump-sum", .report = "EU financial statement, lump sums",
          .period = Period{Date::of("2026-01-01"), Date::of("2026-12-31")}, .position = 161, .language = language};
}

TEST(CoverLetter, NamesTheReportAndItsDaysInItsOwnLanguage) {
  EXPECT_THAT(cover_letter(".", facts_in("en")), HasSubstr("\"EU financial statement, lump sums\""));
  EXPECT_THAT(cover_letter(".", facts_in("en")), HasSubstr("1 Jan 2026"));
  const auto czech = cover_letter(".", facts_in("cs"));
  EXPECT_THAT(czech, HasSubstr("„Finanční výkaz EU, jednorázové částky“"));
  EXPECT_THAT(czech, HasSubstr("2026-01-01 až 2026-12-31"));
  EXPECT_THAT(cover_letter(".", facts_in("nl")), HasSubstr("Financieel overzicht EU, vaste bedragen"));
}

TEST(CoverLetter, KnowsTheTitleOfEveryReportThatAFunderGetsInALanguage) {
  for (const auto& kind : report_catalogue()) {
    if (!kind.for_funder || kind.key == "sf-425") continue;  // the federal form is in English alone
    for (const auto* language : {"cs", "nl"}) EXPECT_TRUE(sheet::Words::of(language).has(kind.title)) << kind.title << ", " << language;
  }
}

}  // namespace
}  // namespace kindling
