// Exchange rates: which one counts, how amounts are converted, and what a grant's policy makes of them.
#include <gtest/gtest.h>

#include <string>

#include "ledger/record_exchange_rate.hpp"
#include "storage/database.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

class ExchangeRates : public ::testing::Test {
 protected:
  void publish(const std::string& currency, const std::string& day, const std::string& rate) {
    ASSERT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ('" +
                               currency + "', '" + day + "', " + rate + ", false, 'ECB')"),
              "");
  }
  void enter(const std::string& currency, const std::string& day, const std::string& rate) {
    ASSERT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source, created_by) "
                               "VALUES ('" + currency + "', '" + day + "', " + rate + ", true, 'Central bank', 1)"),
              "");
  }
  std::int64_t converted(const std::string& minor, const std::string& from, const std::string& to,
                         const std::string& from_rate, const std::string& to_rate) {
    return app_.number("SELECT converted_minor(" + minor + ", '" + from + "', '" + to + "', " + from_rate + ", " +
                       to_rate + ")");
  }
  // In the grant's currency; -1 where a rate is missing.
  std::int64_t of_grant(std::int64_t grant, const std::string& minor, const std::string& currency, const std::string& day) {
    return app_.number("SELECT COALESCE(grant_minor_of(" + std::to_string(grant) + ", " + minor + ", '" + currency +
                       "', '" + day + "'), -1)");
  }
  void set_policy(std::int64_t grant, const std::string& policy) {
    ASSERT_EQ(app_.broken_rule("UPDATE grants SET exchange_policy = '" + policy + "' WHERE id = " + std::to_string(grant)),
              "");
  }

  Result<ImportedRates> import(const std::string& csv) {
    const Actor nobody;
    return in_transaction(app_.database(), nobody, "test", {},
                          [&](Transaction& transaction) { return import_exchange_rates(transaction, csv); });
  }

  FundingApp app_;
};

TEST_F(ExchangeRates, ConvertAmountsOfZeroTwoAndThreeDecimals) {
  EXPECT_EQ(converted("100000", "CZK", "EUR", "25.1", "1"), 3984);          // 1,000.00 CZK = 39.8406... EUR
  EXPECT_EQ(converted("100000", "EUR", "JPY", "1", "160.25"), 160250);      // 1,000.00 EUR
  EXPECT_EQ(converted("1000", "JPY", "KWD", "160.25", "0.33"), 2059);       // 1,000 JPY = 2.05928... KWD
  EXPECT_EQ(converted("12345", "KWD", "EUR", "0.33", "1"), 3741);           // 12.345 KWD = 37.409... EUR
  EXPECT_EQ(converted("12345", "KWD", "KWD", "0.33", "0.33"), 12345);
}

TEST_F(ExchangeRates, RoundOnceHalfAwayFromZero) {
  EXPECT_EQ(converted("1", "EUR", "JPY", "1", "50"), 1);        // half a yen
  EXPECT_EQ(converted("-1", "EUR", "JPY", "1", "50"), -1);
  EXPECT_EQ(converted("1", "EUR", "JPY", "1", "49.99999999"), 0);
  // A third is not rounded before it is multiplied again: 1 / 3 * 1.5 is exactly a half.
  EXPECT_EQ(converted("1", "CZK", "USD", "3", "1.5"), 1);
}

TEST_F(ExchangeRates, TheLastRateServesForTenDaysAndNoLonger) {
  publish("CZK", "2026-01-02", "25.10");
  EXPECT_EQ(app_.number("SELECT count(rate_on('CZK', '2026-01-12'))"), 1);
  EXPECT_EQ(app_.number("SELECT count(rate_on('CZK', '2026-01-13'))"), 0);
  EXPECT_EQ(app_.number("SELECT count(rate_on('CZK', '2026-01-01'))"), 0);
}

