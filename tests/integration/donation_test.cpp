// Gifts through the real app: they reach the ledger once, in the right fund, and go back no further than they came.
#include <thread>

#include <gtest/gtest.h>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

class Donations : public ::testing::Test {
 protected:
  std::int64_t campaign(const std::string& more = "") {
    const auto made = app_.json("POST", "/api/v1/campaigns",
                                R"({"name":"Winter","goal":"1000.00","starts_on":"2026-01-01")" + more + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  Answer give(const std::string& gross, const std::string& more = "", const Pairs& headers = {}) {
    return app_.json("POST", "/api/v1/donations",
                     R"({"given_on":"2026-03-01","method":"card","gross":")" + gross + "\"" + more + "}", headers);
  }
  std::int64_t gift(const std::string& gross, const std::string& more = "") {
    const auto made = give(gross, more);
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  Answer verb(std::int64_t id, const std::string& name, const std::string& body, int version = 1) {
    return app_.json("POST", "/api/v1/donations/" + std::to_string(id) + "/" + name, body,
                     {{"If-Match", '"' + std::to_string(version) + '"'}});
  }
  std::int64_t balance(const std::string& account, std::int64_t fund = 1) {
    return app_.number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM balances WHERE account_code = '" + account +
                       "' AND fund_id = " + std::to_string(fund));
  }
  std::int64_t fund_of(std::int64_t campaign) {
    return app_.number("SELECT fund_id FROM campaigns WHERE id = " + std::to_string(campaign));
  }
  FundingApp app_;
};

TEST_F(Donations, AClearedGiftIsPostedGrossFeeAndNet) {
  const auto answer = give("50.00", R"(,"fee":"1.20")");
  EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(text_at(answer.json(), "net"), "48.80");
  EXPECT_EQ(balance("bank"), 4'880);
  EXPECT_EQ(balance("donation_fees"), 120);
  EXPECT_EQ(balance("income_donations"), -5'000);
}

TEST_F(Donations, APendingGiftIsNoCashUntilItClears) {
  const auto id = gift("50.00", R"(,"state":"pending")");
  EXPECT_EQ(balance("bank"), 0);
  const auto cleared = verb(id, "clear", R"({"cleared_on":"2026-03-04","fee":"0.50"})");
  EXPECT_EQ(cleared.status, 200) << cleared.body;
  EXPECT_EQ(text_at(cleared.json(), "state"), "cleared");
  EXPECT_EQ(balance("bank"), 4'950);
  EXPECT_EQ(verb(id, "clear", R"({"cleared_on":"2026-03-04"})", 2).code(), "donation_is_not_pending");
}

TEST_F(Donations, APendingGiftThatNeverCameIsGivenUp) {
  const auto id = gift("50.00", R"(,"state":"pending")");
  EXPECT_EQ(text_at(verb(id, "fail", R"({"reason":"card refused"})").json(), "state"), "failed");
  EXPECT_EQ(app_.broken_rule("UPDATE donations SET state = 'pending' WHERE id = " + std::to_string(id)), "donation_edge_allowed");
}

TEST_F(Donations, AGiftInKindNeverReachesTheBank) {
  EXPECT_EQ(give("300.00", R"(,"kind":"in_kind")").breaches(),
            (std::vector<std::string>{"method:in_kind_gift_is_never_cash", "description:required", "valuation_basis:required"}));
  const auto made = app_.json("POST", "/api/v1/donations",
                              R"({"given_on":"2026-03-01","kind":"in_kind","gross":"300.00","description":"two laptops","valuation_basis":"shop price"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(balance("bank"), 0);
  EXPECT_EQ(balance("income_in_kind"), -30'000);
  EXPECT_EQ(balance("expense_in_kind"), 30'000);
}

TEST_F(Donations, ARestrictedCampaignFillsItsOwnFundOnly) {
  const auto id = campaign(R"(,"restricted":true,"purpose":"night shifts")");
  const auto fund = fund_of(id);
  gift("20.00", R"(,"campaign_id":)" + std::to_string(id));
  EXPECT_EQ(balance("bank", fund), 2'000);
  EXPECT_EQ(balance("bank"), 0);
  const auto elsewhere = give("20.00", R"(,"campaign_id":)" + std::to_string(id) + R"(,"parts":[{"fund_id":1,"amount":"20.00"}])");
  EXPECT_EQ(elsewhere.breaches(), std::vector<std::string>{"parts:gift_keeps_its_purpose"});
  const auto without = give("20.00", R"(,"parts":[{"fund_id":)" + std::to_string(fund) + R"(,"amount":"20.00"}])");
  EXPECT_EQ(without.breaches(), std::vector<std::string>{"parts:gift_keeps_its_purpose"}) << without.status << without.body;
  EXPECT_EQ(app_.broken_rule("UPDATE campaigns SET fund_id = 1 WHERE id = " + std::to_string(id)), "campaign_keeps_its_fund");
}

TEST_F(Donations, ARefundLeavesTheSameFundsInProportionAndNoCentBehind) {
  app_.broken_rule("INSERT INTO funds (code, name, restriction) VALUES ('b', 'B', 'unrestricted'), ('c', 'C', 'unrestricted')");
  const auto b = app_.number("SELECT id FROM funds WHERE code = 'b'"), c = b + 1;
  const auto id = gift("100.00", R"(,"parts":[{"fund_id":1,"amount":"33.34"},{"fund_id":)" + std::to_string(b) +
                                     R"(,"amount":"33.33"},{"fund_id":)" + std::to_string(c) + R"(,"amount":"33.33"}])");
  const auto part = verb(id, "refund", R"({"amount":"10.00","booked_on":"2026-03-05","reason":"asked back"})");
  EXPECT_EQ(part.status, 200) << part.body;
  EXPECT_EQ(text_at(part.json(), "state"), "cleared");
  EXPECT_EQ(balance("income_donations"), -3'000);
  EXPECT_EQ(balance("income_donations", b), -3'000);
  EXPECT_EQ(balance("income_donations", c), -3'000);
  const auto rest = verb(id, "refund", R"({"amount":"90.00","booked_on":"2026-03-06","reason":"asked back"})", 2);
  EXPECT_EQ(text_at(rest.json(), "state"), "refunded");
  for (const auto fund : {std::int64_t{1}, b, c}) {
    EXPECT_EQ(balance("bank", fund), 0);
    EXPECT_EQ(balance("income_donations", fund), 0);
  }
}

TEST_F(Donations, RefundsNeverExceedTheGift) {
  const auto id = gift("50.00");
  EXPECT_EQ(verb(id, "refund", R"({"amount":"50.01","booked_on":"2026-03-05","reason":"x"})").breaches(),
            std::vector<std::string>{"amount:refunds_never_exceed_the_gift"});
  EXPECT_EQ(verb(id, "refund", R"({"amount":"50.00","booked_on":"2026-03-05","reason":"x"})").status, 200);
  const auto number = std::to_string(id);
  EXPECT_EQ(app_.broken_rule("INSERT INTO donation_refunds (donation_id, kind, amount_minor, base_amount_minor, booked_on, "
                             "reason, entry_id, created_by) SELECT id, 'refund', 1, 1, '2026-03-05', 'x', entry_id, 1 FROM "
                             "donations WHERE id = " + number),
            "refunds_never_exceed_the_gift");
  EXPECT_ANY_THROW(app_.broken_rule("UPDATE donation_refunds SET amount_minor = 1"));
  EXPECT_ANY_THROW(app_.broken_rule("UPDATE donations SET refunded_minor = 0"));
}

TEST_F(Donations, NothingGoesBackBeforeItCame) {
  const auto id = gift("50.00");  // on 1 March
  const auto early = verb(id, "refund", R"({"amount":"1.00","booked_on":"2026-02-28","reason":"x"})");
  EXPECT_EQ(early.breaches(), std::vector<std::string>{"booked_on:refund_follows_the_gift"});
  EXPECT_NE(early.body.find("The gift arrived on 1 Mar 2026"), std::string::npos) << early.body;
  EXPECT_EQ(verb(id, "charge-back", R"({"booked_on":"2026-02-28","reason":"x"})").breaches(),
            std::vector<std::string>{"booked_on:refund_follows_the_gift"});
  EXPECT_EQ(verb(id, "refund", R"({"amount":"1.00","booked_on":"2026-03-01","reason":"x"})").status, 200);
}

TEST_F(Donations, AChargebackOfARefundedGiftIsRefused) {
  const auto refunded = gift("50.00"), whole = gift("60.00");
  verb(refunded, "refund", R"({"amount":"1.00","booked_on":"2026-03-05","reason":"x"})");
  const auto refusal = verb(refunded, "charge-back", R"({"booked_on":"2026-03-06","reason":"fraud"})", 2);
  EXPECT_EQ(refusal.status, 409);
  EXPECT_EQ(refusal.code(), "refunded_gift_is_not_charged_back");
  const auto taken = verb(whole, "charge-back", R"({"booked_on":"2026-03-06","reason":"fraud"})");
  EXPECT_EQ(text_at(taken.json(), "state"), "charged_back");
  EXPECT_EQ(verb(whole, "refund", R"({"amount":"1.00","booked_on":"2026-03-07","reason":"x"})", 2).code(),
            "only_what_cleared_is_refunded");
  EXPECT_EQ(balance("income_donations"), -4'900);
}

TEST_F(Donations, ARefundOfMoneyThatIsSpentShowsTheShortfall) {
  const auto id = gift("50.00");
  EXPECT_EQ(app_.broken_rule(R"(
      WITH spent AS (INSERT INTO entries (booked_on, kind, posting_count, actor_id) VALUES ('2026-03-02', 'test', 2, 1) RETURNING id)
      INSERT INTO postings (entry_id, line_no, account_code, fund_id, amount_minor, currency)
      SELECT id, n, a, 1, m, 'EUR' FROM spent, (VALUES (1, 'expense_direct', 3000), (2, 'bank', -3000)) p (n, a, m))"), "");
  const auto refund = verb(id, "refund", R"({"amount":"50.00","booked_on":"2026-03-05","reason":"x"})");
  EXPECT_NE(refund.body.find(R"("shortfalls":[{"fund_id":1,"amount":"30.00"}])"), std::string::npos) << refund.body;
  EXPECT_NE(app_.get("/donations/" + std::to_string(id)).body.find("has spent 30.00 EUR more than it holds"), std::string::npos);
  EXPECT_NE(app_.get("/donations/" + std::to_string(gift("1.00"))).body.find(R"(method="post" action="/donations/2/refund")"), std::string::npos);
}

TEST_F(Donations, AForeignGiftIsPostedAtItsRateAndGoesBackAtTheSame) {
  const auto id = gift("1000.00", R"(,"currency":"CZK","rate":"25.10","fee":"10.00")");
  EXPECT_EQ(balance("income_donations"), -3'984);  // 1000 / 25.10 = 39.84
  EXPECT_EQ(balance("donation_fees"), 40);
  verb(id, "refund", R"({"amount":"333.33","booked_on":"2026-03-05","reason":"x"})");
  EXPECT_EQ(balance("income_donations"), -2'656);
  EXPECT_EQ(verb(id, "refund", R"({"amount":"666.67","booked_on":"2026-03-05","reason":"x"})", 2).status, 200);
  EXPECT_EQ(balance("income_donations"), 0);
}

TEST_F(Donations, AForeignGiftWithoutARateIsAskedForOne) {
  EXPECT_EQ(give("1000.00", R"(,"currency":"CZK")").breaches(), std::vector<std::string>{"rate:rate_is_missing"});
  app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ('CZK', '2026-02-27', 25, false, 'ECB')");
  const auto answer = give("1000.00", R"(,"currency":"CZK")");
  EXPECT_EQ(text_at(answer.json(), "base_gross"), "40.00");
  EXPECT_EQ(text_at(answer.json(), "rate"), "25");
}

TEST_F(Donations, TheSamePaymentCountsOnce) {
  gift("50.00", R"(,"reference":"tx-1")");
  EXPECT_EQ(give("50.00", R"(,"reference":"tx-1")").breaches(), std::vector<std::string>{"reference:donation_counts_once"});
  EXPECT_EQ(give("50.01", R"(,"reference":"tx-1")").status, 201);
}

TEST_F(Donations, TheSamePostSentByEightAtOnceIsOneGift) {
  constexpr int kPosts = 100;
  std::vector<std::thread> clients;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&] {
      for (int i = 0; i < kPosts; ++i) {
        EXPECT_EQ(give("1.00", "", {{"Idempotency-Key", "key-" + std::to_string(i)}}).status, 201);
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations"), kPosts);
  EXPECT_EQ(balance("bank"), kPosts * 100);
}

TEST_F(Donations, BadInputIsNamedFieldByField) {
  EXPECT_EQ(give("0.00").breaches(), std::vector<std::string>{"gross:out_of_range"});
  EXPECT_EQ(give("-1.00").breaches(), std::vector<std::string>{"gross:out_of_range"});
  EXPECT_EQ(give("1.005").breaches(), std::vector<std::string>{"gross:over_precise"});
  EXPECT_EQ(give("1.00", R"(,"fee":"1.00")").breaches(), std::vector<std::string>{"fee:fee_is_less_than_the_gift"});
  EXPECT_EQ(give("1.00", R"(,"campaign_id":99)").breaches(), std::vector<std::string>{"campaign_id:campaign_not_found"});
  EXPECT_EQ(give("1.00", R"(,"donor_id":99)").breaches(), std::vector<std::string>{"donor_id:donations_donor_id_fkey"});
  EXPECT_EQ(give("1.00", R"(,"parts":[{"fund_id":1,"amount":"0.99"}])").breaches(), std::vector<std::string>{"parts:gift_parts_add_up"});
  EXPECT_EQ(give("1.00", R"(,"colour":"red")").breaches(), std::vector<std::string>{"colour:unknown_field"});
  EXPECT_EQ(app_.number("SELECT count(*) FROM donations"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM entries"), 0);
}

TEST_F(Donations, AFilterThatMakesNoSenseIsToldInsteadOfShowingEverything) {
  gift("50.00");
  const std::pair<const char*, const char*> wrong[] = {
      {"/donations?campaign_id=abc", "campaign_id:not_a_number"}, {"/donations?donor_id=99999999999999999999", "donor_id:not_a_number"},
      {"/donations?state=gone", "state:not_one_of"},              {"/donations?method=gold", "method:not_one_of"},
      {"/donations?from=2026-02-30", "from:not_a_date"},          {"/donation-receipts?year=abc", "year:not_a_number"},
      {"/pledges?standing=tardy", "standing:not_one_of"}};
  for (const auto& [path, breach] : wrong) {
    EXPECT_EQ(app_.get(std::string("/api/v1") + path).breaches(), std::vector<std::string>{breach}) << path;
    EXPECT_EQ(app_.get(path).status, 422) << path;
  }
  EXPECT_NE(app_.get("/api/v1/donations?state=cleared&method=card&from=2026-03-01&to=2026-03-01").body.find("\"gross\":\"50.00\""), std::string::npos);
}

TEST_F(Donations, AGiftsPageIssuesItsReceipt) {
  const auto donor = text_at(app_.json("POST", "/api/v1/donors", R"({"name":"Ida Fictitious"})").json(), "id");
  const auto known = std::to_string(gift("50.00", R"(,"donor_id":)" + donor)), unknown = std::to_string(gift("51.00"));
  EXPECT_NE(app_.get("/donations/" + known).body.find("Issue receipt"), std::string::npos);
  EXPECT_EQ(app_.get("/donations/" + unknown).body.find("Issue receipt"), std::string::npos);
  EXPECT_EQ(app_.form("/donation-receipts", {{"donation_id", known}}).status, 303);
  EXPECT_EQ(app_.get("/donations/" + known).body.find("Issue receipt"), std::string::npos) << "once";
}

TEST_F(Donations, WhatIsRecordedStays) {
  const auto id = std::to_string(gift("50.00"));
  EXPECT_ANY_THROW(app_.broken_rule("UPDATE donation_parts SET gross_minor = 1"));
  EXPECT_EQ(app_.broken_rule("UPDATE donations SET fee_minor = 1, base_fee_minor = 1 WHERE id = " + id), "recorded_gift_never_changes");
}

}  // namespace
}  // namespace kindling
