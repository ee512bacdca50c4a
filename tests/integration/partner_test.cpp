// The partners of a grant: on one page and as JSON, within the grant's amount.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ChangePartners : public ::testing::Test {
 protected:
  ChangePartners() : id_(app_.record_grant()), path_("/api/v1/grants/" + std::to_string(id_) + "/partners") {}

  Answer put(const std::string& partners) {
    return app_.json("PUT", path_, "{\"partners\":[" + partners + "]}", {{"If-Match", app_.etag(id_)}});
  }
  std::int64_t partners() { return app_.number("SELECT count(*) FROM grant_partners"); }

  FundingApp app_;
  std::int64_t id_;
  std::string path_;
};

constexpr const char* kThree = R"({"organisation_id":2,"role":"coordinator","share":"500.00"},
                                  {"organisation_id":3,"role":"partner","share":"300.00"},
                                  {"organisation_id":4,"share":"200.00"})";

TEST_F(ChangePartners, SharesTheWholeAmountAndNoCentMore) {
  const auto answer = put(kThree);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("etag"), "\"2\"");
  EXPECT_EQ(app_.number("SELECT sum(share_minor)::bigint FROM grant_partners"), 100'000);
  EXPECT_THAT(put(R"({"organisation_id":2,"role":"coordinator","share":"1000.01"})").breaches(),
              ElementsAre("partners:shares_exceed_the_grant"));
  EXPECT_EQ(partners(), 3);
}

TEST_F(ChangePartners, KeepsTheNumberOfAPartnerThatStays) {
  put(kThree);
  const auto before = app_.number("SELECT id FROM grant_partners WHERE organisation_id = 3");
  const auto answer =
      put(R"({"organisation_id":3,"role":"coordinator","share":"600.00"},{"organisation_id":2})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(app_.number("SELECT id FROM grant_partners WHERE organisation_id = 3 AND role = 'coordinator'"),
            before);
  EXPECT_EQ(partners(), 2);
}

TEST_F(ChangePartners, RefusesBadRowsAndStoresNothing) {
  EXPECT_THAT(put(R"({"organisation_id":2})").breaches(), ElementsAre("partners:one_coordinator"));
  EXPECT_THAT(put(R"({"organisation_id":2,"role":"coordinator"},{"organisation_id":2})").breaches(),
              ElementsAre("partners.1.organisation_id:doubled"));
  EXPECT_THAT(put(R"({"organisation_id":2,"role":"coordinator","share":"-1.00"})").breaches(),
              ElementsAre("partners.0.share:negative"));
  EXPECT_THAT(put(R"({"organisation_id":2,"role":"coordinator","share":"1.005"})").breaches(),
              ElementsAre("partners.0.share:over_precise"));
  EXPECT_THAT(put(R"({"organisation_id":2,"role":"chief"})").breaches().front(),
              "partners.0.role:not_one_of");
  EXPECT_THAT(put(R"({"organisation_id":2,"role":"coordinator","colour":"red"})").breaches(),
              ElementsAre("partners.0.colour:unknown_field"));
  // The funder is no partner, and nobody has the number 999.
  EXPECT_EQ(put(R"({"organisation_id":1,"role":"coordinator"})").status, 422);
  EXPECT_EQ(put(R"({"organisation_id":999,"role":"coordinator"})").status, 422);
  EXPECT_EQ(app_.json("PUT", path_, "{\"partners\":[]}").status, 428);
  EXPECT_EQ(app_.json("PUT", path_, "{\"partners\":[]}", {{"If-Match", "\"9\""}}).status, 412);
  EXPECT_EQ(partners(), 0);
}

