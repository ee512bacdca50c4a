// A cost paid from an account in another currency, through the real app: what left the account beside what was booked is a
// gain or a loss of the exchange, in the account's own currency, on the page, in JSON and in the ledger.
#include <gtest/gtest.h>

#include "support/spending_app.hpp"

namespace kindling {
namespace {

class PaymentInAnotherCurrency : public ::testing::Test {
 protected:
  void publish(const std::string& currency, const std::string& day, const std::string& rate) {
    ASSERT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ('" +
                               currency + "', '" + day + "', " + rate + ", false, 'ECB')"), "");
  }
  // An approved invoice of 10 March in `currency`, whole on one allocation.
  std::int64_t approved(const std::string& number, const std::string& amount, const std::string& currency,
                        const std::string& allocation) {
    const auto id = app_.submitted(R"({"kind":"invoice","document_number":")" + number +
                                   R"(","document_on":"2026-03-10","description":"Lamps","currency":")" + currency +
                                   R"(","amount":")" + amount + R"(","supplier_id":)" + std::to_string(app_.supplier()) +
                                   R"(,"allocations":[)" + allocation + "]}");
    EXPECT_EQ(app_.as_bert(id, "approve"), "");
    return id;
  }
  static std::string claim(std::int64_t line) { return R"({"used_as":"claimed","budget_line_id":)" + std::to_string(line) + "}"; }
  Answer pay(std::int64_t id, const std::string& amount, const std::string& currency) {
    return app_.act(id, "pay", R"({"paid_on":"2026-04-01","paid_amount":")" + amount + R"(","paid_currency":")" + currency + "\"}");
  }
  static std::string differences(const Answer& answer) {
    const auto at = answer.body.find("\"exchange_differences\":");
    return at == std::string::npos ? "" : answer.body.substr(at + 23, answer.body.find(']', at) - at - 22);
  }

  SpendingApp app_;
};

