#include "reporting/report_kind.hpp"

#include <set>

#include <gtest/gtest.h>

#include "reporting/report_catalogue.hpp"
#include "storage/spooled_file.hpp"

namespace kindling {
namespace {

using Type = ReportParameter::Type;

ReportKind kind_with_everything() {
  return {.key = "all",
          .title = "All",
          .explanation = "",
          .parameters = {{.type = Type::kGrant},
                         {.type = Type::kPeriod},
                         {.type = Type::kYear},
                         {.type = Type::kLanguage, .choices = {{"en", "English"}, {"cs", "Czech"}}},
                         {.type = Type::kDate, .name = "as_of"},
                         {.type = Type::kChoice, .name = "rows", .choices = {{"all", "All"}, {"open", "Open"}}}},
          .make = {}};
}

Input input_of(std::initializer_list<std::pair<const char*, const char*>> fields) {
  Input input(true);
  for (const auto& [name, value] : fields) input.set(name, value);
  return input;
}

TEST(ReportParameters, AreTheSameTextWhateverTheirOrderAndComeBackFromIt) {
  const auto kind = kind_with_everything();
  const auto parsed = parse_report_parameters(
      kind, input_of({{"rows", "open"}, {"to", "2026-12-31"}, {"grant", "12"}, {"year", "2026"}, {"from", "2026-01-01"},
                      {"as_of", "2026-06-30"}, {"language", "cs"}}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(canonical_text(*parsed),
            "as_of=2026-06-30&from=2026-01-01&grant=12&language=cs&rows=open&to=2026-12-31&year=2026");
  EXPECT_EQ(parameters_of(kind, canonical_text(*parsed)), *parsed);
}

TEST(ReportParameters, TakeTheFirstChoiceForWhatIsLeftOut) {
  const auto parsed = parse_report_parameters(
      kind_with_everything(),
      input_of({{"grant", "12"}, {"from", "2026-01-01"}, {"to", "2026-12-31"}, {"year", "2026"}, {"as_of", "2026-06-30"}}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->language, "en");
  EXPECT_EQ(parsed->choice("rows"), "all");
}

TEST(ReportParameters, TellEachErrorAtItsField) {
  const auto parsed = parse_report_parameters(
      kind_with_everything(), input_of({{"grant", "x"}, {"from", "2026-12-31"}, {"to", "2026-01-01"}, {"year", "26"},
                                        {"as_of", "2026-02-30"}, {"rows", "some"}, {"colour", "red"}}));
  ASSERT_FALSE(parsed);
  std::set<std::string> fields;
  for (const auto& error : parsed.error().fields) fields.insert(error.field);
  EXPECT_EQ(fields, (std::set<std::string>{"as_of", "colour", "grant", "rows", "to", "year"}));
}

TEST(ReportCatalogue, NamesEachReportOnceAndForPeople) {
  std::set<std::string> keys;
  for (const auto& kind : report_catalogue()) {
    EXPECT_TRUE(keys.insert(kind.key).second) << kind.key;
    EXPECT_FALSE(kind.title.empty()) << kind.key;
    EXPECT_FALSE(kind.explanation.empty()) << kind.key;
    EXPECT_TRUE(kind.make) << kind.key;
    EXPECT_TRUE(!kind.for_funder || find_parameter(kind, Type::kGrant)) << kind.key << " goes to the funder of which grant?";
    for (const auto& parameter : kind.parameters) {
      const bool chosen = parameter.type == Type::kLanguage || parameter.type == Type::kChoice;
      EXPECT_EQ(chosen, !parameter.choices.empty()) << kind.key;
      for (const auto& [value, label] : parameter.choices) {
        EXPECT_EQ(value.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-"), std::string::npos) << value;
        EXPECT_FALSE(label.empty()) << kind.key;
      }
    }
  }
}

TEST(SpooledFile, ReadsBackInPartsWhatWasAppended) {
  SpooledFile file;
  file.append("spark");
  file.append("ling");
  EXPECT_EQ(file.bytes(), 9);
  EXPECT_EQ(file.read(0, 5), "spark");
  EXPECT_EQ(file.read(5, 100), "ling");
  EXPECT_EQ(file.read(9, 100), "");
}

}  // namespace
}  // namespace kindling
