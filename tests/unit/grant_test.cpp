// What a grant as typed must be, just inside and just outside of each rule.
#include "funding/grant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/programmes.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

const Date kToday = Date::of("2026-06-30");

Input complete() {
  Input input;
  input.set("programme", "horizon-europe-actual");
  input.set("title", "Spark");
  input.set("funder_id", "3");
  input.set("currency", "EUR");
  input.set("requested_amount", "1,000,000.00");
  input.set("probability", "60");
  input.set("starts_on", "2026-01-01");
  input.set("ends_on", "2028-12-31");
  return input;
}

Input with(std::string_view name, std::string text) {
  auto input = complete();
  input.set(name, std::move(text));
  return input;
}

// "field:code" of every error, "ok" where there is none.
std::vector<std::string> breaches(const Input& input) {
  const auto grant = parse_grant(input, test_programmes(), kToday);
  if (grant) return {"ok"};
  std::vector<std::string> found;
  for (const auto& error : grant.error().fields) found.push_back(error.field + ":" + error.code);
  return found;
}

struct Case {
  const char* field;
  std::string typed;
  std::string expected;
};

void expect_each(const std::vector<Case>& cases) {
  for (const auto& [field, typed, expected] : cases) {
    EXPECT_THAT(breaches(with(field, typed)), ElementsAre(expected)) << field << " = " << typed.substr(0, 60);
  }
}

TEST(ParseGrant, TakesWhatIsLeftEmptyFromTheProgramme) {
  const auto grant = parse_grant(complete(), test_programmes(), kToday);
  ASSERT_TRUE(grant.ok());
  EXPECT_EQ(grant->programme_code, "horizon-europe-actual");
  EXPECT_EQ(grant->state, GrantState::kProspect);
  EXPECT_EQ(grant->state_on, Date::of("2026-06-30"));
  EXPECT_EQ(grant->requested, (Money{100'000'000, Currency::of("EUR")}));
  EXPECT_EQ(grant->probability, Percent{6000});
  EXPECT_EQ(grant->funding_rate, Percent{10000});
  EXPECT_EQ(grant->indirect_rate, Percent{2500});
  EXPECT_EQ(grant->overspend_rule, OverspendRule::kStop);
  EXPECT_EQ(grant->exchange_policy, ExchangePolicy::kPeriodAverage);
  EXPECT_EQ(grant->match_required, (Money{0, Currency::of("EUR")}));
  EXPECT_EQ(grant->retention_until, Date::of("2033-12-31"));  // five years after the end
  ASSERT_FALSE(grant->categories.empty());
  // Subcontracting is no base of the 25 % (AGA 6.2.E).
  const auto b = std::ranges::find(grant->categories, "b", &Category::code);
  ASSERT_NE(b, grant->categories.end());
  EXPECT_FALSE(b->in_indirect_base);
}

TEST(ParseGrant, KeepsRecordsFromALeapDayToTheLastOfFebruary) {
  auto input = with("ends_on", "2028-02-29");
  const auto grant = parse_grant(input, test_programmes(), kToday);
  ASSERT_TRUE(grant.ok());
  EXPECT_EQ(grant->retention_until, Date::of("2033-02-28"));
}

TEST(ParseGrant, LetsTheGrantDifferFromItsProgramme) {
  auto input = complete();
  input.set("funding_rate", "70");
  input.set("indirect_rate", "7");
  input.set("transfer_threshold", "12.5");
  input.set("overspend_rule", "warn");
  input.set("exchange_policy", "month_average");
  input.set("categories.0.code", "P");
  input.set("categories.0.name", "Personnel");
  input.set("categories.0.in_indirect_base", "true");
  input.set("categories.1.code", "T");
  input.set("categories.1.name", "Travel");
  const auto grant = parse_grant(input, test_programmes(), kToday);
  ASSERT_TRUE(grant.ok());
  EXPECT_EQ(grant->funding_rate, Percent{7000});
  EXPECT_EQ(grant->indirect_rate, Percent{700});
  EXPECT_EQ(grant->transfer_threshold, Percent{1250});
  EXPECT_EQ(grant->overspend_rule, OverspendRule::kWarn);
  EXPECT_EQ(grant->exchange_policy, ExchangePolicy::kMonthAverage);
  ASSERT_EQ(grant->categories.size(), 2u);
  EXPECT_TRUE(grant->categories[0].in_indirect_base);
  EXPECT_FALSE(grant->categories[1].in_indirect_base);
}

TEST(ParseGrant, NamesEveryBrokenFieldAtOnce) {
  EXPECT_THAT(breaches(Input{}),
              UnorderedElementsAre("programme:required", "currency:required", "starts_on:required",
                                   "ends_on:required", "title:required", "funder_id:required",
                                   "probability:required"));
}

TEST(ParseGrant, HoldsTextsToTheirLengths) {
  expect_each({
      {"title", std::string(200, 'x'), "ok"},
      {"title", std::string(201, 'x'), "title:too_long"},
      {"title", "a\x01z", "title:control_character"},
      {"title", "two\nlines", "title:control_character"},
      {"title", "a\xff", "title:invalid_utf8"},
      {"title", "   ", "title:required"},
      {"reference", std::string(100, 'x'), "ok"},
      {"reference", std::string(101, 'x'), "reference:too_long"},
      {"call", std::string(200, 'x'), "ok"},
      {"call", std::string(201, 'x'), "call:too_long"},
      {"notes", std::string(4000, 'x'), "ok"},
      {"notes", std::string(4001, 'x'), "notes:too_long"},
      {"notes", "two\nlines", "ok"},
      {"notes", "a\x07", "notes:control_character"},
  });
}

