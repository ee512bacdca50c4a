// The exchange rates of a reporting period: each currency by itself, pinned when it is closed and not before they are final.
#include "support/reporting_periods.hpp"

namespace kindling {
namespace {

TEST_F(ReportingPeriods, PinTheirRatesAndShowTheDifferenceAsExchangeGainOrLoss) {
  award();  // Horizon Europe: the average of the reporting period
  plan("12");
  publish("CZK", "2025-02-14", "20.00");
  ASSERT_EQ(spend("A", "2025-02-14", "100000", "CZK"), "");  // 1,000.00 CZK at 20, the only rate: 50.00 EUR
  EXPECT_EQ(on_line(), 5'000);
  publish_year("CZK", "26.50");                               // the year's average is now (20 + 12 x 26.5) / 13 = 26
  close_whole(1);
  EXPECT_EQ(on_line(), 3'846);                                // 1,000 / 26 = 38.46
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM postings WHERE account_code = 'exchange_differences'"), 1'154);
  EXPECT_EQ(app_.number("SELECT grant_minor FROM expenditure_allocations"), 3'846);
  EXPECT_EQ(app_.number("SELECT (units_per_euro * 100)::bigint FROM reporting_period_rates"), 2'600);
  const auto before = statement(1);
  publish("CZK", "2025-03-03", "99.00");                      // a later import changes nothing
  EXPECT_EQ(statement(1), before);
  EXPECT_EQ(app_.number("SELECT grant_minor_of(" + id_ + ", 100000, 'CZK', '2025-02-14')"), 3'846);
  EXPECT_EQ(broken_rule({"UPDATE expenditure_allocations SET grant_minor = 1"}), "reported_amount_is_pinned");
  EXPECT_EQ(broken_rule({"UPDATE grants SET exchange_policy = 'booking_date'"}), "grant_exchange_policy_is_settled");
  EXPECT_ANY_THROW(broken_rule({"UPDATE reporting_period_rates SET units_per_euro = 1"}));
}

TEST_F(ReportingPeriods, CountFourCurrenciesApartAndNeverTogether) {
  award();
  ASSERT_EQ(broken_rule({"UPDATE grants SET exchange_policy = 'booking_date'"}), "");
  plan("12");
  publish("CZK", "2025-05-05", "25.00");
  publish("JPY", "2025-05-05", "160.00");
  ASSERT_EQ(broken_rule({"INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source, created_by) VALUES "
                         "('KWD', '2025-05-05', 0.32, true, 'Central Bank of Kuwait', 1)"}),
            "");
  ASSERT_EQ(spend("eur", "2025-05-05", "1000"), "");           // 10.00 EUR
  ASSERT_EQ(spend("czk", "2025-05-05", "25000", "CZK"), "");   // 250.00 CZK = 10.00 EUR
  ASSERT_EQ(spend("jpy", "2025-05-05", "1600", "JPY"), "");    // 1,600 JPY = 10.00 EUR
  ASSERT_EQ(spend("kwd", "2025-05-05", "3200", "KWD"), "");    // 3.200 KWD = 10.00 EUR
  close_whole(1);
  EXPECT_NE(statement(1).find(R"("direct":"40.00")"), std::string::npos) << statement(1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM reporting_period_rates"), 3);
  EXPECT_EQ(app_.number("SELECT count(*) FROM entries WHERE kind = 'exchange_difference'"), 0);
}

TEST_F(ReportingPeriods, AreNotClosedBeforeTheRatesReachTheirEnd) {
  award();  // Horizon Europe: the average of the reporting period
  plan("12");
  publish("CZK", "2025-02-14", "25.00");
  ASSERT_EQ(spend("A", "2025-02-14", "100000", "CZK"), "");
  ASSERT_EQ(begin(1), "");
  EXPECT_EQ(close(1, bo_, "never mind"), "checklist_is_open");
  publish_year("CZK", "25.00");
  EXPECT_EQ(close(1, bo_, "The originals are with the auditor."), "");
}

}  // namespace
}  // namespace kindling