TEST_F(ExchangeRates, TheNewestManualRateWinsOverThePublishedOneUntilItIsWithdrawn) {
  publish("CZK", "2026-01-02", "25.10");
  enter("CZK", "2026-01-02", "25.50");
  enter("CZK", "2026-01-02", "25.40");
  EXPECT_EQ(app_.number("SELECT (rate_on('CZK', '2026-01-02') * 100)::bigint"), 2540);
  EXPECT_EQ(app_.number("SELECT count(*) FROM exchange_rates"), 3);
  ASSERT_EQ(app_.broken_rule("UPDATE exchange_rates SET withdrawn_by = 1, withdrawn_at = now(), withdrawn_reason = 'typed' "
                             "WHERE manual"),
            "");
  EXPECT_EQ(app_.number("SELECT (rate_on('CZK', '2026-01-02') * 100)::bigint"), 2510);
}

TEST_F(ExchangeRates, HoldTheirRules) {
  publish("CZK", "2026-01-02", "25.10");
  const std::string insert = "INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ";
  EXPECT_EQ(app_.broken_rule(insert + "('CZK', '2026-01-02', 25.2, false, 'ECB')"), "published_rate_stands_once");
  EXPECT_EQ(app_.broken_rule(insert + "('CZK', '2026-01-03', 25.2, true, 'me')"), "manual_rate_has_an_author");
  EXPECT_EQ(app_.broken_rule(insert + "('CZK', '2026-01-03', 0, false, 'ECB')"), "exchange_rate_is_positive");
  EXPECT_EQ(app_.broken_rule(insert + "('EUR', '2026-01-03', 1, false, 'ECB')"), "exchange_rate_is_not_of_the_euro");
  EXPECT_EQ(app_.broken_rule(insert + "('CZK', '2026-01-03', 25.2, false, '')"), "exchange_rate_has_a_source");
  EXPECT_EQ(app_.broken_rule("UPDATE exchange_rates SET withdrawn_by = 1, withdrawn_at = now(), withdrawn_reason = 'x'"),
            "only_manual_rates_are_withdrawn");
  EXPECT_ANY_THROW(app_.broken_rule("UPDATE exchange_rates SET units_per_euro = 1"));
}

TEST_F(ExchangeRates, EachPolicyCountsAtItsOwnRate) {
  const auto grant = app_.record_grant();  // EUR, 2026-01-01 to 2028-12-31
  set_policy(grant, "booking_date");
  publish("CZK", "2026-01-02", "24.00");
  publish("CZK", "2026-01-30", "26.00");
  publish("CZK", "2026-02-02", "28.00");
  EXPECT_EQ(of_grant(grant, "100000", "CZK", "2026-01-02"), 4167);  // the day's 24
  EXPECT_EQ(of_grant(grant, "100000", "CZK", "2026-01-20"), -1);    // none of the last ten days
  EXPECT_EQ(of_grant(grant, "100000", "CZK", "2026-01-31"), 3846);  // the last one, 26
  set_policy(grant, "month_average");
  EXPECT_EQ(of_grant(grant, "100000", "CZK", "2026-01-20"), 4000);  // (24 + 26) / 2
  EXPECT_EQ(of_grant(grant, "100000", "CZK", "2026-02-27"), 3571);  // 28
  set_policy(grant, "period_average");
  EXPECT_EQ(of_grant(grant, "100000", "CZK", "2026-01-20"), 4000);  // no period yet: its month
  ASSERT_EQ(app_.broken_rule("INSERT INTO reporting_periods (grant_id, number, starts_on, ends_on) VALUES (" +
                             std::to_string(grant) + ", 1, '2026-01-01', '2026-12-31')"),
            "");
  EXPECT_EQ(of_grant(grant, "100000", "CZK", "2026-01-20"), 3846);  // (24 + 26 + 28) / 3
}

TEST_F(ExchangeRates, FourCurrenciesAreCountedEachAtItsOwnRateInAGrantThatIsNotInEuro) {
  const auto body = app_.grant_body({{"currency", "\"CZK\""}});
  const auto grant = std::stoll(text_at(app_.json("POST", "/api/v1/grants", body).json(), "id"));
  publish("CZK", "2026-03-02", "25.00");
  publish("JPY", "2026-03-02", "160.00");
  enter("KWD", "2026-03-02", "0.32000000");
  EXPECT_EQ(of_grant(grant, "100", "EUR", "2026-03-02"), 2500);    // 1.00 EUR = 25.00 CZK
  EXPECT_EQ(of_grant(grant, "32", "JPY", "2026-03-02"), 500);      // 32 JPY = 0.20 EUR = 5.00 CZK
  EXPECT_EQ(of_grant(grant, "32", "KWD", "2026-03-02"), 250);      // 0.032 KWD = 0.10 EUR = 2.50 CZK
  EXPECT_EQ(of_grant(grant, "777", "CZK", "2026-03-02"), 777);
  EXPECT_EQ(of_grant(grant, "100", "USD", "2026-03-02"), -1);
}

