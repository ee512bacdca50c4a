#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "reports/sheet/chart.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling::sheet {
namespace {

Cover cover(const Words& words) {
  return {.platform = "Sparks & Dark",
          .report = words("Tie-out"),
          .subject = "Safe Harbour",
          .period = Period{Date::of("2026-01-01"), Date::of("2026-12-31")},
          .currency = Currency::of("EUR"),
          .ledger_position = 7,
          .ledger_hash = std::string(64, 'a'),
          .as_of_s = 1'780'000'000};
}

Money eur(std::int64_t minor) { return {minor, Currency::of("EUR")}; }

File sample(std::int64_t second, std::int64_t independent) {
  Frame frame(cover({}), {});
  auto& table = frame.add_table({.name = "Lines", .columns = {{"Line"}, {"Amount", 16, true}}});
  table.row("1");
  table.text(0, "=1+1");
  table.amount(1, eur(125'00));
  table.row("2");
  table.text(0, "second");
  table.amount(1, eur(second));
  table.total("Total", {1}, eur(0));
  frame.tie_out("All lines", table.ref(1), table.sum(1).money(), "By hand", eur(independent));
  frame.define("Amount", "What was paid.");
  return frame.finish();
}

TEST(Frame, GivesTheSameBytesForTheSameFigures) { EXPECT_EQ(sample(5'00, 130'00).bytes, sample(5'00, 130'00).bytes); }

TEST(Frame, NamesEachFigureByItsSheetRowAndColumn) {
  const auto figures = sample(-5'01, 119'99).figures;
  const std::vector<NamedFigure> expected = {
      {"Lines", "1", "Line", "=1+1", ""},         {"Lines", "1", "Amount", "125.00", "EUR"},
      {"Lines", "2", "Line", "second", ""},       {"Lines", "2", "Amount", "-5.01", "EUR"},
      {"Lines", "Total", "Amount", "119.99", "EUR"},
  };
  EXPECT_EQ(figures, expected);
}

TEST(Frame, TiesOutOnlyWhereEveryTotalIsEqual) {
  Frame frame(cover({}), {});
  const Ref anywhere{"Lines", {3, 1}};
  frame.tie_out("one", anywhere, eur(1), "another way", eur(1));
  EXPECT_TRUE(frame.ties_out());
  frame.tie_out("two", anywhere, eur(1), "another way", eur(2));
  EXPECT_FALSE(frame.ties_out());
}

TEST(Frame, RefusesToCompareTwoCurrencies) {
  Frame frame(cover({}), {});
  EXPECT_THROW(frame.tie_out("one", {"Lines", {3, 1}}, eur(1), "another way", {1, Currency::of("CZK")}), std::logic_error);
}

TEST(Table, RefusesATotalOverMixedCurrencies) {
  Frame frame(cover({}), {});
  auto& table = frame.add_table({.name = "Lines", .columns = {{"Amount", 16, true}}});
  table.row("1");
  table.amount(0, eur(1));
  table.row("2");
  table.amount(0, {1, Currency::of("CZK")});
  EXPECT_THROW(table.total("Total", {0}, eur(0)), std::logic_error);
}

TEST(Table, GoesOnOnAnotherSheetAndSumsOverAll) {
  Frame frame(cover({}), {}, {.constant_memory = true});
  auto& table = frame.add_table({.name = "Gifts", .columns = {{"No."}, {"Amount", 16, true}},
                                 .named_figures = false, .rows_max = 6});
  for (int i = 1; i <= 5; ++i) {  // rows 3 and 4 of each sheet; 5 is kept for a total
    table.row();
    table.identifier(0, i);
    table.amount(1, eur(i));
  }
  EXPECT_EQ(table.rows(), 5);
  EXPECT_EQ(table.sum(1).scaled, 15);
  EXPECT_EQ(table.sum_formula(1), "=SUM('Gifts'!$B$4:$B$5,'Gifts 2'!$B$4:$B$5,B4:B4)");
  EXPECT_EQ(table.ref(1).sheet, "Gifts 3");
  table.total("Total", {1}, eur(0));
  EXPECT_EQ(frame.finish().bytes.substr(0, 2), "PK");
}

TEST(Table, KeepsEachWordOfAHeadingWhole) {
  EXPECT_DOUBLE_EQ(width_of({"In that currency", 16}), 16);
  EXPECT_DOUBLE_EQ(width_of({"Partner no.", 5}), 9.7);  // "Partner" in bold, and what keeps it off its neighbour
  EXPECT_DOUBLE_EQ(width_of({"Řádek", 5}), 7.5);         // letters and not bytes
}

TEST(Chart, IsRefusedWithoutAlternativeText) {
  Frame frame(cover({}), {});
  auto& sheet = frame.add_sheet("Chart", {});
  EXPECT_THROW(sheet.chart({3, 0}, {.title = "Mix", }),
               std::logic_error);
}

TEST(SheetName, IsCutToWhatExcelAllows) {
  EXPECT_EQ(sheet_name_of("Costs [2026]: a/b"), "Costs  2026   a b");
  EXPECT_EQ(sheet_name_of("'quoted'"), "quoted");
  EXPECT_EQ(sheet_name_of(std::string(40, 'x')), std::string(31, 'x'));
  EXPECT_EQ(sheet_name_of("řřřřřřřřřřřřřřřřřřřřřřřřřřřřřřřřřřř").size(), 2U * 31);
  EXPECT_EQ(sheet_name_of("???"), "-");
}

// ---- Words ----

TEST(Words, StayEnglishWhereNoTranslationIs) {
  EXPECT_EQ(Words::of("cs")("no such text"), "no such text");
  EXPECT_EQ(Words::of("xx")("Cover"), "Cover");
  EXPECT_FALSE(Words::find("xx"));
}

TEST(Words, SpeakThreeLanguages) {
  ASSERT_GE(languages().size(), 3U);
  EXPECT_EQ(languages()[0].name, "English");
  EXPECT_EQ(Words::of("cs")("Contents"), "Obsah");
  EXPECT_EQ(Words::of("nl").format("Page {} of {}", 1, 2), "Pagina 1 van 2");
}

TEST(Words, SayACodeOfTheDatabaseAsPeopleDo) {
  EXPECT_EQ(Words()("in_kind"), "in kind");
  EXPECT_EQ(Words::of("nl")("in_kind"), "in natura");
  EXPECT_EQ(Words::of("nl")("not_translated_yet"), "not translated yet");
}

TEST(Words, SayATextInOneWay) { EXPECT_EQ(contradictions(), std::vector<std::string>{}); }

// Every text that a report says through `words("...")`, `words.format("..."` or `word("...")`.
std::set<std::string> texts_of_reports() {
  std::set<std::string> texts;
  const std::regex call(R"re((?:\bwords_?|\bword|words\(\))(?:\.format)?\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))re");
  const std::regex part(R"re("((?:[^"\\]|\\.)*)")re");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(KINDLING_SOURCE_DIR "/reports")) {
    if (entry.path().extension() != ".cpp") continue;
    std::stringstream buffer;
    buffer << std::ifstream(entry.path()).rdbuf();
    const auto source = buffer.str();
    for (std::sregex_iterator at(source.begin(), source.end(), call), end; at != end; ++at) {
      std::string text;
      const auto literals = (*at)[1].str();
      for (std::sregex_iterator one(literals.begin(), literals.end(), part); one != end; ++one) text += (*one)[1].str();
      texts.insert(std::regex_replace(text, std::regex(R"re(\\(.))re"), "$1"));
    }
  }
  return texts;
}

TEST(Words, HaveEveryTextOfEveryReport) {
  const auto texts = texts_of_reports();
  ASSERT_GT(texts.size(), 30U);
  for (const auto& language : languages()) {
    const auto words = Words::of(language.code);
    for (const auto& text : texts) EXPECT_TRUE(words.has(text)) << language.code << " has no word for: " << text;
  }
}

}  // namespace
}  // namespace kindling::sheet
