#include "ledger/exchange_rate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/input.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;

std::string rate_or_code(std::string_view text) {
  const auto rate = parse_rate(text);
  return rate ? to_string(*rate) : rate.error().fields[0].code;
}

std::vector<std::string> messages_of(std::string_view csv) {
  const auto read = parse_published_rates(csv);
  std::vector<std::string> messages;
  if (!read) {
    for (const auto& field : read.error().fields) messages.push_back(field.code + ": " + field.message);
  }
  return messages;
}

TEST(ExchangeRate, IsReadExactlyToEightDecimals) {
  EXPECT_EQ(rate_or_code("25.105"), "25.105");
  EXPECT_EQ(rate_or_code("0.00000001"), "0.00000001");
  EXPECT_EQ(rate_or_code("9999999999.99999999"), "9999999999.99999999");
  EXPECT_EQ(rate_or_code("1694500"), "1694500");
  EXPECT_EQ(rate_or_code("25.10"), "25.1");
}

TEST(ExchangeRate, RefusesWhatIsNoRate) {
  EXPECT_EQ(rate_or_code("0.000000001"), "over_precise");
  EXPECT_EQ(rate_or_code("0"), "out_of_range");
  EXPECT_EQ(rate_or_code("10000000000"), "out_of_range");
  for (const auto* text : {"", ".", "25.", ".5", "-1", "25,105", "1e3", "N/A", "25.1 "}) {
    EXPECT_EQ(rate_or_code(text), "not_a_rate") << text;
  }
}

TEST(PublishedRates, AreReadAsTheEcbWritesThem) {
  const auto read = parse_published_rates(
      "Date,USD,JPY,CYP,CZK,\n"
      "2026-01-05,1.0412,N/A,N/A,25.2,\n"
      "2026-01-02,1.0321,162.43,N/A,25.1,\n");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->days, 2u);
  EXPECT_THAT(read->unknown_currencies, ElementsAre("CYP"));
  ASSERT_EQ(read->rates.size(), 5u);
  EXPECT_EQ(read->rates[0].currency, Currency::of("USD"));
  EXPECT_EQ(read->rates[0].on, Date::of("2026-01-05"));
  EXPECT_EQ(read->rates[1].currency, Currency::of("CZK"));
  EXPECT_EQ(read->rates[1].line, 2u);
  EXPECT_EQ(read->rates[1].column, 5u);
  EXPECT_EQ(read->rates[3].rate, (Rate{16'243'000'000}));
}

TEST(PublishedRates, MayComeWithWindowsLineEndsAndWithoutTheLastComma) {
  const auto read = parse_published_rates("Date,USD\r\n2026-01-02,1.0321\r\n");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->rates.size(), 1u);
}

TEST(PublishedRates, NameEveryMalformedCellByLineAndColumn) {
  EXPECT_THAT(messages_of("Date,USD,JPY,\n"
                          "2026-01-05,1.0x,160,\n"
                          "2026-02-30,1.1,160,\n"
                          "2026-01-02,1.1,,\n"
                          "2026-01-01,1.1,\n"),
              ElementsAre("not_a_rate: Line 2, column 2 (USD): Enter a rate such as 25.105: units of the currency for one euro.",
                          "not_a_date: Line 3, column 1: a day is expected, such as 2026-01-30.",
                          "not_a_rate: Line 4, column 3 (JPY): Enter a rate such as 25.105: units of the currency for one euro.",
                          "cell_count: Line 5: it has 2 cells, the first line has 3."));
}

TEST(PublishedRates, RefuseADayThatStandsTwice) {
  EXPECT_THAT(messages_of("Date,USD\n2026-01-05,1.1\n2026-01-02,1.1\n2026-01-05,1.2\n"),
              ElementsAre("repeated_day: Line 4, column 1: 2026-01-05 stands in line 2 too."));
}

TEST(PublishedRates, RefuseAnotherFileAtItsFirstLine) {
  const auto first = "not_an_ecb_file: Line 1: the first line is expected to be Date,USD,JPY,... as in the ECB's "
                     "eurofxref-hist.csv.";
  EXPECT_THAT(messages_of(""), ElementsAre(first));
  EXPECT_THAT(messages_of("Invoice,Amount\n1,2\n"), ElementsAre(first));
  EXPECT_THAT(messages_of("Date,USD,USD\n"), ElementsAre("repeated_column: Line 1, column 3: USD stands twice."));
  EXPECT_THAT(messages_of("Date,USD,usd\n"),
              ElementsAre("unknown_column: Line 1, column 3: a currency's three letters are expected, such as USD."));
}

TEST(PublishedRates, TellAtMostFiftyErrors) {
  std::string csv = "Date,USD\n";
  for (int day = 0; day < 80; ++day) csv += "nonsense,1.1\n";
  EXPECT_EQ(messages_of(csv).size(), 50u);
}

TEST(ManualRate, NeedsASourceAndNoLaterDayThanToday) {
  Input input;
  input.set("currency", "KWD");
  input.set("on_date", "2026-03-02");
  input.set("units_per_euro", "0.331250001");
  const auto rate = parse_manual_rate(input, Date::of("2026-03-01"));
  ASSERT_FALSE(rate.ok());
  std::vector<std::string> found;
  for (const auto& field : rate.error().fields) found.push_back(field.field + ":" + field.code);
  EXPECT_THAT(found, ::testing::UnorderedElementsAre("on_date:in_the_future", "units_per_euro:over_precise", "source:required"));
}

}  // namespace
}  // namespace kindling