TEST_F(ChangePartners, AreEditedOnOnePage) {
  EXPECT_THAT(app_.get("/grants/1/partners").body, HasSubstr("Universität Nord"));
  const auto answer = app_.form("/grants/1/partners", {{"version", "1"},
                                                       {"partners.0.organisation_id", "2"},
                                                       {"partners.0.role", "coordinator"},
                                                       {"partners.0.share", "400"},
                                                       {"partners.1.organisation_id", ""},
                                                       {"partners.1.role", "partner"},
                                                       {"partners.1.share", ""}});
  EXPECT_EQ(answer.status, 303) << answer.body;
  EXPECT_THAT(app_.get("/grants/1").body, HasSubstr("400.00 EUR"));
  const auto wrong = app_.form("/grants/1/partners", {{"version", "2"},
                                                      {"partners.0.organisation_id", "2"},
                                                      {"partners.0.role", "coordinator"},
                                                      {"partners.0.share", "a lot"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.body, HasSubstr("value=\"a lot\""));
}

TEST_F(ChangePartners, KeepAnAwardFromFallingBelowTheirShares) {
  put(kThree);
  const auto answer = app_.json("POST", "/api/v1/grants/1/state",
                                R"({"to_state":"awarded","on_date":"2025-12-01","awarded_amount":"999.99"})",
                                {{"If-Match", app_.etag(id_)}});
  EXPECT_THAT(answer.breaches(), ElementsAre("awarded_amount:below_the_shares"));
  // And the currency is settled, because the shares are in it.
  const auto change =
      app_.json("PUT", "/api/v1/grants/1",
                R"({"title":"Spark","funder_id":1,"currency":"USD","requested_amount":"2000.00",
                                    "starts_on":"2026-01-01","ends_on":"2028-12-31"})",
                {{"If-Match", app_.etag(id_)}});
  EXPECT_THAT(change.breaches(), ElementsAre("currency:settled"));
}

TEST_F(ChangePartners, StayWhereABudgetStandsOnThem) {
  put(kThree);
  ASSERT_EQ(app_.broken_rule("INSERT INTO budget_versions (grant_id, number) VALUES (1, 1)"), "");
  ASSERT_EQ(
      app_.broken_rule(
          "INSERT INTO budget_lines (budget_version_id, line_no, category_code, partner_id, amount_minor) "
          "SELECT 1, 1, 'a1', id, 100 FROM grant_partners WHERE organisation_id = 3"),
      "");
  EXPECT_THAT(put(R"({"organisation_id":2,"role":"coordinator","share":"500.00"})").breaches(),
              ElementsAre("partners:budget_lines_partner_id_fkey"));
  EXPECT_EQ(partners(), 3);
  EXPECT_EQ(app_.broken_rule("DELETE FROM grant_categories WHERE code = 'a1'"), "grant_category_is_in_use");
  EXPECT_EQ(app_.broken_rule("DELETE FROM grant_categories WHERE code = 'a2'"), "");
  EXPECT_EQ(app_.broken_rule("UPDATE grants SET currency = 'USD'"), "grant_currency_is_settled");
}

TEST_F(ChangePartners, TheDatabaseHoldsTheirRulesItself) {
  put(kThree);
  EXPECT_EQ(app_.broken_rule("UPDATE grant_partners SET share_minor = 50001 WHERE organisation_id = 2"),
            "grant_partner_shares_fit");
  EXPECT_EQ(app_.broken_rule("UPDATE grant_partners SET role = 'partner'"),
            "grant_partners_have_a_coordinator");
  EXPECT_EQ(app_.broken_rule("UPDATE grant_partners SET role = 'coordinator'"), "grant_has_one_coordinator");
  EXPECT_EQ(app_.broken_rule("UPDATE grants SET requested_minor = 99999"), "grant_partner_shares_fit");
  EXPECT_EQ(app_.broken_rule("UPDATE grants SET currency = 'USD'"), "grant_partner_is_of_the_grant");
  EXPECT_EQ(app_.broken_rule("UPDATE grant_partners SET organisation_id = 1 WHERE organisation_id = 2"),
            "grant_partner_is_a_partner");
}

}  // namespace
}  // namespace kindling
