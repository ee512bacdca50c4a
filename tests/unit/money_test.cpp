#include <gtest/gtest.h>

#include <array>

#include "core/money.hpp"

namespace kindling {
namespace {

Currency eur() { return Currency::of("EUR"); }
std::string code_of(std::string_view text, const char* currency) {
  const auto money = parse_money(text, Currency::of(currency));
  return money ? "" : money.error().fields.front().code;
}
std::int64_t minor_of(std::string_view text, const char* currency) {
  return parse_money(text, Currency::of(currency)).value().minor;
}

TEST(ParseMoney, ReadsWhatPeopleType) {
  EXPECT_EQ(minor_of("1250", "EUR"), 125000);
  EXPECT_EQ(minor_of("1,250.5", "EUR"), 125050);
  EXPECT_EQ(minor_of("1 250.00", "EUR"), 125000);
  EXPECT_EQ(minor_of("-3", "EUR"), -300);
  EXPECT_EQ(minor_of("1500", "JPY"), 1500);
  EXPECT_EQ(minor_of("1.234", "KWD"), 1234);
}

TEST(ParseMoney, RefusesMorePrecisionThanTheCurrencyHas) {
  EXPECT_EQ(code_of("1.005", "EUR"), "over_precise");
  EXPECT_EQ(code_of("1.5", "JPY"), "over_precise");
  EXPECT_EQ(code_of("1.0005", "KWD"), "over_precise");
}

TEST(ParseMoney, RefusesWhatIsNoAmount) {
  for (const auto* text : {"", "abc", "1,5", "1,25,000", "1.", ".5", "1e5", "--1", "1 2", "0x10", "+5"}) {
    EXPECT_EQ(code_of(text, "EUR"), "not_an_amount") << text;
  }
}

TEST(ParseMoney, StopsJustBeyondInt64) {
  EXPECT_EQ(minor_of("92233720368547758.07", "EUR"), INT64_MAX);
  EXPECT_EQ(code_of("92233720368547758.08", "EUR"), "out_of_range");
}

TEST(Money, AddsWithinOneCurrencyOnly) {
  EXPECT_EQ((Money{1, eur()} + Money{2, eur()}).minor, 3);
  EXPECT_THROW((Money{1, eur()} + Money{1, Currency::of("CZK")}), std::logic_error);
  EXPECT_THROW((Money{INT64_MAX, eur()} + Money{1, eur()}), std::overflow_error);
}

TEST(Money, IsWrittenWithItsCurrencysDecimals) {
  EXPECT_EQ(to_string(Money{5, eur()}), "0.05");
  EXPECT_EQ(to_string(Money{-123456, eur()}), "-1234.56");
  EXPECT_EQ(to_string(Money{7, Currency::of("JPY")}), "7");
  EXPECT_EQ(to_display(Money{123456789, eur()}), "1,234,567.89 EUR");
  EXPECT_EQ(to_string(Money{INT64_MIN, eur()}), "-92233720368547758.08");
}

TEST(ShareOf, RoundsHalfAwayFromZeroOnce) {
  EXPECT_EQ(share_of({50, eur()}, {100}).minor, 1);    // 0.5
  EXPECT_EQ(share_of({-50, eur()}, {100}).minor, -1);
  EXPECT_EQ(share_of({49, eur()}, {100}).minor, 0);
  EXPECT_EQ(round_div(5, 1, 3), 2);
  EXPECT_EQ(round_div(4, 1, 3), 1);
}

TEST(ParsePercent, KeepsBasisPoints) {
  EXPECT_EQ(parse_percent("7").value().basis_points, 700);
  EXPECT_EQ(parse_percent("7.25 %").value().basis_points, 725);
  EXPECT_EQ(parse_percent("100").value().basis_points, 10000);
  EXPECT_FALSE(parse_percent("100.01"));
  EXPECT_FALSE(parse_percent("7.125"));
  EXPECT_EQ(to_string(Percent{725}), "7.25");
  EXPECT_EQ(to_string(Percent{700}), "7");
}

TEST(Split, LosesNoCentAndGivesTheRestToTheEarlierOne) {
  const std::array<std::int64_t, 3> thirds = {1, 1, 1};
  EXPECT_EQ(split(100, thirds), (std::vector<std::int64_t>{34, 33, 33}));
  EXPECT_EQ(split(-100, thirds), (std::vector<std::int64_t>{-34, -33, -33}));
  const std::array<std::int64_t, 3> uneven = {50, 30, 20};
  EXPECT_EQ(split(5, uneven), (std::vector<std::int64_t>{3, 1, 1}));
  const std::array<std::int64_t, 2> none = {0, 0};
  EXPECT_THROW(split(1, none), std::invalid_argument);
}

TEST(Currency, HasTheMinorUnitsOfIso4217) {
  EXPECT_EQ(Currency::of("EUR").minor_digits(), 2);
  EXPECT_EQ(Currency::of("JPY").minor_digits(), 0);
  EXPECT_EQ(Currency::of("KWD").minor_digits(), 3);
  EXPECT_EQ(Currency::of("CLF").minor_digits(), 4);
  EXPECT_FALSE(Currency::find("eur"));
  EXPECT_FALSE(Currency::find("XXQ"));
}

}  // namespace
}  // namespace kindling
