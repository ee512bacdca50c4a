// Line h of the EU's financial statement: a partner may ask for less than the funding rate gives, never for more.
#include <gtest/gtest.h>

#include "reports/eu_financial_statement/eu_financial_statement.hpp"
#include "support/statement_app.hpp"

namespace kindling {
namespace {

const Period kFirstYear{Date::of("2026-01-01"), Date::of("2026-12-31")};

class RequestedContribution : public ::testing::Test {
 protected:
  // At 25 % and 70 %: the first partner's maximum is 8,750.00, the second one's 1,050.00.
  RequestedContribution() {
    grant_ = app_.grant_of({{"WP1", "a1", 1, "50000.00"}, {"WP2", "b", 2, "10000.00"}}, {{"funding_rate", "\"70\""}});
    app_.plan_periods(grant_, 12);
    app_.approved(app_.invoice("T-1", "10000.00", grant_.lines[0]));
    app_.approved(app_.invoice("S-1", "1500.00", grant_.lines[1]));
    path_ = "/api/v1/grants/" + std::to_string(grant_.id) + "/periods/1/contribution";
    partner_ = app_.number("SELECT id FROM grant_partners WHERE position = 1 AND grant_id = " + std::to_string(grant_.id));
  }
  Answer ask(const std::string& amount, const std::string& version = "") {
    const auto known = version.empty() ? app_.get(path_).header("etag") : version;
    return app_.json("PUT", path_, R"({"partners":[{"partner_id":)" + std::to_string(partner_) + R"(,"amount":)" + amount + "}]}",
                     {{"If-Match", known}});
  }
  EuFinancialStatement statement() {
    return *app_.sealed([&](const SealedSnapshot& snapshot) {
      return query_eu_financial_statement(snapshot, {.grant_id = grant_.id, .period = kFirstYear, .platform = "Sparks"});
    });
  }
  std::string requested() {
    return text_at(*app_.get("/api/v1/grants/" + std::to_string(grant_.id) + "/periods/1/statement").json().find("consolidated"), "requested");
  }

  StatementApp app_;
  SpendingGrant grant_;
  std::string path_;
  std::int64_t partner_ = 0;
};

TEST_F(RequestedContribution, IsTheMaximumUntilLessIsAskedFor) {
  EXPECT_EQ(statement().consolidated.at(0).requested, 980000);
  ASSERT_EQ(ask("\"8000.00\"").status, 200);
  const auto less = statement();
  EXPECT_EQ(less.partners[0].statements.at(0).maximum, 875000);
  EXPECT_EQ(less.partners[0].statements.at(0).requested, 800000);
  EXPECT_EQ(less.consolidated.at(0).maximum, 980000);
  EXPECT_EQ(less.consolidated.at(0).requested, 905000);
  EXPECT_EQ(requested(), "9050.00");
  ASSERT_EQ(ask("null").status, 200);
  EXPECT_EQ(statement().consolidated.at(0).requested, 980000);
  EXPECT_EQ(requested(), "9800.00");
}

TEST_F(RequestedContribution, IsNeverMoreThanTheMaximumNorLessThanNothing) {
  EXPECT_EQ(ask("\"8750.00\"").status, 200);
  EXPECT_EQ(ask("\"8750.01\"").breaches(), std::vector<std::string>{"partners.0.amount:exceeds_the_maximum"});
  EXPECT_EQ(ask("\"0.00\"").status, 200);
  EXPECT_EQ(ask("\"-0.01\"").breaches(), std::vector<std::string>{"partners.0.amount:negative"});
  EXPECT_EQ(app_.number("SELECT count(*) FROM requested_contributions"), 2);
  // The costs shrink below what was asked for: the lower of the two counts.
  ASSERT_EQ(ask("\"8700.00\"").status, 200);
  app_.reverse(app_.number("SELECT min(id) FROM expenditures"), "5000.00");
  EXPECT_EQ(statement().partners[0].statements.at(0).requested, 437500);
}

TEST_F(RequestedContribution, IsOfAPartnerThatDeclaresCosts) {
  const auto known = app_.get(path_).header("etag");
  const auto third = app_.number("SELECT id FROM grant_partners WHERE position = 3 AND grant_id = " + std::to_string(grant_.id));
  const auto to = [&](const std::string& rows) { return app_.json("PUT", path_, R"({"partners":[)" + rows + "]}", {{"If-Match", known}}).breaches(); };
  EXPECT_EQ(to(R"({"partner_id":)" + std::to_string(third) + R"(,"amount":"1.00"})"), std::vector<std::string>{"partners.0.partner_id:unknown_partner"});
  const auto own = R"({"partner_id":)" + std::to_string(partner_) + R"(,"amount":"1.00"})";
  EXPECT_EQ(to(own + "," + own), std::vector<std::string>{"partners.1.partner_id:stands_twice"});
  EXPECT_EQ(app_.broken_rule("INSERT INTO requested_contributions (reporting_period_id, partner_id, amount_minor, requested_by) "
                             "VALUES (1, 999999, 1, 1)"), "requested_contribution_is_of_a_partner");
  EXPECT_EQ(app_.broken_rule("INSERT INTO requested_contributions (reporting_period_id, partner_id, amount_minor, requested_by) "
                             "VALUES (1, " + std::to_string(partner_) + ", -1, 1)"), "requested_contribution_is_not_negative");
}

TEST_F(RequestedContribution, IsSettledWithTheClosingAndToldToWhoeverIsLate) {
  ASSERT_EQ(ask("\"8000.00\"", "\"1\"").status, 200);
  EXPECT_EQ(ask("\"7000.00\"", "\"1\"").status, 412);
  app_.close_period(grant_, 1);
  EXPECT_EQ(ask("\"7000.00\"").code(), "requested_contribution_is_of_an_open_period");
  EXPECT_EQ(requested(), "9050.00");
  const auto page = app_.get("/grants/" + std::to_string(grant_.id) + "/periods/1/contribution").body;
  EXPECT_EQ(page.find("Save what is asked for"), std::string::npos);
  EXPECT_NE(page.find("8,000.00"), std::string::npos);
}

TEST_F(RequestedContribution, IsEnteredOnAPageThatKeepsWhatWasTyped) {
  const auto page = "/grants/" + std::to_string(grant_.id) + "/periods/1/contribution";
  EXPECT_NE(app_.get(page).body.find("At most 8,750.00 EUR"), std::string::npos);
  const auto refused = app_.form(page, {{"version", "1"}, {"partners.0.partner_id", std::to_string(partner_)}, {"partners.0.amount", "9999.99"}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("9999.99"), std::string::npos);
  EXPECT_EQ(app_.form(page, {{"version", "1"}, {"partners.0.partner_id", std::to_string(partner_)}, {"partners.0.amount", "8,100.00"}}).status, 303);
  EXPECT_EQ(statement().partners[0].statements.at(0).requested, 810000);
}

}  // namespace
}  // namespace kindling
