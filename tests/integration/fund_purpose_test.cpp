// What a restricted campaign's fund pays for, through the real app: only the needs that it is for, told at the field, held
// by the database, and seen where a gift of it is refunded.
#include <gtest/gtest.h>

#include "support/spending_app.hpp"

namespace kindling {
namespace {

class FundPurpose : public ::testing::Test {
 protected:
  FundPurpose() {
    const auto made = app_.json("POST", "/api/v1/campaigns",
                                R"({"name":"Night watch","reference":"NIGHT2026","starts_on":"2026-01-01",)"
                                R"("restricted":true,"purpose":"Moderation"})");
    EXPECT_EQ(made.status, 201) << made.body;
    fund_ = app_.number("SELECT fund_id FROM campaigns WHERE reference = 'NIGHT2026'");
  }
  std::string own(const std::string& more) const {
    return R"({"used_as":"own","fund_id":)" + std::to_string(fund_) + more + "}";
  }
  std::vector<std::string> refused(const std::string& allocation) {
    const auto answer = app_.json("POST", "/api/v1/expenditures", app_.invoice_of("X-1", "40.00", allocation));
    EXPECT_EQ(answer.status, 422) << answer.body;
    return answer.breaches();
  }
  Answer purpose(const std::string& tail, const std::string& need) {
    return app_.json("POST", "/api/v1/funds/" + std::to_string(fund_) + "/purposes" + tail, R"({"need":")" + need + "\"}");
  }
  std::int64_t cash() {
    return app_.number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM postings WHERE account_code = 'bank' AND fund_id = " +
                       std::to_string(fund_));
  }

  SpendingApp app_;
  std::int64_t fund_ = 0;
};

TEST_F(FundPurpose, OfACampaignPaysForItsOwnNeedAndForNothingElse) {
  EXPECT_EQ(refused(own(R"(,"need":"Hosting")")), std::vector<std::string>{"allocations.0.need:not_one_of"});
  const auto id = app_.submitted(app_.invoice_of("R-1", "40.00", own(R"(,"need":"moderation")")));
  ASSERT_EQ(app_.as_bert(id, "approve"), "");
  ASSERT_EQ(app_.act(id, "pay", R"({"paid_on":"2026-04-01"})").status, 200);
  EXPECT_EQ(cash(), -4'000);
  // Its only need is meant where none is named.
  const auto other = app_.draft(app_.invoice_of("R-2", "40.00", own("")));
  EXPECT_NE(app_.get("/api/v1/expenditures/" + std::to_string(other)).body.find(R"("need":"Moderation")"), std::string::npos);
}

TEST_F(FundPurpose, IsToldToAFundThatPaysForNothingYet) {
  ASSERT_EQ(purpose("/remove", "Moderation").status, 200);
  EXPECT_EQ(refused(own(R"(,"need":"Moderation")")), std::vector<std::string>{"allocations.0.fund_id:not_one_of"});
  ASSERT_EQ(purpose("", "Training").status, 200);
  EXPECT_EQ(purpose("", "training").breaches(), std::vector<std::string>{"need:fund_purpose_stands_once"});
  app_.draft(app_.invoice_of("R-1", "40.00", own(R"(,"need":"Training")")));
  EXPECT_EQ(purpose("/remove", "Training").breaches(), std::vector<std::string>{"need:used_purpose_stays"});
  EXPECT_EQ(purpose("/remove", "Hosting").status, 404);
  EXPECT_EQ(app_.json("POST", "/api/v1/funds/1/purposes", R"({"need":"Hosting"})").status, 404);  // the general fund
}

TEST_F(FundPurpose, AlsoMatchesAGrant) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto match = R"({"used_as":"match","grant_id":)" + std::to_string(grant.id) + R"(,"fund_id":)" + std::to_string(fund_);
  EXPECT_EQ(refused(match + R"(,"need":"Hosting"})"), std::vector<std::string>{"allocations.0.need:not_one_of"});
  app_.draft(app_.invoice_of("R-1", "40.00", match + R"(,"need":"Moderation"})"));
  const auto page = app_.get("/expenditures/new").body;
  EXPECT_NE(page.find("match:" + std::to_string(grant.id) + ":" + std::to_string(fund_)), std::string::npos);
  EXPECT_NE(page.find("Night watch (only Moderation)"), std::string::npos);
}

