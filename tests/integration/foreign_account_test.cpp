// Gifts on accounts of another currency than the platform's, through the real app: each currency balances by itself, each
// fund too, and the bank agrees with the ledger.
#include <gtest/gtest.h>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

class ForeignAccount : public ::testing::Test {
 protected:
  ForeignAccount() {
    account(kCrowns, "CZ6508000000192000145399", "CZK");
    account(kEuros, "BE68539007547034", "EUR");
  }
  static constexpr int kCrowns = 1, kEuros = 2;

  void account(int number, const char* iban, const char* currency) {
    const auto made = app_.json("POST", "/api/v1/bank-accounts",
                                R"({"name":"In )" + std::string(currency) + R"(","holder":"Sparks","iban":")" + iban +
                                    R"(","currency":")" + currency + R"(","opening_on":"2026-01-31","opening":"0.00"})");
    EXPECT_EQ(made.status, 201) << made.body;
    const auto mapped = app_.json("PUT", "/api/v1/bank-accounts/" + std::to_string(number) + "/csv-mapping",
                                  R"({"columns":{"booked_on":"Date","amount":"Amount","message":"Message"},)"
                                  R"("options":{"decimal":"point","dates":"iso"}})");
    EXPECT_EQ(mapped.status, 200) << mapped.body;
  }
  void publish(const char* currency, const char* rate) {
    EXPECT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ('" +
                               std::string(currency) + "', '2026-02-01', " + rate + ", false, 'ECB')"), "");
  }
  // The number of a line that a statement of its own brings.
  std::int64_t line(int account, const std::string& amount, const std::string& message = "", const std::string& day = "2026-02-02") {
    const auto sent = app_.json("POST", "/api/v1/bank-statements?account_id=" + std::to_string(account),
                                "Date,Amount,Message\n" + day + "," + amount + "," + message + "\n", {{"Content-Type", "text/csv"}});
    EXPECT_EQ(sent.status, 200) << sent.body;
    return app_.number("SELECT max(id) FROM bank_lines");
  }
  static std::string path_of(std::int64_t line) { return "/api/v1/bank-lines/" + std::to_string(line); }
  Answer act(std::int64_t line, const std::string& verb, const std::string& body) {
    return app_.json("POST", path_of(line) + verb, body, {{"If-Match", app_.get(path_of(line)).header("etag")}});
  }
  Answer match(std::int64_t line, const std::string& target, const std::string& more = "") {
    return act(line, "/match", R"({"target":")" + target + "\"" + more + "}");
  }
  Answer undo(std::int64_t line) {
    const auto match = app_.number("SELECT max(id) FROM bank_matches WHERE undoes_match_id IS NULL AND bank_line_id = " + std::to_string(line));
    return act(line, "/matches/" + std::to_string(match) + "/undo", R"({"reason":"Of another."})");
  }
  std::int64_t gift(const std::string& body) {
    const auto made = app_.json("POST", "/api/v1/donations", R"({"given_on":"2026-02-01","method":"bank_transfer",)" + body + "}");
    EXPECT_EQ(made.status, 201) << made.body;
    return std::stoll(text_at(made.json(), "id"));
  }
  std::vector<std::string> breaches(const std::string& body) {
    return app_.json("POST", "/api/v1/donations", R"({"given_on":"2026-02-01","method":"bank_transfer",)" + body + "}").breaches();
  }
  Value donation(std::int64_t id) { return app_.get("/api/v1/donations/" + std::to_string(id)).json(); }
  Answer verb(std::int64_t donation, const std::string& name, const std::string& body) {
    const auto path = "/api/v1/donations/" + std::to_string(donation);
    return app_.json("POST", path + "/" + name, body, {{"If-Match", app_.get(path).header("etag")}});
  }
  std::int64_t balance(const std::string& account, const std::string& currency, std::int64_t fund = 0) {
    return app_.number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM balances WHERE account_code = '" + account +
                       "' AND currency = '" + currency + "'" + (fund == 0 ? "" : " AND fund_id = " + std::to_string(fund)));
  }
  // Bank balance = ledger balance + listed differences: "bank ledger differences".
  std::string reconciled(int account) {
    const auto told = app_.get("/api/v1/bank-accounts/" + std::to_string(account) + "/reconciliation").json();
    EXPECT_EQ(text_at(told, "unexplained"), "0.00");
    return text_at(told, "bank") + " " + text_at(told, "ledger") + " " + text_at(told, "difference_count");
  }

  FundingApp app_;
};