TEST_F(PaymentInAnotherCurrency, OfAClaimPostsTheLossAgainstWhatWasBooked) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  publish("CZK", "2026-03-10", "25");
  const auto id = approved("R-1", "2500.00", "CZK", claim(grant.lines[0]));  // 100.00 EUR
  const auto paid = pay(id, "101.20", "EUR");
  ASSERT_EQ(paid.status, 200) << paid.body;
  EXPECT_EQ(app_.balance("bank", "EUR"), -10'120);
  EXPECT_EQ(app_.balance("bank", "CZK"), 0);
  EXPECT_EQ(app_.balance("payables", "CZK"), 0);
  EXPECT_EQ(app_.balance("currency_clearing", "EUR"), 0);
  EXPECT_EQ(app_.balance("currency_clearing", "CZK"), 0);
  EXPECT_EQ(app_.balance("expense_direct", "EUR"), 10'000);
  EXPECT_EQ(app_.balance("exchange_differences", "EUR"), 120);
  const auto entry = text_at(paid.json(), "payment_entry_id");
  EXPECT_EQ(differences(paid), R"([{"at":"payment","result":"loss","currency":"EUR","amount":"1.20","entry_id":)" + entry + "}]");
  EXPECT_EQ(text_at(paid.json(), "paid_amount"), "101.20");
  const auto page = app_.get("/expenditures/" + std::to_string(id)).body;
  EXPECT_NE(page.find("Exchange loss 1.20 EUR</strong>, when it was paid"), std::string::npos);
  EXPECT_NE(page.find("/ledger/entries/" + entry), std::string::npos);
}

TEST_F(PaymentInAnotherCurrency, OfAnOwnCostIsMeasuredAgainstTheRateOfTheDocumentsDay) {
  publish("JPY", "2026-03-10", "160");
  publish("KWD", "2026-03-10", "0.32");
  const auto yen = approved("J-1", "16000", "JPY", R"({"used_as":"own"})");  // 100.00 EUR, 32.000 KWD
  const auto paid = pay(yen, "31.750", "KWD");
  ASSERT_EQ(paid.status, 200) << paid.body;
  EXPECT_EQ(app_.balance("expense_direct", "JPY"), 16'000);
  EXPECT_EQ(app_.balance("payables", "JPY"), 0);
  EXPECT_EQ(app_.balance("bank", "KWD"), -31'750);
  EXPECT_EQ(app_.balance("exchange_differences", "KWD"), -250);
  EXPECT_NE(differences(paid).find(R"("result":"gain","currency":"KWD","amount":"0.250")"), std::string::npos);
}

TEST_F(PaymentInAnotherCurrency, IsSplitOverTheFundsWithoutLosingACentAndNeverSumsTwoCurrencies) {
  const auto one = app_.grant({{"c3", "1000.00"}}), two = app_.grant({{"c3", "100000.00"}}, "stop", "CZK");
  publish("CZK", "2026-03-10", "25");
  const auto id = approved("R-1", "3000.00", "CZK",
                           R"({"used_as":"claimed","share":"33.33","budget_line_id":)" + std::to_string(one.lines[0]) +
                               R"(},{"used_as":"claimed","budget_line_id":)" + std::to_string(two.lines[0]) + "}");
  ASSERT_EQ(pay(id, "120.01", "EUR").status, 200);
  EXPECT_EQ(app_.balance("bank", "EUR"), -12'001);
  EXPECT_EQ(app_.balance("exchange_differences", "EUR"), 1);  // 999.90 CZK = 40.00 EUR, 2000.10 CZK = 80.00 EUR
  EXPECT_EQ(app_.number("SELECT count(*) FROM (SELECT 1 FROM postings GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0) x"), 0);
}

TEST_F(PaymentInAnotherCurrency, KnownWhenItIsEnteredIsPostedWithTheApproval) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  publish("CZK", "2026-03-10", "25");
  auto body = app_.invoice("R-1", "2500.00", grant.lines[0], R"(,"paid_on":"2026-03-12","paid_amount":"99.00","paid_currency":"EUR")");
  body.replace(body.find("\"currency\":\"EUR\""), 16, "\"currency\":\"CZK\"");
  const auto id = app_.submitted(body);
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  EXPECT_EQ(app_.balance("bank", "EUR"), -9'900);
  EXPECT_EQ(app_.balance("exchange_differences", "EUR"), -100);
}

TEST_F(PaymentInAnotherCurrency, WaitsForARateAndSaysSo) {
  const auto id = approved("R-1", "2500.00", "CZK", R"({"used_as":"own"})");
  EXPECT_EQ(pay(id, "100.00", "EUR").breaches(), std::vector<std::string>{"paid_currency:exchange_rate_is_missing"});
  EXPECT_EQ(pay(id, "100.00", "CZK").breaches(), std::vector<std::string>{"paid_currency:paid_in_the_same_currency"});
  EXPECT_EQ(app_.number("SELECT count(*) FROM entries WHERE kind = 'expenditure_paid'"), 0);
  publish("CZK", "2026-03-10", "25");
  EXPECT_EQ(pay(id, "100.00", "EUR").status, 200);
}

TEST_F(PaymentInAnotherCurrency, FormKeepsWhatWasTyped) {
  const auto id = approved("R-1", "2500.00", "CZK", R"({"used_as":"own"})");
  const auto refused = app_.form("/expenditures/" + std::to_string(id) + "/pay",
                                 {{"version", std::to_string(app_.version(id))}, {"paid_on", "2026-04-01"},
                                  {"paid_amount", "98.7x"}, {"paid_currency", "EUR"}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("value=\"98.7x\""), std::string::npos);
  EXPECT_NE(refused.body.find("Enter an amount such as"), std::string::npos);
}

// The ledger takes only a payment that settles what is owed with what left the account.
TEST_F(PaymentInAnotherCurrency, SettlesExactlyWhatIsOwed) {
  const auto id = std::to_string(approved("R-1", "2500.00", "CZK", R"({"used_as":"own"})"));
  const auto with = [&](const std::string& postings, int count, const std::string& set) {
    return app_.broken_rule(
        "WITH e AS (INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) VALUES "
        "('2026-04-01', 'expenditure_paid', 'expenditure', " + id + ", " + std::to_string(count) + ", 1) RETURNING id), p AS ("
        "INSERT INTO postings (entry_id, line_no, account_code, fund_id, amount_minor, currency) SELECT e.id, v.* FROM e, (VALUES " +
        postings + ") v RETURNING 1) UPDATE expenditures SET payment_entry_id = e.id, paid_on = '2026-04-01'" + set +
        " FROM e WHERE expenditures.id = " + id);
  };
  const std::string rule = "payment_settles_the_cost";
  const std::string in_euro = ", paid_currency = 'EUR', paid_minor = 9900";
  const std::string cleared = "(1::smallint, 'payables', 1, 250000::bigint, 'CZK'), (2, 'currency_clearing', 1, -250000, 'CZK'), ";
  EXPECT_EQ(with("(1::smallint, 'payables', 1, 249999::bigint, 'CZK'), (2, 'bank', 1, -249999, 'CZK')", 2, ""), rule);
  EXPECT_EQ(with(cleared + "(3, 'bank', 1, -9800, 'EUR'), (4, 'currency_clearing', 1, 9800, 'EUR')", 4, in_euro), rule);
  EXPECT_EQ(with("(1::smallint, 'payables', 1, 250000::bigint, 'CZK'), (2, 'receivables', 1, -250000, 'CZK')", 2, ""), rule);
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET paid_currency = 'EUR'"), "payment_in_another_currency_is_whole");
  EXPECT_EQ(app_.broken_rule("UPDATE expenditures SET paid_currency = 'CZK', paid_minor = 1, paid_on = '2026-04-01'"),
            "payment_in_another_currency_is_whole");
  EXPECT_EQ(with(cleared + "(3, 'bank', 1, -9900, 'EUR'), (4, 'currency_clearing', 1, 9900, 'EUR')", 4, in_euro), "");
}

}  // namespace
}  // namespace kindling
