#include "spending/expenditure.hpp"

#include <gtest/gtest.h>

#include "spending/expenditure_payment.hpp"
#include "spending/expenditure_posting.hpp"

namespace kindling {
namespace {

const Date kToday = Date::of("2026-06-30");
const auto kEuro = Currency::of("EUR");

Input typed(std::initializer_list<std::pair<const char*, const char*>> changes) {
  Input input;
  for (const auto& [name, value] : {std::pair{"kind", "invoice"}, {"supplier_id", "4"}, {"document_number", "R-1"},
                                    {"document_on", "2026-06-30"}, {"description", "Lamps"}, {"currency", "EUR"},
                                    {"amount", "100.00"}}) {
    input.set(name, value);
  }
  for (const auto& [name, value] : changes) input.set(name, value);
  return input;
}

std::string first_error(const Result<NewExpenditure>& cost) {
  if (cost) return "";
  return cost.error().fields.front().field + ":" + cost.error().fields.front().code;
}

std::vector<std::int64_t> parts(const Result<NewExpenditure>& cost) {
  std::vector<std::int64_t> minors;
  if (!cost) return minors;
  for (const auto& part : cost->allocations) minors.push_back(part.amount.minor);
  return minors;
}

using Minors = std::vector<std::int64_t>;

TEST(ParseExpenditure, SharesLoseNoCentAndTheRestGoesToTheRowWithoutOne) {
  EXPECT_EQ(parts(parse_expenditure(with_allocation_targets(typed({{"amount", "0.10"},
                                                                   {"allocations.0.target", "own:1"},
                                                                   {"allocations.0.share", "33.33"},
                                                                   {"allocations.1.target", "own:2"},
                                                                   {"allocations.1.share", "33.33"},
                                                                   {"allocations.2.target", "own:3"}})),
                                    kToday)),
            (Minors{3, 3, 4}));
}

TEST(ParseExpenditure, AFormsCategoryIsOfTheGrantOfItsRow) {
  const auto read = [](const char* target, const char* category = "3:c3", const char* partner = "5") {
    return parse_expenditure(with_allocation_targets(typed({{"allocations.0.target", target}, {"allocations.0.amount", "1.00"},
                                                            {"allocations.0.category", category},
                                                            {"allocations.0.partner_id", partner}})), kToday);
  };
  for (const auto* target : {"match:3", "match:3:9"}) {
    const auto part = read(target);
    ASSERT_TRUE(part) << target;
    EXPECT_EQ(part->allocations[0].category_code, "c3");
    EXPECT_EQ(part->allocations[0].partner_id, 5);
  }
  EXPECT_EQ(read("match:3", "", "")->allocations[0].category_code, std::nullopt);
  // Of another grant it stays as it was chosen, which is no category of this one.
  EXPECT_EQ(read("match:4")->allocations[0].category_code, "3:c3");
  EXPECT_EQ(read("match:33")->allocations[0].category_code, "3:c3");
  EXPECT_EQ(first_error(read("line:7")), "allocations.0.category:not_one_of");
  EXPECT_EQ(first_error(read("own:3", "")), "allocations.0.partner_id:not_one_of");
}

TEST(ParseExpenditure, AmountsMayLeaveARestInADraftButNeverExceedTheCost) {
  const auto split = [](const char* one, const char* two) {
    return parse_expenditure(typed({{"allocations.0.used_as", "own"}, {"allocations.0.amount", one},
                                    {"allocations.1.used_as", "own"}, {"allocations.1.amount", two}}), kToday);
  };
  EXPECT_EQ(parts(split("60.00", "39.99")), (Minors{6'000, 3'999}));
  EXPECT_EQ(parts(split("60.00", "40.00")), (Minors{6'000, 4'000}));
  EXPECT_EQ(first_error(split("60.00", "40.01")), "allocations:exceeds_the_cost");
  EXPECT_EQ(parts(split("60.00", "")), (Minors{6'000, 4'000}));
  EXPECT_EQ(first_error(split("100.00", "")), "allocations.1.amount:nothing_left");
  EXPECT_EQ(first_error(split("", "")), "allocations.1.amount:two_rests");
}

TEST(ParseExpenditure, AStaffCostFollowsFromItsDays) {
  const auto staff = [](const char* days, const char* to = "2026-03-31") {
    return parse_expenditure(typed({{"kind", "staff"}, {"amount", ""}, {"person", "Eva"}, {"works_from", "2026-01-01"},
                                    {"works_to", to}, {"personnel_cost", "16200.00"}, {"days", days}}), kToday);
  };
  EXPECT_EQ(staff("54")->amount.minor, 1'620'000);   // the maximum: 53.75, rounded up to a half day
  EXPECT_EQ(staff("10")->amount.minor, 300'000);
  EXPECT_EQ(first_error(staff("54.5")), "days:days_exceed_the_maximum");
  EXPECT_EQ(first_error(staff("10", "2027-01-31")), "works_to:not_one_year");
  EXPECT_EQ(first_error(staff("many")), "days:not_days");
  const auto begun = [](const char* from, const char* cost) {
    return first_error(parse_expenditure(typed({{"kind", "staff"}, {"amount", ""}, {"person", "Eva"}, {"works_from", from},
                                                {"works_to", "2026-07-31"}, {"personnel_cost", cost}, {"days", "0.5"}}), kToday));
  };
  EXPECT_EQ(begun("2026-06-30", "100.00"), "");
  EXPECT_EQ(begun("2026-07-01", "100.00"), "works_from:in_the_future");
  EXPECT_EQ(begun("2026-06-30", "0.01"), "days:days_come_to_nothing");
}

TEST(ParseExpenditure, InKindIsNeitherClaimedNorPaid) {
  const auto in_kind = [](const char* use, const char* paid) {
    return parse_expenditure(typed({{"kind", "in_kind"}, {"in_kind_of", "time"}, {"valuation_basis", "20 h at 5.00"},
                                    {"paid_on", paid}, {"allocations.0.used_as", use},
                                    {"allocations.0.grant_id", "3"}, {"allocations.0.budget_line_id", use[0] == 'c' ? "7" : ""}}),
                             kToday);
  };
  EXPECT_EQ(first_error(in_kind("match", "")), "");
  EXPECT_EQ(first_error(in_kind("claimed", "")), "allocations.0.used_as:in_kind_is_never_cash");
  EXPECT_EQ(first_error(in_kind("match", "2026-06-01")), "paid_on:in_kind_is_never_paid");
}

TEST(ParseExpenditure, ADocumentOfTomorrowIsRefused) {
  EXPECT_EQ(first_error(parse_expenditure(typed({{"document_on", "2026-06-30"}}), kToday)), "");
  EXPECT_EQ(first_error(parse_expenditure(typed({{"document_on", "2026-07-01"}}), kToday)), "document_on:in_the_future");
  EXPECT_EQ(first_error(parse_expenditure(typed({{"document_on", "2026-02-31"}}), kToday)), "document_on:not_a_date");
}

TEST(ParseExpenditure, APaymentInAnotherCurrencyIsWholeOrAbsent) {
  const auto paid = [&](const char* amount, const char* currency, const char* day) {
    return first_error(parse_expenditure(
        typed({{"paid_amount", amount}, {"paid_currency", currency}, {"paid_on", day}}), kToday));
  };
  EXPECT_EQ(paid("2500", "CZK", "2026-06-01"), "");
  EXPECT_EQ(paid("", "", ""), "");
  EXPECT_EQ(paid("2500", "", "2026-06-01"), "paid_currency:required");
  EXPECT_EQ(paid("", "CZK", "2026-06-01"), "paid_amount:required");
  EXPECT_EQ(paid("2500", "CZK", ""), "paid_on:required");
  EXPECT_EQ(paid("2500", "EUR", "2026-06-01"), "paid_currency:paid_in_the_same_currency");
  EXPECT_EQ(paid("2500.5", "JPY", "2026-06-01"), "paid_amount:over_precise");
  EXPECT_EQ(paid("2500.125", "KWD", "2026-06-01"), "");
}

// ---- What is posted ----

Expenditure cost_of(std::int64_t minor) {
  Expenditure cost{{.kind = "invoice", .supplier_id = 4, .document_number = "R-1", .document_on = kToday,
                    .paid_on = std::nullopt, .description = "Lamps", .amount = {minor, kEuro}, .staff = std::nullopt,
                    .in_kind = std::nullopt}};
  cost.id = 9;
  return cost;
}

Allocation part_of(const char* used_as, std::int64_t minor, const char* grant_currency, std::int64_t grant_minor) {
  Allocation part{{.row = "", .used_as = used_as, .grant_id = 3, .budget_line_id = 7, .commitment_id = std::nullopt,
                   .fund_id = 2, .category_code = std::nullopt, .partner_id = std::nullopt,
                   .ineligible_reason = std::nullopt, .amount = {minor, kEuro}}};
  part.used_fund_id = 2;
  part.grant_currency = Currency::of(grant_currency);
  part.grant_minor = grant_minor;
  return part;
}

std::string text_of(const NewEntry& entry) {
  std::string text;
  for (const auto& posting : entry.postings) {
    text += posting.account_code + (posting.budget_line_id ? "@" + std::to_string(*posting.budget_line_id) : "") + " " +
            to_string(posting.amount) + " " + std::string(posting.amount.currency.code()) + "; ";
  }
  return text;
}

TEST(ExpenditurePosting, AForeignClaimBalancesEachCurrencyThroughClearing) {
  auto cost = cost_of(10'000);
  cost.allocations = {part_of("claimed", 10'000, "CZK", 250'000)};
  EXPECT_EQ(text_of(approval_entry(cost)),
            "expense_direct@7 2500.00 CZK; currency_clearing -2500.00 CZK; currency_clearing 100.00 EUR; payables -100.00 EUR; ");
  EXPECT_EQ(text_of(payment_entry(cost, {.paid_on = kToday}, {{2, {10'000, 0}}})), "payables 100.00 EUR; bank -100.00 EUR; ");
}

// A yen has no minor units, a dinar has a thousand.
TEST(ExpenditurePosting, APaymentFromAnAccountInAnotherCurrencyClearsAndPostsTheDifference) {
  const auto dinars = Currency::of("KWD"), yen = Currency::of("JPY");
  const Owed owed{{2, {7'500, 25'000}}, {3, {2'500, 8'333}}};
  EXPECT_EQ(text_of(payment_entry(cost_of(10'000), {.paid_on = kToday, .paid = Money{33'301, dinars}}, owed)),
            "payables 75.00 EUR; currency_clearing -75.00 EUR; bank -24.976 KWD; currency_clearing 25.000 KWD; "
            "exchange_differences -0.024 KWD; "
            "payables 25.00 EUR; currency_clearing -25.00 EUR; bank -8.325 KWD; currency_clearing 8.333 KWD; "
            "exchange_differences -0.008 KWD; ");
  EXPECT_EQ(text_of(payment_entry(cost_of(10'000), {.paid_on = kToday, .paid = Money{16'301, yen}}, {{2, {10'000, 16'300}}})),
            "payables 100.00 EUR; currency_clearing -100.00 EUR; bank -16301 JPY; currency_clearing 16300 JPY; "
            "exchange_differences 1 JPY; ");
}

TEST(ExpenditurePosting, WhatWasBookedExactlyPostsNoDifference) {
  EXPECT_EQ(text_of(payment_entry(cost_of(10'000), {.paid_on = kToday, .paid = Money{250'000, Currency::of("CZK")}},
                                  {{2, {10'000, 250'000}}})),
            "payables 100.00 EUR; currency_clearing -100.00 EUR; bank -2500.00 CZK; currency_clearing 2500.00 CZK; ");
}

// Booked at 2500.00 CZK, declared at 2600.00 since its period was closed.
TEST(ExpenditurePosting, AReversalGivesBackWhatTheClosingHadGained) {
  auto cost = cost_of(10'000);
  cost.allocations = {part_of("claimed", 10'000, "CZK", 260'000)};
  cost.allocations[0].id = 1;
  cost.allocations[0].booked_minor = 250'000;
  EXPECT_EQ(cost.allocations[0].rate_shift(), 10'000);
  const auto half = spread_reversal(cost, Money{5'000, kEuro});
  EXPECT_EQ(text_of(reversal_entry(cost, half, kToday, "half")),
            "expense_direct@7 -1300.00 CZK; currency_clearing 1250.00 CZK; exchange_differences 50.00 CZK; "
            "currency_clearing -50.00 EUR; payables 50.00 EUR; ");
  cost.allocations[0].reversed_minor = 5'000;
  cost.allocations[0].grant_reversed_minor = 130'000;
  const auto told = exchange_differences_of(cost, {{"reversal", Money{-5'000, Currency::of("CZK")}, 8}});
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].at + to_display(told[0].gain), "closing100.00 CZK");
  EXPECT_EQ(told[1].at + to_display(told[1].gain), "reversal-50.00 CZK");
}

TEST(ExpenditurePosting, InKindNeverTouchesCash) {
  auto cost = cost_of(10'000);
  cost.kind = "in_kind";
  cost.allocations = {part_of("match", 10'000, "EUR", 10'000)};
  EXPECT_EQ(text_of(approval_entry(cost)), "expense_in_kind 100.00 EUR; income_in_kind -100.00 EUR; ");
}

TEST(ExpenditurePosting, AStaffCostDoesNotTellThePersonToTheLedger) {
  auto cost = cost_of(10'000);
  cost.kind = "staff";
  cost.description = "Eva, March";
  EXPECT_EQ(approval_entry(cost).description, "Staff cost");
}

TEST(ExpenditurePosting, ReversalsInPartsTakeBackExactlyTheWholeInBothCurrencies) {
  auto cost = cost_of(100);
  cost.allocations = {part_of("claimed", 34, "CZK", 1'001), part_of("claimed", 66, "CZK", 1'999)};
  cost.allocations[1].id = 1;
  std::int64_t minor = 0, grant = 0;
  for (const std::int64_t step : {33, 33, 33, 1}) {
    for (const auto& taken : spread_reversal(cost, {step, kEuro})) {
      auto& part = cost.allocations[static_cast<std::size_t>(taken.allocation_id)];
      part.reversed_minor += taken.minor;
      part.grant_reversed_minor += taken.grant_minor;
      EXPECT_GE(taken.grant_minor, 0);
      minor += taken.minor;
      grant += taken.grant_minor;
    }
    cost.reversed.minor += step;
  }
  EXPECT_EQ(minor, 100);
  EXPECT_EQ(grant, 3'000);
  EXPECT_EQ(cost.allocations[0].grant_reversed_minor, 1'001);
}

}  // namespace
}  // namespace kindling