TEST_F(ForeignAccount, ANewGiftStaysInItsCurrencyAndIsIncomeAtItsRate) {
  publish("CZK", "25");
  const auto arrived = line(kCrowns, "1000.00");
  const auto matched = match(arrived, "campaign:0");
  ASSERT_EQ(matched.status, 200) << matched.body;
  const auto given = donation(1);
  EXPECT_EQ(text_at(given, "gross") + " " + text_at(given, "currency"), "1000.00 CZK");
  EXPECT_EQ(text_at(given, "base_gross") + " " + text_at(given, "base_currency"), "40.00 EUR");
  EXPECT_EQ(text_at(given, "rate"), "25");
  EXPECT_EQ(text_at(given, "arrived_amount") + " " + text_at(given, "arrived_currency"), "1000.00 CZK");
  EXPECT_EQ(balance("bank", "CZK"), 100'000);
  EXPECT_EQ(balance("currency_clearing", "CZK"), -100'000);
  EXPECT_EQ(balance("currency_clearing", "EUR"), 4'000);
  EXPECT_EQ(balance("income_donations", "EUR"), -4'000);
  EXPECT_EQ(balance("income_donations", "CZK"), 0);
  EXPECT_EQ(balance("bank", "EUR"), 0);
  EXPECT_EQ(reconciled(kCrowns), "1000.00 1000.00 0");
  EXPECT_EQ(reconciled(kEuros), "0.00 0.00 0");
  const auto page = app_.get("/donations/1").body;
  EXPECT_NE(page.find("<dt>Reached the account</dt><dd>1,000.00 CZK</dd>"), std::string::npos) << page;
  EXPECT_NE(page.find("40.00 EUR at 25 CZK for one EUR"), std::string::npos);
  EXPECT_EQ(page.find("content:"), std::string::npos) << "nobody reads the reference that tells a line apart";
  EXPECT_EQ(app_.get("/donations").body.find("content:"), std::string::npos);
}

TEST_F(ForeignAccount, WithoutAPublishedRateTheFormAsksForIt) {
  const auto arrived = line(kCrowns, "1000.00");
  EXPECT_EQ(match(arrived, "campaign:0").breaches(), std::vector<std::string>{"rate:rate_is_missing"});
  EXPECT_EQ(match(arrived, "campaign:0", R"(,"rate":"25,5")").breaches(), std::vector<std::string>{"rate:not_a_rate"});
  const auto page = app_.get("/bank/lines/" + std::to_string(arrived)).body;
  EXPECT_NE(page.find("Of a gift: how many CZK make one EUR."), std::string::npos) << page;
  EXPECT_NE(page.find("<dd>none, statement CSV 2026-02-02 to 2026-02-02</dd>"), std::string::npos);
  ASSERT_EQ(match(arrived, "campaign:0", R"(,"rate":"25.5")").status, 200);
  EXPECT_EQ(text_at(donation(app_.number("SELECT max(id) FROM donations")), "base_gross"), "39.22");
  const auto euros = line(kEuros, "10.00");
  EXPECT_EQ(match(euros, "campaign:0", R"(,"rate":"25.5")").breaches(), std::vector<std::string>{"rate:foreign_gift_has_a_rate"});
  EXPECT_EQ(app_.get("/bank/lines/" + std::to_string(euros)).body.find("name=\"rate\""), std::string::npos);
}

TEST_F(ForeignAccount, ARefusedProposalKeepsWhatWasChosen) {
  const auto donor = app_.json("POST", "/api/v1/donors", R"({"name":"Ida Fictitious"})");
  const auto arrived = line(kCrowns, "500.00");
  const auto refused = app_.form("/bank/lines/" + std::to_string(arrived) + "/match", {{"target", "donor:" + text_at(donor.json(), "id")}, {"version", "1"}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("No rate is published for that day; enter how many CZK make one EUR."), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("value=\"donor:" + text_at(donor.json(), "id") + "\""), std::string::npos);
}

TEST_F(ForeignAccount, AReferenceFindsItsCampaignAndTheMoneyStaysInItsFund) {
  publish("CZK", "25");
  const auto made = app_.json("POST", "/api/v1/campaigns", R"({"name":"Night light","reference":"539007547034","restricted":true,)"
                                                           R"("purpose":"night shifts","starts_on":"2026-01-01"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto fund = app_.number("SELECT fund_id FROM campaigns");
  ASSERT_EQ(match(line(kCrowns, "1000.00"), "campaign:" + text_at(made.json(), "id")).status, 200);
  EXPECT_EQ(balance("bank", "CZK", fund), 100'000);
  EXPECT_EQ(balance("currency_clearing", "CZK", fund), -100'000);
  EXPECT_EQ(balance("currency_clearing", "EUR", fund), 4'000);
  EXPECT_EQ(balance("income_donations", "EUR", fund), -4'000);
  EXPECT_NE(app_.get("/donations/1").body.find("class=\"number\">40.00 EUR</td><td data-label=\"Cash in the fund now\" class=\"number\">1,000.00 CZK</td>"), std::string::npos);
}

TEST_F(ForeignAccount, APledgeInTheAccountsCurrencyIsProposedAndMet) {
  publish("CZK", "25");
  const auto donor = text_at(app_.json("POST", "/api/v1/donors", R"({"name":"Ida Fictitious"})").json(), "id");
  ASSERT_EQ(app_.json("POST", "/api/v1/pledges", R"({"donor_id":)" + donor + R"(,"amount":"500.00","currency":"CZK","cycle":"monthly",)"
                                                 R"("starts_on":"2026-02-02"})").status, 201);
  const auto arrived = line(kCrowns, "500.00", "Monthly gift " + text_at(app_.get("/api/v1/donors/" + donor).json(), "reference"));
  EXPECT_NE(app_.get(path_of(arrived) + "/proposals").body.find("\"target\":\"pledge:1\""), std::string::npos);
  ASSERT_EQ(match(arrived, "pledge:1").status, 200);
  EXPECT_EQ(text_at(donation(1), "pledge_id"), "1");
  EXPECT_EQ(reconciled(kCrowns), "500.00 500.00 0");
}

TEST_F(ForeignAccount, AnAwaitedGiftInTheAccountsCurrencyArrivesAsItIs) {
  const auto id = gift(R"("state":"pending","gross":"1000.00","fee":"10.00","currency":"CZK","rate":"25")");
  const auto arrived = line(kCrowns, "990.00");
  const auto proposals = app_.get(path_of(arrived) + "/proposals").body;
  EXPECT_NE(proposals.find("\"target\":\"donation:" + std::to_string(id) + "\""), std::string::npos) << proposals;
  EXPECT_NE(proposals.find("The amount is the same."), std::string::npos);
  ASSERT_EQ(match(arrived, "donation:" + std::to_string(id)).status, 200);
  EXPECT_EQ(balance("bank", "CZK"), 99'000);
  EXPECT_EQ(balance("donation_fees", "EUR"), 40);
  EXPECT_EQ(balance("currency_clearing", "EUR"), 3'960);
  EXPECT_EQ(balance("income_donations", "EUR"), -4'000);
  EXPECT_EQ(reconciled(kCrowns), "990.00 990.00 0");
}

TEST_F(ForeignAccount, AnAwaitedGiftThatTheBankExchangedShowsTheDifference) {
  publish("USD", "1.25");
  const auto id = gift(R"("state":"pending","gross":"100.00","currency":"USD")");  // 80.00 EUR
  const auto arrived = line(kEuros, "79.40");
  const auto proposals = app_.get(path_of(arrived) + "/proposals").body;
  EXPECT_NE(proposals.find("100.00 USD are about 80.00 EUR at the rate of the day."), std::string::npos) << proposals;
  ASSERT_EQ(match(arrived, "donation:" + std::to_string(id)).status, 200);
  EXPECT_EQ(balance("bank", "EUR"), 7'940);
  EXPECT_EQ(balance("exchange_differences", "EUR"), 60);
  EXPECT_EQ(balance("income_donations", "EUR"), -8'000);
  EXPECT_EQ(balance("currency_clearing", "EUR"), 0);
  EXPECT_EQ(reconciled(kEuros), "79.40 79.40 0");
  EXPECT_NE(app_.get("/donations/" + std::to_string(id)).body.find("79.40 EUR, exchange loss 0.60 EUR"), std::string::npos);
}

TEST_F(ForeignAccount, AnAwaitedGiftOfAThirdCurrencyIsWhatReachedTheAccount) {
  publish("USD", "1.25");
  publish("CZK", "25");
  const auto id = gift(R"("state":"pending","gross":"100.00","currency":"USD")");
  const auto arrived = line(kCrowns, "1990.00");
  EXPECT_NE(app_.get(path_of(arrived) + "/proposals").body.find("100.00 USD are about 2,000.00 CZK at the rate of the day."), std::string::npos);
  ASSERT_EQ(match(arrived, "donation:" + std::to_string(id)).status, 200);
  EXPECT_EQ(balance("bank", "CZK"), 199'000);
  EXPECT_EQ(balance("currency_clearing", "CZK"), -199'000);
  EXPECT_EQ(balance("currency_clearing", "EUR"), 8'000);
  EXPECT_EQ(balance("income_donations", "EUR"), -8'000);
  EXPECT_EQ(balance("bank", "USD"), 0);
  EXPECT_EQ(reconciled(kCrowns), "1990.00 1990.00 0");
  // Back in two parts: from the same account, and no haler stays.
  ASSERT_EQ(verb(id, "refund", R"({"amount":"33.33","booked_on":"2026-02-03","reason":"asked back"})").status, 200);
  EXPECT_EQ(balance("bank", "CZK"), 199'000 - 66'327);
  ASSERT_EQ(verb(id, "refund", R"({"amount":"66.67","booked_on":"2026-02-03","reason":"asked back"})").status, 200);
  for (const auto* code : {"bank", "currency_clearing", "income_donations"}) {
    EXPECT_EQ(balance(code, "CZK"), 0) << code;
    EXPECT_EQ(balance(code, "EUR"), 0) << code;
  }
}

TEST_F(ForeignAccount, ARefundLeavesTheAccountThatTheGiftCameTo) {
  publish("CZK", "25");
  ASSERT_EQ(match(line(kCrowns, "1000.00"), "campaign:0").status, 200);
  EXPECT_EQ(verb(1, "refund", R"({"amount":"250.00","booked_on":"2026-02-03","reason":"x","left_amount":"249.00"})").breaches(),
            std::vector<std::string>{"left_amount:refund_leaves_as_it_is"});
  ASSERT_EQ(verb(1, "refund", R"({"amount":"250.00","booked_on":"2026-02-03","reason":"asked back"})").status, 200);
  EXPECT_EQ(balance("bank", "CZK"), 75'000);
  EXPECT_EQ(balance("bank", "EUR"), 0);
  EXPECT_EQ(balance("income_donations", "EUR"), -3'000);
  EXPECT_EQ(balance("currency_clearing", "CZK"), -75'000);
  EXPECT_EQ(balance("currency_clearing", "EUR"), 3'000);
  const auto left = line(kCrowns, "-250.00", "", "2026-02-04");
  const auto entry = app_.number("SELECT entry_id FROM donation_refunds");
  EXPECT_NE(app_.get(path_of(left) + "/proposals").body.find("\"target\":\"entry:" + std::to_string(entry) + "\""), std::string::npos);
  ASSERT_EQ(match(left, "entry:" + std::to_string(entry)).status, 200);
  EXPECT_EQ(reconciled(kCrowns), "750.00 750.00 0");
}

TEST_F(ForeignAccount, AChargebackIsProposedOnTheAccountThatTheGiftCameToAndOnNoOther) {
  publish("CZK", "25");
  ASSERT_EQ(match(line(kCrowns, "1000.00"), "campaign:0").status, 200);
  EXPECT_EQ(match(line(kEuros, "-40.00"), "chargeback:1").breaches(), std::vector<std::string>{"target:other_currency"});
  const auto taken = line(kCrowns, "-1000.00", "", "2026-02-05");
  EXPECT_NE(app_.get(path_of(taken) + "/proposals").body.find("\"target\":\"chargeback:1\""), std::string::npos);
  ASSERT_EQ(match(taken, "chargeback:1").status, 200);
  EXPECT_EQ(text_at(donation(1), "state"), "charged_back");
  EXPECT_EQ(balance("currency_clearing", "EUR"), 0);
  EXPECT_EQ(reconciled(kCrowns), "0.00 0.00 0");
}

TEST_F(ForeignAccount, AChargebackOfAnExchangedGiftTakesWhatLeftTheAccount) {
  publish("USD", "1.25");
  const auto id = gift(R"("gross":"100.00","currency":"USD","arrived_amount":"79.40")");
  const auto taken = line(kEuros, "-80.10");
  EXPECT_NE(app_.get(path_of(taken) + "/proposals").body.find("\"target\":\"chargeback:" + std::to_string(id) + "\""), std::string::npos);
  ASSERT_EQ(match(taken, "chargeback:" + std::to_string(id)).status, 200);
  EXPECT_EQ(balance("bank", "EUR"), -70);
  EXPECT_EQ(balance("exchange_differences", "EUR"), 70);
  EXPECT_EQ(balance("income_donations", "EUR"), 0);
}

TEST_F(ForeignAccount, ARefundThatTheBankExchangedIsWhatLeftTheAccount) {
  const auto id = gift(R"("gross":"100.00","currency":"USD","rate":"1.25")");  // 80.00 EUR, on the account in EUR
  const auto page = app_.get("/donations/" + std::to_string(id)).body;
  EXPECT_NE(page.find("name=\"left_amount\""), std::string::npos);
  ASSERT_EQ(verb(id, "refund", R"({"amount":"50.00","booked_on":"2026-02-03","reason":"asked back","left_amount":"40.70"})").status, 200);
  EXPECT_EQ(balance("bank", "EUR"), 8'000 - 4'070);
  EXPECT_EQ(balance("exchange_differences", "EUR"), 70);
  EXPECT_EQ(balance("income_donations", "EUR"), -4'000);
  EXPECT_EQ(app_.get("/donations/" + std::to_string(gift(R"("gross":"5.00")"))).body.find("left_amount"), std::string::npos);
}

TEST_F(ForeignAccount, AnUndoneMatchLeavesNothingInAnyCurrencyNorAFee) {
  const auto id = gift(R"("state":"pending","gross":"1000.00","fee":"10.00","currency":"CZK","rate":"25")");
  const auto arrived = line(kCrowns, "990.00");
  ASSERT_EQ(match(arrived, "donation:" + std::to_string(id)).status, 200);
  ASSERT_EQ(undo(arrived).status, 200);
  for (const auto* code : {"bank", "currency_clearing", "income_donations", "donation_fees"}) {
    EXPECT_EQ(balance(code, "CZK"), 0) << code;
    EXPECT_EQ(balance(code, "EUR"), 0) << code;
  }
  EXPECT_EQ(reconciled(kCrowns), "990.00 0.00 1") << "the line alone: a gift and its refund say nothing to the bank";
  EXPECT_EQ(app_.get(path_of(arrived) + "/proposals").body.find("\"target\":\"entry:"), std::string::npos) << "what was undone is not proposed";
  EXPECT_EQ(match(arrived, "campaign:0", R"(,"rate":"25")").status, 200);
  EXPECT_EQ(reconciled(kCrowns), "990.00 990.00 0");
}

TEST_F(ForeignAccount, AnUndoneMatchInThePlatformsCurrencyLeavesNoFeeEither) {
  const auto id = gift(R"("state":"pending","gross":"50.00","fee":"1.20")");
  const auto arrived = line(kEuros, "48.80");
  ASSERT_EQ(match(arrived, "donation:" + std::to_string(id)).status, 200);
  EXPECT_EQ(balance("bank", "EUR"), 4'880);
  ASSERT_EQ(undo(arrived).status, 200);
  EXPECT_EQ(balance("bank", "EUR"), 0);
  EXPECT_EQ(balance("donation_fees", "EUR"), 0);
}

TEST_F(ForeignAccount, AGiftThatIsRefundedInPartKeepsItsMatch) {
  const auto id = gift(R"("state":"pending","gross":"100.00")");
  const auto arrived = line(kEuros, "100.00");
  ASSERT_EQ(match(arrived, "donation:" + std::to_string(id)).status, 200);
  ASSERT_EQ(verb(id, "refund", R"({"amount":"40.00","booked_on":"2026-02-07","reason":"asked back"})").status, 200);
  const auto kept = undo(arrived);
  EXPECT_EQ(kept.status, 409);
  EXPECT_EQ(kept.code(), "refunded_gift_keeps_its_match");
  EXPECT_EQ(balance("bank", "EUR"), 6'000);
  ASSERT_EQ(verb(id, "refund", R"({"amount":"60.00","booked_on":"2026-02-08","reason":"the rest"})").status, 200);
  EXPECT_EQ(balance("bank", "EUR"), 0);
}

TEST_F(ForeignAccount, MoneyExchangedBetweenOwnAccountsIsNeitherIncomeNorCost) {
  publish("CZK", "25");
  const auto made = app_.json("POST", "/api/v1/campaigns", R"({"name":"Night light","restricted":true,"purpose":"night shifts",)"
                                                           R"("starts_on":"2026-01-01"})");
  const auto fund = app_.number("SELECT fund_id FROM campaigns");
  ASSERT_EQ(match(line(kCrowns, "1000.00"), "campaign:" + text_at(made.json(), "id")).status, 200);
  const auto left = line(kCrowns, "-1000.00", "", "2026-02-06"), came = line(kEuros, "39.90", "", "2026-02-06");
  EXPECT_NE(app_.get("/bank/lines/" + std::to_string(left)).body.find("Between own accounts: Night light"), std::string::npos);
  const auto of_fund = "transfer:" + std::to_string(fund);
  EXPECT_EQ(match(left, "transfer:999").breaches(), std::vector<std::string>{"target:postings_fund_id_fkey"});
  // What is restricted is not freed by matching: it comes back to the fund that it left, and to no other.
  const auto keeps = std::vector<std::string>{"target:transfer_keeps_its_fund"};
  EXPECT_EQ(match(came, of_fund).breaches(), keeps) << "nothing has left the fund yet";
  ASSERT_EQ(match(left, of_fund).status, 200);
  EXPECT_EQ(match(came, "transfer:1").breaches(), keeps);
  ASSERT_EQ(match(came, of_fund).status, 200);
  EXPECT_EQ(balance("bank", "CZK", fund), 0);
  EXPECT_EQ(balance("bank", "EUR", fund), 3'990);
  EXPECT_EQ(balance("currency_clearing", "CZK", fund), 0);
  EXPECT_EQ(balance("currency_clearing", "EUR", fund), 10) << "what the exchange cost";
  EXPECT_EQ(balance("income_donations", "EUR"), -4'000);
  EXPECT_EQ(balance("income_other", "EUR"), 0);
  EXPECT_EQ(reconciled(kCrowns), "0.00 0.00 0");
  EXPECT_EQ(reconciled(kEuros), "39.90 39.90 0");
  ASSERT_EQ(undo(came).status, 200);
  EXPECT_EQ(balance("bank", "EUR", fund), 0);
  EXPECT_EQ(match(came, "transfer:1").breaches(), keeps) << "what was undone does not count";
  ASSERT_EQ(undo(left).status, 200);
  ASSERT_EQ(match(came, "transfer:1").status, 200);  // in whichever order the statements come
  EXPECT_EQ(match(left, of_fund).breaches(), keeps);
  ASSERT_EQ(match(left, "transfer:1").status, 200);
}

TEST_F(ForeignAccount, APaymentToAnAccountOfOurOwnIsProposedAsWhatItIs) {
  ASSERT_EQ(app_.json("PUT", "/api/v1/bank-accounts/1/csv-mapping",
                      R"({"columns":{"booked_on":"Date","amount":"Amount","iban":"IBAN"},"options":{"decimal":"point","dates":"iso"}})").status, 200);
  ASSERT_EQ(app_.json("POST", "/api/v1/bank-statements?account_id=1", "Date,Amount,IBAN\n2026-02-06,-1000.00,BE68 5390 0754 7034\n",
                      {{"Content-Type", "text/csv"}}).status, 200);
  const auto proposals = app_.get(path_of(1) + "/proposals").body;
  EXPECT_NE(proposals.find("\"target\":\"transfer:1\""), std::string::npos) << proposals;
  EXPECT_NE(proposals.find("Its IBAN is that of an account of our own."), std::string::npos);
}

TEST_F(ForeignAccount, AFormSaysWhatReachedTheAccountOrIsToldWhatIsWrong) {
  const std::string crowns = R"("gross":"1000.00","fee":"10.00","currency":"CZK","rate":"25")";
  const auto id = gift(crowns + R"(,"arrived_currency":"CZK")");
  EXPECT_EQ(text_at(donation(id), "arrived_amount"), "990.00");
  EXPECT_EQ(breaches(crowns + R"(,"arrived_currency":"CZK","arrived_amount":"1000.00")"),
            std::vector<std::string>{"arrived_amount:arrival_in_the_gifts_currency_is_its_net"});
  EXPECT_EQ(breaches(crowns + R"(,"arrived_currency":"USD")"), std::vector<std::string>{"arrived_amount:required"});
  EXPECT_EQ(breaches(crowns + R"(,"arrived_currency":"XXQ")"), std::vector<std::string>{"arrived_currency:unknown_currency"});
  EXPECT_EQ(breaches(crowns + R"(,"arrived_amount":"0.00")"), std::vector<std::string>{"arrived_amount:out_of_range"});
  EXPECT_EQ(breaches(crowns + R"(,"arrived_amount":"39.599")"), std::vector<std::string>{"arrived_amount:over_precise"});
  EXPECT_EQ(breaches(crowns + R"(,"state":"pending","arrived_currency":"CZK")"),
            std::vector<std::string>{"arrived_amount:only_money_that_cleared_has_an_arrival"});
  EXPECT_EQ(breaches(R"("gross":"10.00","arrived_amount":"9.99")"),
            std::vector<std::string>{"arrived_amount:arrival_in_the_gifts_currency_is_its_net"});
  const auto plain = gift(R"("gross":"10.00","arrived_currency":"EUR","arrived_amount":"10.00")");
  EXPECT_EQ(text_at(donation(plain), "arrived_amount"), "") << "nothing that the gift does not say";
}

TEST_F(ForeignAccount, TheDatabaseHoldsTheRulesByItself) {
  const auto id = std::to_string(gift(R"("gross":"1000.00","fee":"10.00","currency":"CZK","rate":"25","arrived_currency":"CZK")"));
  EXPECT_EQ(app_.broken_rule("UPDATE donations SET arrived_minor = arrived_minor - 1 WHERE id = " + id), "recorded_gift_never_changes");
  // Copies of the gift that say something else than its entry posts.
  const auto copy = [&](const std::string& currency, const std::string& minor, const std::string& state = "cleared") {
    return app_.broken_rule(
        "WITH e AS (INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) VALUES ('2026-02-01', "
        "'donation_cleared', 'donation', 900, 5, 1) RETURNING id), p AS (INSERT INTO postings (entry_id, line_no, account_code, fund_id, "
        "amount_minor, currency) SELECT e.id, p.line_no, p.account_code, p.fund_id, p.amount_minor, p.currency FROM e, postings p WHERE "
        "p.entry_id = (SELECT entry_id FROM donations WHERE id = " + id + ")), d AS (INSERT INTO donations (id, kind, state, given_on, "
        "cleared_on, method, reference, currency, gross_minor, fee_minor, rate, base_currency, base_gross_minor, base_fee_minor, entry_id, "
        "arrived_currency, arrived_minor) SELECT 900, kind, '" + state + "', given_on, CASE '" + state + "' WHEN 'cleared' THEN cleared_on END, "
        "method, 'copy', currency, gross_minor, fee_minor, rate, base_currency, base_gross_minor, base_fee_minor, CASE '" + state +
        "' WHEN 'cleared' THEN (SELECT id FROM e) END, " + currency + ", " + minor + " FROM donations WHERE id = " + id +
        ") INSERT INTO donation_parts (donation_id, position, fund_id, gross_minor) VALUES (900, 1, 1, 4000)");
  };
  EXPECT_EQ(copy("NULL", "NULL"), "donation_matches_entry");
  EXPECT_EQ(copy("'EUR'", "3960"), "donation_matches_entry");
  EXPECT_EQ(copy("'USD'", "99000"), "donation_matches_entry");
  EXPECT_EQ(copy("'CZK'", "98999"), "arrival_in_the_gifts_currency_is_its_net");
  EXPECT_EQ(copy("'CZK'", "NULL"), "arrival_is_whole");
  EXPECT_EQ(copy("'CZK'", "99000", "pending"), "only_money_that_cleared_has_an_arrival");
  EXPECT_EQ(copy("'CZK'", "99000"), "");
  // A refund out of another account than the gift came to.
  EXPECT_EQ(app_.broken_rule(
                "WITH e AS (INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) VALUES "
                "('2026-02-03', 'donation_refund', 'donation', " + id + ", 2, 1) RETURNING id), p AS (INSERT INTO postings (entry_id, line_no, "
                "account_code, fund_id, amount_minor, currency) SELECT id, n, a, 1, m, 'EUR' FROM e, (VALUES (1, 'income_donations', 4000), "
                "(2, 'bank', -4000)) x (n, a, m)) INSERT INTO donation_refunds (donation_id, kind, amount_minor, base_amount_minor, booked_on, "
                "reason, entry_id, created_by) SELECT " + id + ", 'refund', 100000, 4000, '2026-02-03', 'x', id, 1 FROM e"),
            "refund_matches_entry");
}

}  // namespace
}  // namespace kindling