TEST(ParseGrant, HoldsAmountsToTheirCurrency) {
  expect_each({
      {"requested_amount", "0.01", "ok"},
      {"requested_amount", "0", "requested_amount:out_of_range"},
      {"requested_amount", "-1", "requested_amount:out_of_range"},
      {"requested_amount", "1.005", "requested_amount:over_precise"},
      {"requested_amount", "10000000000000.00", "ok"},
      {"requested_amount", "10000000000000.01", "requested_amount:out_of_range"},
      {"requested_amount", "99999999999999999999", "requested_amount:out_of_range"},
      {"requested_amount", "much", "requested_amount:not_an_amount"},
      {"requested_amount", "", "ok"},
      {"match_required", "0", "ok"},
      {"match_required", "-0.01", "match_required:negative"},
      {"match_required", "1.005", "match_required:over_precise"},
      {"currency", "XXQ", "currency:unknown_currency"},
      {"currency", "eur", "currency:unknown_currency"},
      {"currency", "", "currency:required"},
      // 1,000,000.00 has decimals that the yen does not know.
      {"currency", "JPY", "requested_amount:over_precise"},
  });
  auto yen = with("currency", "JPY");
  yen.set("requested_amount", "1.5");
  EXPECT_THAT(breaches(yen), ElementsAre("requested_amount:over_precise"));
  yen.set("requested_amount", "2");
  EXPECT_THAT(breaches(yen), ElementsAre("ok"));
}

TEST(ParseGrant, HoldsDatesToTheCalendar) {
  expect_each({
      {"starts_on", "2026-02-31", "starts_on:not_a_date"},
      {"starts_on", "2026-02-28", "ok"},
      {"starts_on", "28.02.2026", "starts_on:not_a_date"},
      {"ends_on", "2026-01-01", "ok"},
      {"ends_on", "2025-12-31", "ends_on:end_before_start"},
      {"state_on", "2026-06-30", "ok"},
      {"state_on", "2026-07-01", "state_on:in_the_future"},
      {"state_on", "2026-06-31", "state_on:not_a_date"},
      {"retention_until", "2028-12-31", "ok"},
      {"retention_until", "2028-12-30", "retention_until:end_before_start"},
      {"retention_until", "2027-02-29", "retention_until:not_a_date"},
  });
}

TEST(ParseGrant, HoldsRatesBetweenNothingAndAll) {
  for (const auto* name : {"probability", "indirect_rate", "transfer_threshold"}) {
    const std::string field = name;
    expect_each({
        {name, "0", "ok"},
        {name, "100", "ok"},
        {name, "100.01", field + ":out_of_range"},
        {name, "7.125", field + ":over_precise"},
        {name, "-1", field + ":not_a_percentage"},
        {name, "many", field + ":not_a_percentage"},
    });
  }
  expect_each({
      {"funding_rate", "0.01", "ok"},
      {"funding_rate", "0", "funding_rate:out_of_range"},
      {"funding_rate", "100", "ok"},
      {"funding_rate", "100.01", "funding_rate:out_of_range"},
  });
}

TEST(ParseGrant, KnowsWhatMayBeChosen) {
  expect_each({
      {"programme", "no-such", "programme:not_one_of"},
      {"overspend_rule", "warn", "ok"},
      {"overspend_rule", "ignore", "overspend_rule:not_one_of"},
      {"exchange_policy", "best_rate", "exchange_policy:not_one_of"},
      {"report_layout", "no-such", "report_layout:not_one_of"},
      {"state", "applied", "ok"},
      {"state", "awarded", "state:not_one_of"},
      {"funder_id", "0", "funder_id:out_of_range"},
      {"funder_id", "EU", "funder_id:not_a_number"},
      {"funder_id", "9223372036854775807", "ok"},
      {"funder_id", "9223372036854775808", "funder_id:out_of_range"},
  });
}

TEST(ParseGrant, AsksForTheAmountOnceApplied) {
  auto input = with("requested_amount", "");
  input.set("state", "drafting");
  EXPECT_THAT(breaches(input), ElementsAre("ok"));
  input.set("state", "applied");
  EXPECT_THAT(breaches(input), ElementsAre("requested_amount:required"));
}

TEST(ParseGrant, NeedsACodeAndANameForEachCategoryAndEachCodeOnce) {
  auto input = complete();
  input.set("categories.0.code", "A");
  input.set("categories.0.name", "Personnel");
  input.set("categories.1.code", "A");
  input.set("categories.1.name", "Travel");
  input.set("categories.2.code", "C 1");
  input.set("categories.2.name", "Goods");
  input.set("categories.3.code", "D");
  input.set("categories.4.code", "");  // an empty row of the form
  input.set("categories.4.name", "");
  input.set("categories.4.in_indirect_base", "on");
  EXPECT_THAT(breaches(input),
              UnorderedElementsAre("categories.1.code:doubled", "categories.2.code:not_a_code",
                                   "categories.3.name:required"));
}

TEST(ParseGrant, RefusesUnknownNamesOfAStrictInput) {
  Input strict(true);
  const auto typed = complete();
  for (const auto& field : typed.fields()) strict.add(field.path, field.text);
  EXPECT_THAT(breaches(strict), ElementsAre("ok"));
  strict.add("amout", "1.00");
  strict.add("categories.0.code", "A");
  strict.add("categories.0.name", "Personnel");
  strict.add("categories.0.color", "red");
  EXPECT_THAT(breaches(strict),
              UnorderedElementsAre("amout:unknown_field", "categories.0.color:unknown_field"));
}

}  // namespace
}  // namespace kindling
