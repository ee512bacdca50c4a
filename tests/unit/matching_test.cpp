#include "banking/matching.hpp"

#include <gtest/gtest.h>

namespace kindling {
namespace {

const auto kEuro = Currency::of("EUR");

BankLine line(std::int64_t minor) {
  return {.account_name = "", .ledger_account = "bank", .statement = "", .bank_reference = "",
          .booked_on = Date::of("2026-02-02"), .value_on = Date::of("2026-02-02"), .amount = {minor, kEuro},
          .matched = {0, kEuro}, .end_to_end_id = "", .structured_reference = "", .state = "new",
          .ignored_reason = "", .name = "", .iban = "", .message = "", .matches = {}};
}

Candidate candidate(const char* kind, std::int64_t id, std::int64_t minor, const char* on = "2026-06-01") {
  return {.target = {kind, id}, .title = "", .name = "", .open = {minor, kEuro}, .on = Date::of(on), .references = {},
          .structured_reference = ""};
}

TEST(Matching, ReadsTargetsAndRefusesOthers) {
  EXPECT_EQ(*parse_target("instalment:3"), (MatchTarget{"instalment", 3}));
  EXPECT_EQ(*parse_target("fee"), (MatchTarget{"fee", 0}));
  EXPECT_EQ(*parse_target("campaign:0"), (MatchTarget{"campaign", 0}));
  EXPECT_EQ(*parse_target("pledge:6"), (MatchTarget{"pledge", 6}));
  EXPECT_EQ(to_string(*parse_target("income")), "income");
  for (const auto* wrong : {"", "fee:1", "instalment", "instalment:", "instalment:0", "instalment:-1", "instalment:1x",
                            "grant:1", "instalment:99999999999999999999"}) {
    EXPECT_FALSE(parse_target(wrong).ok()) << wrong;
  }
}

TEST(Matching, IsCertainOnlyByAnExactReferenceAndTheAmount) {
  auto gift = line(5'000);
  gift.structured_reference = "RF18 5390 0754 7034";
  auto expected = candidate("donation", 1, 5'000);
  expected.structured_reference = "RF18539007547034";
  EXPECT_TRUE(propose(gift, {expected}).at(0).certain);
  auto other_amount = expected;
  other_amount.open.minor = 5'001;
  EXPECT_FALSE(propose(gift, {other_amount}).at(0).certain);
  auto any_amount = expected;
  any_amount.open.minor = 0;  // a campaign
  EXPECT_TRUE(propose(gift, {any_amount}).at(0).certain);
  gift.structured_reference = "RF17539007547034";  // a wrong check digit
  EXPECT_FALSE(propose(gift, {expected}).at(0).certain);
  gift.structured_reference = "RF18539007547034";
  gift.reversal = true;
  EXPECT_FALSE(propose(gift, {expected}).at(0).certain);
  gift.reversal = false;
  auto twin = expected;
  twin.target.id = 2;
  EXPECT_FALSE(propose(gift, {expected, twin}).at(0).certain) << "where two are certain, none is";
}

TEST(Matching, PutsTheBestFirstAndSaysWhy) {
  auto credit = line(35'000'000);
  credit.name = "EUROPEAN COMMISSION";
  credit.message = "PAYMENT AGREEMENT 101.234.567";
  auto right = candidate("instalment", 1, 35'000'000, "2026-02-01");
  right.name = "European Commission";
  right.references = {"101234567"};
  const auto same_amount = candidate("instalment", 2, 35'000'000);
  const auto nothing = candidate("instalment", 3, 1'000);
  const auto proposals = propose(credit, {same_amount, nothing, right});
  ASSERT_EQ(proposals.size(), 2u);
  EXPECT_EQ(proposals[0].candidate.target.id, 1);
  EXPECT_EQ(proposals[0].score, 100);  // 40 + 30 + 20 + 10
  EXPECT_EQ(proposals[0].reasons,
            (std::vector<std::string>{"The message names its reference 101234567.", "The amount is the same.",
                                      "The name fits European Commission.", "The days are 1 day apart."}));
  EXPECT_FALSE(proposals[0].certain);
  EXPECT_EQ(proposals[1].score, 30);
}

TEST(Matching, TheEndToEndIdCountsWholeAndTheIbanCounts) {
  auto debit = line(-4'000);
  debit.end_to_end_id = "INV-88";
  auto invoice = candidate("expenditure", 1, -4'100);
  invoice.references = {"INV 88"};
  EXPECT_EQ(propose(debit, {invoice}).at(0).score, 50);
  debit.end_to_end_id = "INV-881";
  EXPECT_TRUE(propose(debit, {invoice}).empty());
  invoice.iban_known = true;
  invoice.open.minor = -4'000;
  EXPECT_EQ(propose(debit, {invoice}).at(0).score, 55);
}

TEST(Matching, AnAmountInAnotherCurrencyIsNearAndNeverTheSame) {
  const auto debit = line(-10'000);
  auto cost = candidate("expenditure", 1, -10'000);
  cost.own = Money{10'700, Currency::of("USD")};
  cost.iban_known = true;
  const auto near = propose(debit, {cost}).at(0);
  EXPECT_EQ(near.score, 50);  // 25 + 25
  EXPECT_EQ(near.reasons.front(), "107.00 USD are about 100.00 EUR at the rate of the day.");
  cost.open.minor = -9'650;  // 3.5 % away
  EXPECT_EQ(propose(debit, {cost}).at(0).score, 35);
  cost.open.minor = -8'900;  // 11 %
  EXPECT_TRUE(propose(debit, {cost}).empty());
}

TEST(Matching, AKnownIbanOrNumberIsEnoughForAGiftOfAnyAmount) {
  auto credit = line(4'000);
  auto donor = candidate("donor", 4, 0);
  donor.references = {"D-7KX2QMPA"};
  EXPECT_TRUE(propose(credit, {donor}).empty());
  donor.name_known = true;
  EXPECT_TRUE(propose(credit, {donor}).empty()) << "a name alone is not enough";
  donor.iban_known = true;
  EXPECT_EQ(propose(credit, {donor}).at(0).reasons,
            (std::vector<std::string>{"This IBAN stood for the same party before.", "The donor bears this name."}));
  donor.iban_known = donor.name_known = false;
  credit.message = "Gift D-7KX2QMPA, thank you";
  EXPECT_EQ(propose(credit, {donor}).at(0).score, 40);
}

TEST(Matching, OnlyWholeWordsMakeAName) {
  auto credit = line(100);
  credit.name = "Ann";
  auto short_name = candidate("instalment", 1, 100);
  short_name.name = "Annual Fund";
  EXPECT_EQ(propose(credit, {short_name}).at(0).score, 30) << "three letters tell nothing";
}

}  // namespace
}  // namespace kindling
