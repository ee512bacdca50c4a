// What an exchange wins or loses is no cost: it stands on no line, is declared to nobody, and takes nothing off what is
// available; the fund's money has moved by it, and every statement shows it in a place of its own.
#include <gtest/gtest.h>

#include "reports/financial_activities/financial_activities.hpp"
#include "support/statement_app.hpp"

namespace kindling {
namespace {

class ExchangeDifferences : public ::testing::Test {
 protected:
  // 2,500.00 CZK are booked at 25, which is 100.00 EUR; the half-year is closed at its average of 20, which is 125.00; and
  // 130.00 leave the account. So 25.00 are won at the closing and 30.00 lost at the payment.
  ExchangeDifferences() : grant_(app_.grant_of({{"WP1", "c3", 0, "1000.00"}})) {
    app_.plan_periods(grant_, 6);
    app_.receive(grant_, "500.00", "2026-02-01");
    publish("2026-03-10", "25");
    cost_ = app_.approved(R"({"kind":"invoice","document_number":"K-1","document_on":"2026-03-10","description":"Lamps",)"
                          R"("currency":"CZK","amount":"2500.00","supplier_id":)" + std::to_string(app_.supplier()) +
                          R"(,"allocations":[{"used_as":"claimed","budget_line_id":)" + std::to_string(grant_.lines[0]) + "}]}");
    publish("2026-03-20", "15");
    for (const auto* month : {"01", "02", "04", "05", "06", "07"}) publish("2026-" + std::string(month) + "-15", "20");
    app_.close_period(grant_, 1);
    const auto paid = app_.act(cost_, "pay", R"({"paid_on":"2026-07-10","paid_amount":"130.00","paid_currency":"EUR"})");
    EXPECT_EQ(paid.status, 200) << paid.body;
  }
  void publish(const std::string& day, const std::string& rate) {
    EXPECT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ('CZK', '" +
                               day + "', " + rate + ", false, 'ECB')"), "");
  }
  Value get(const std::string& path) {
    const auto answer = app_.get("/api/v1/grants/" + std::to_string(grant_.id) + path);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  // An entry of the grant's fund whose first posting is this one; the rule that it breaks.
  std::string post(const std::string& account, const std::string& line) {
    return app_.broken_rule(
        "WITH entry AS (INSERT INTO entries (booked_on, kind, posting_count, actor_id) VALUES ('2026-08-01', 'test', 2, 1) "
        "RETURNING id) INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency) "
        "SELECT id, 1, '" + account + "', " + std::to_string(grant_.fund_id) + ", " + line + ", 5, 'EUR' FROM entry UNION ALL "
        "SELECT id, 2, 'bank', " + std::to_string(grant_.fund_id) + ", NULL, -5, 'EUR' FROM entry");
  }

  StatementApp app_;
  SpendingGrant grant_;
  std::int64_t cost_ = 0;
};

TEST_F(ExchangeDifferences, AreLeftOutOfSpentAvailableAndForecast) {
  EXPECT_EQ(app_.balance("exchange_differences"), 500);
  const auto budget = get("/budget?as_of=2026-12-31");
  const auto& direct = *budget.find("direct");
  EXPECT_EQ(text_at(direct, "spent"), "125.00");
  EXPECT_EQ(text_at(direct, "available"), "875.00");
  const auto why = get("/budget/why?figure=spent&code=direct&as_of=2026-12-31");
  const auto& entries = std::get<Value::Array>(why.find("items")->data());
  ASSERT_EQ(entries.size(), 2U);  // the closing, and the cost
  EXPECT_EQ(text_at(entries[0], "amount") + " " + text_at(entries[1], "amount"), "25.00 100.00");
  const auto at_the_end = get("/budget?as_of=2028-12-31");
  EXPECT_EQ(text_at(*at_the_end.find("direct"), "forecast"), "125.00");
}

TEST_F(ExchangeDifferences, AreShownBesideTheStatementAndDeclaredToNobody) {
  const auto path = "/grants/" + std::to_string(grant_.id) + "/periods/";
  const auto statement = get("/periods/1/statement");
  EXPECT_EQ(text_at(*statement.find("consolidated")->find("costs"), "direct"), "125.00");
  EXPECT_NE(app_.get("/api/v1" + path + "1/statement").body.find(
                R"("exchange_differences":[{"at":"closing","result":"gain","currency":"EUR","amount":"25.00","entry_id":null}])"),
            std::string::npos);
  EXPECT_NE(app_.get("/api/v1" + path + "2/statement").body.find(
                R"("exchange_differences":[{"at":"payment","result":"loss","currency":"EUR","amount":"30.00","entry_id":null}])"),
            std::string::npos);
  EXPECT_NE(app_.get(path + "1").body.find("<strong>Gain 25.00 EUR</strong>"), std::string::npos);
  EXPECT_EQ(app_.get(path + "3").body.find("Exchange gains and losses"), std::string::npos);
}

TEST_F(ExchangeDifferences, HaveARowOfTheirOwnInTheStatementOfFinancialActivities) {
  const auto report = app_.sealed([&](const SealedSnapshot& snapshot) {
    return query_financial_activities(snapshot, {.year = 2026, .currency = Currency::of("EUR"), .platform = "Sparks"});
  });
  const auto restricted = activity_column(report, report.currencies[0], ActivityFunds::kRestricted, false);
  EXPECT_EQ(restricted.expenditure(), 12'500);
  EXPECT_EQ(restricted.at(ActivityRow::kExchange), -500);
  EXPECT_EQ(restricted.carried_forward(), 50'000 - 12'500 - 500);  // what is in the bank: 500.00 less 130.00
  EXPECT_EQ(report.currencies[0].ledger.restricted_minor, 37'000);
}

TEST_F(ExchangeDifferences, AreNoExpensesOfTheMonths) {
  const auto answer = app_.get("/api/v1/insight/sustainability?as_of=2026-10-31");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(text_at(answer.json(), "expenses"), "125.00");
  EXPECT_EQ(text_at(answer.json(), "cash"), "370.00");
}

TEST_F(ExchangeDifferences, StandOnNoLineWhateverTheServiceDoes) {
  EXPECT_EQ(post("exchange_differences", std::to_string(grant_.lines[0])), "exchange_difference_is_no_cost");
  EXPECT_EQ(post("exchange_differences", "NULL::bigint"), "");
  EXPECT_EQ(post("expense_direct", std::to_string(grant_.lines[0])), "");
}

}  // namespace
}  // namespace kindling