TEST_F(ExchangeRates, AreImportedOnceHoweverOftenTheFileComes) {
  const std::string file = "Date,USD,JPY,CYP,CZK,\n2026-01-05,1.0412,N/A,N/A,25.2,\n2026-01-02,1.0321,162.43,N/A,25.1,\n";
  EXPECT_EQ(import(file)->stored.added, 5);
  EXPECT_EQ(import(file)->stored.added, 0);
  EXPECT_EQ(import("Date,CZK\n2026-01-06,25.3\n2026-01-05,25.2\n")->stored.added, 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM exchange_rates WHERE source = 'ECB' AND NOT manual"), 6);
}

TEST_F(ExchangeRates, AreNotOverwrittenByAFileThatSaysSomethingElse) {
  ASSERT_TRUE(import("Date,USD,CZK\n2026-01-05,1.04,25.2\n").ok());
  const auto again = import("Date,USD,CZK\n2026-01-05,1.04,25.9\n");
  EXPECT_EQ(again->stored.deviating, 1);
  ASSERT_EQ(again->stored.deviations.size(), 1u);
  EXPECT_EQ(again->stored.deviations[0].in_file.line, 2u);
  EXPECT_EQ(again->stored.deviations[0].in_file.column, 3u);
  EXPECT_EQ(to_string(again->stored.deviations[0].stored), "25.2");
  EXPECT_EQ(app_.number("SELECT (rate_on('CZK', '2026-01-05') * 100)::bigint"), 2520);
}

TEST_F(ExchangeRates, AreNotImportedFromAFileWithOneMalformedCell) {
  const auto refused = import("Date,USD,CZK\n2026-01-05,1.04,25.2\n2026-01-02,1.03,25,1\n");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().fields[0].field, "file");
  EXPECT_EQ(refused.error().fields[0].message, "Line 3: it has 4 cells, the first line has 3.");
  EXPECT_EQ(app_.number("SELECT count(*) FROM exchange_rates"), 0);
}

TEST_F(ExchangeRates, AreEnteredByHandWithTheirSourceAndWithdrawnWithAReason) {
  const auto path = std::string("/api/v1/exchange-rates");
  const auto refused = app_.json("POST", path, R"({"currency":"EUR","on_date":"2026-01-05","units_per_euro":"1","source":"x"})");
  EXPECT_EQ(refused.breaches(), (std::vector<std::string>{"currency:not_of_the_euro"}));
  const auto made = app_.json("POST", path, R"({"currency":"KWD","on_date":"2026-01-05","units_per_euro":"0.331","source":"Central bank"})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made.json(), "author_name"), "Ada");
  const auto id = text_at(made.json(), "id");
  EXPECT_EQ(app_.json("POST", path + "/" + id + "/withdraw", "{}").breaches(), (std::vector<std::string>{"reason:required"}));
  ASSERT_EQ(app_.json("POST", path + "/" + id + "/withdraw", R"({"reason":"typed twice"})").status, 200);
  EXPECT_EQ(app_.json("POST", path + "/" + id + "/withdraw", R"({"reason":"again"})").code(), "rate_is_withdrawn");
  publish("KWD", "2026-01-06", "0.4");
  const auto published = app_.number("SELECT id FROM exchange_rates WHERE NOT manual");
  EXPECT_EQ(app_.json("POST", path + "/" + std::to_string(published) + "/withdraw", R"({"reason":"no"})").code(),
            "rate_is_published");
  const auto list = app_.get(path + "?currency=KWD", {{"Accept", "text/csv"}});
  EXPECT_EQ(list.body.substr(0, list.body.find('\r')), "id,currency,on_date,units_per_euro,manual,source,author_name,effective");
  EXPECT_EQ(app_.get(path + "?currency=XXX").breaches(), (std::vector<std::string>{"currency:unknown_currency"}));
}

}  // namespace
}  // namespace kindling