// What was entered through the API stands in the form as it is, so that saving it again moves no money to another fund.
TEST_F(FundPurpose, OfAPartThatIsNotEligibleIsChosenInTheForm) {
  const auto grant = app_.grant({{"c3", "1000.00"}});
  const auto id = app_.draft(app_.invoice_of(
      "R-1", "40.00", R"({"used_as":"ineligible","ineligible_reason":"wine","grant_id":)" + std::to_string(grant.id) +
                          R"(,"fund_id":)" + std::to_string(fund_) + R"(,"need":"Moderation"})"));
  const auto page = app_.get("/expenditures/" + std::to_string(id) + "/edit").body;
  EXPECT_NE(page.find("value=\"ineligible:" + std::to_string(grant.id) + ":" + std::to_string(fund_) + "\" selected"),
            std::string::npos);
}

TEST_F(FundPurpose, IsHeldByTheDatabase) {
  app_.draft(app_.invoice_of("R-1", "40.00", ""));
  const auto part = [&](const std::string& need) {
    return app_.broken_rule("INSERT INTO expenditure_allocations (expenditure_id, position, used_as, fund_id, need, amount_minor) "
                            "SELECT id, 1, 'own', " + std::to_string(fund_) + ", " + need + ", 1 FROM expenditures");
  };
  EXPECT_EQ(part("NULL"), "restricted_fund_keeps_its_purpose");
  EXPECT_EQ(part("'Hosting'"), "restricted_fund_keeps_its_purpose");
  EXPECT_EQ(part("'Moderation'"), "");
  EXPECT_EQ(app_.broken_rule("INSERT INTO fund_purposes (fund_id, need) VALUES (1, 'Hosting')"), "fund_takes_no_purposes");
  EXPECT_EQ(app_.broken_rule("DELETE FROM fund_purposes"), "used_purpose_stays");
}

TEST_F(FundPurpose, TellsInADraftWhatTheUnrestrictedMoneyWouldPrefinance) {
  const auto id = app_.draft(app_.invoice_of("R-1", "40.00", own("")));
  EXPECT_NE(app_.get("/expenditures/" + std::to_string(id)).body.find("After this cost 40.00 EUR of it is prefinanced"), std::string::npos);
}

// 60.00 came in and 40.00 were spent; the refund of all leaves the fund 40.00 short, which the page of the gift tells.
TEST_F(FundPurpose, ARefundOfASpentFundShowsWhatIsPrefinanced) {
  const auto campaign = app_.number("SELECT id FROM campaigns WHERE reference = 'NIGHT2026'");
  const auto gift = app_.json("POST", "/api/v1/donations",
                              R"({"gross":"60.00","method":"bank_transfer","given_on":"2026-02-01",)"
                              R"("campaign_id":)" + std::to_string(campaign) + "}");
  ASSERT_EQ(gift.status, 201) << gift.body;
  const auto id = text_at(gift.json(), "id");
  const auto cost = app_.submitted(app_.invoice_of("R-1", "40.00", own("")));
  ASSERT_EQ(app_.as_bert(cost, "approve"), "");
  ASSERT_EQ(app_.act(cost, "pay", R"({"paid_on":"2026-04-01"})").status, 200);
  EXPECT_EQ(cash(), 2'000);
  const auto refund = app_.json("POST", "/api/v1/donations/" + id + "/refund",
                                R"({"amount":"60.00","booked_on":"2026-05-01","reason":"The donor asks for it back."})",
                                {{"If-Match", '"' + text_at(gift.json(), "version") + '"'}});
  ASSERT_EQ(refund.status, 200) << refund.body;
  EXPECT_EQ(cash(), -4'000);
  EXPECT_NE(app_.get("/api/v1/donations/" + id).body.find(R"("amount":"40.00")"), std::string::npos);
  EXPECT_NE(app_.get("/donations/" + id).body.find("has spent 40.00 EUR more than it holds"), std::string::npos);
}

}  // namespace
}  // namespace kindling
