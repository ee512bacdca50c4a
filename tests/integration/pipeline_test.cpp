// The pipeline: weighted by probability, by expected start, each currency for itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ShowPipeline : public ::testing::Test {
 protected:
  void record(const Pairs& changes) {
    const auto answer = app_.json("POST", "/api/v1/grants", app_.grant_body(changes));
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  FundingApp app_;
};

TEST_F(ShowPipeline, TotalsEachCurrencyForItself) {
  record({{"title", "\"Late\""}, {"starts_on", "\"2027-01-01\""}, {"probability", "\"75\""}});
  record({{"title", "\"Early\""}, {"probability", "\"33.33\""}, {"requested_amount", "\"0.05\""}});
  record({{"title", "\"Yen\""},
          {"currency", "\"JPY\""},
          {"requested_amount", "\"1001\""},
          {"probability", "\"50\""}});
  record({{"title", "\"Unknown\""}, {"state", "\"prospect\""}, {"requested_amount", ""}});
  const auto pipeline = app_.get("/api/v1/pipeline").json();
  std::string order;
  for (const auto& grant : std::get<Value::Array>(pipeline.find("grants")->data()))
    order += text_at(grant, "title") + " ";
  EXPECT_EQ(order, "Early Unknown Yen Late ");
  const auto& totals = std::get<Value::Array>(pipeline.find("totals")->data());
  ASSERT_EQ(totals.size(), 2u);
  EXPECT_EQ(text_at(totals[0], "currency"), "EUR");
  EXPECT_EQ(text_at(totals[0], "grants"), "3");
  EXPECT_EQ(text_at(totals[0], "without_amount"), "1");
  EXPECT_EQ(text_at(totals[0], "amount"), "1000.05");
  EXPECT_EQ(text_at(totals[0], "weighted_amount"), "750.02");  // 750.00 + 0.016665
  EXPECT_EQ(text_at(totals[0], "cut_off_amount"), "1000.00");
  EXPECT_EQ(text_at(totals[1], "currency"), "JPY");
  EXPECT_EQ(text_at(totals[1], "weighted_amount"), "501");  // 500.5, half away from zero
  EXPECT_EQ(text_at(totals[1], "cut_off_amount"), "0");
  EXPECT_THAT(app_.get("/pipeline").body, HasSubstr("750.02"));
}

TEST_F(ShowPipeline, CountsAnAwardInFullUntilItRuns) {
  const auto id = app_.record_grant();
  const auto state = "/api/v1/grants/" + std::to_string(id) + "/state";
  ASSERT_EQ(
      app_.json("POST", state, R"({"to_state":"awarded","on_date":"2025-12-01","awarded_amount":"900.00"})",
                {{"If-Match", app_.etag(id)}})
          .status,
      200);
  const auto awarded = app_.get("/api/v1/pipeline").body;
  EXPECT_THAT(awarded, HasSubstr("\"weighted_amount\":\"900.00\""));
  ASSERT_EQ(app_.json("POST", state, R"({"to_state":"active","on_date":"2026-01-01"})",
                      {{"If-Match", app_.etag(id)}})
                .status,
            200);
  EXPECT_THAT(app_.get("/api/v1/pipeline").body, Not(HasSubstr("900.00")));
  EXPECT_THAT(app_.get("/pipeline").body, HasSubstr("Nothing is in the pipeline"));
}

}  // namespace
}  // namespace kindling
