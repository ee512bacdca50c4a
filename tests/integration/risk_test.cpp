// The register of risks: by page and by JSON, the highest first, closed only with how it ended.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/funding_app.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Risks : public ::testing::Test {
 protected:
  std::string body(const std::string& title, int likelihood, int impact, const std::string& more = "") const {
    return R"({"title":")" + title + R"(","likelihood":)" + std::to_string(likelihood) + R"(,"impact":)" +
           std::to_string(impact) + R"(,"mitigation":"We look at it.","review_on":"2027-01-31")" + more + "}";
  }
  std::int64_t record(const std::string& title, int likelihood, int impact) {
    const auto answer = app_.json("POST", "/api/v1/risks", body(title, likelihood, impact));
    EXPECT_EQ(answer.status, 201) << answer.body;
    return std::stoll(text_at(answer.json(), "id"));
  }
  FundingApp app_;
};

TEST_F(Risks, StandByScoreWithTheirLevel) {
  record("Low", 1, 2);
  record("High", 3, 5);
  record("Medium", 2, 4);
  std::vector<std::string> order;
  const auto answer = app_.get("/api/v1/risks").json();
  for (const auto& risk : std::get<Value::Array>(answer.find("items")->data())) {
    order.push_back(text_at(risk, "title") + " " + text_at(risk, "score") + " " + text_at(risk, "level"));
  }
  EXPECT_THAT(order, ElementsAre("High 15 high", "Medium 8 medium", "Low 2 low"));
}

TEST_F(Risks, KeepWhatWasTypedWhereSomethingIsMissing) {
  const auto answer = app_.form("/risks", {{"title", "A funder pays late"}, {"likelihood", "6"}, {"impact", "4"}, {"mitigation", ""},
                                           {"review_on", "2027-01-31"}, {"state", "open"}});
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("A funder pays late"));
  EXPECT_EQ(app_.number("SELECT count(*) FROM risks"), 0);
}

TEST_F(Risks, AreClosedOnlyWithHowTheyEnded) {
  const auto path = "/api/v1/risks/" + std::to_string(record("Server room floods", 2, 5));
  const auto bare = app_.json("PUT", path, body("Server room floods", 2, 5, R"(,"state":"closed")"), {{"If-Match", "\"1\""}});
  EXPECT_EQ(bare.status, 422);
  EXPECT_THAT(bare.breaches(), ElementsAre("outcome:required"));
  const auto closed = app_.json("PUT", path, body("Server room floods", 2, 5, R"(,"state":"closed","outcome":"We moved.")"),
                                {{"If-Match", "\"1\""}});
  EXPECT_EQ(closed.status, 200) << closed.body;
  EXPECT_EQ(app_.json("PUT", path, body("Server room floods", 2, 5), {{"If-Match", "\"1\""}}).status, 412);
  EXPECT_THAT(app_.get("/risks").body, Not(HasSubstr("Server room floods")));
  EXPECT_THAT(app_.get("/risks?state=all").body, HasSubstr("Server room floods"));
  EXPECT_EQ(app_.broken_rule("UPDATE risks SET state = 'closed', outcome = NULL"), "closed_risk_says_how_it_ended");
}

}  // namespace
}  // namespace kindling
