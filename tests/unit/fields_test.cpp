#include <gtest/gtest.h>

#include "core/fields.hpp"

namespace kindling {
namespace {

Input typed(std::initializer_list<std::pair<const char*, const char*>> pairs, bool strict = false) {
  Input input(strict);
  for (const auto& [name, text] : pairs) input.add(name, text);
  return input;
}

std::vector<std::string> breaches(const Fields& fields) {
  std::vector<std::string> found;
  for (const auto& error : fields.errors()) found.push_back(error.field + ":" + error.code);
  return found;
}

TEST(Fields, TellsAllErrorsAtOnce) {
  const auto input = typed({{"title", ""}, {"amount", "1.005"}, {"on", "2026-02-31"}, {"currency", "EURO"}});
  Fields fields(input);
  fields.text("title");
  fields.money("amount", Currency::of("EUR"));
  fields.date("on");
  fields.currency("currency");
  EXPECT_EQ(breaches(fields), (std::vector<std::string>{"title:required", "amount:over_precise", "on:not_a_date",
                                                        "currency:unknown_currency"}));
}

TEST(Fields, CountsCharactersNotBytes) {
  const auto input = typed({{"just", "äöü"}, {"beyond", "äöüß"}});
  Fields fields(input);
  EXPECT_EQ(fields.text("just", {.max = 3}), "äöü");
  fields.text("beyond", {.max = 3});
  EXPECT_EQ(breaches(fields), std::vector<std::string>{"beyond:too_long"});
}

TEST(Fields, RefusesControlCharactersAndBrokenUtf8) {
  const auto input = typed({{"bell", "a\x07z"}, {"line", "a\nb"}, {"c1", "a\xC2\x85z"}, {"overlong", "\xC0\xAF"},
                            {"surrogate", "\xED\xA0\x80"}});
  Fields fields(input);
  for (const auto* name : {"bell", "line", "c1", "overlong", "surrogate"}) fields.text(name);
  EXPECT_EQ(breaches(fields),
            (std::vector<std::string>{"bell:control_character", "line:control_character", "c1:control_character",
                                      "overlong:invalid_utf8", "surrogate:invalid_utf8"}));
}

TEST(Fields, NamesFieldsThatNobodyAskedForInStrictInputOnly) {
  const auto strict = typed({{"title", "x"}, {"titel", "x"}}, true);
  Fields fields(strict);
  fields.text("title");
  EXPECT_EQ(breaches(fields), std::vector<std::string>{"titel:unknown_field"});
  const auto form = typed({{"title", "x"}, {"button", "save"}});
  Fields relaxed(form);
  relaxed.text("title");
  EXPECT_TRUE(relaxed.ok());
}

TEST(Fields, RefusesAPeriodThatEndsBeforeItStarts) {
  const auto input = typed({{"from", "2026-03-02"}, {"to", "2026-03-01"}});
  Fields fields(input);
  fields.period("from", "to");
  EXPECT_EQ(breaches(fields), std::vector<std::string>{"to:end_before_start"});
}

TEST(Fields, ReadsRowsByTheirOwnNames) {
  const auto input = typed({{"lines.3.amount", "5"}, {"lines.7.amount", "x"}});
  Fields fields(input);
  auto rows = fields.rows("lines", 10);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].money("amount", Currency::of("EUR")).minor, 500);
  rows[1].money("amount", Currency::of("EUR"));
  EXPECT_EQ(breaches(fields), std::vector<std::string>{"lines.7.amount:not_an_amount"});
}

TEST(Date, KnowsLeapYearsAndRefusesDaysThatDoNotExist) {
  EXPECT_TRUE(Date::parse("2028-02-29"));
  EXPECT_FALSE(Date::parse("2026-02-29"));
  EXPECT_FALSE(Date::parse("2026-2-9"));
  EXPECT_FALSE(Date::parse("1899-12-31"));
  EXPECT_EQ(days_between(Date::of("2028-02-28"), Date::of("2028-03-01")), 2);
}

}  // namespace
}  // namespace kindling
