// The life cycle of a grant, through the real app and against the database itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "funding/grant_state.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ChangeGrantState : public ::testing::Test {
 protected:
  Answer move(std::int64_t id, const std::string& body) {
    return app_.json("POST", "/api/v1/grants/" + std::to_string(id) + "/state", body,
                     {{"If-Match", app_.etag(id)}});
  }
  std::int64_t awarded() {
    const auto id = app_.record_grant();
    const auto answer = move(id, R"({"to_state":"awarded","on_date":"2025-12-01","awarded_amount":"900.00",
                                     "reference":"101000000"})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return id;
  }
  FundingApp app_;
};

TEST_F(ChangeGrantState, AwardsWithAnAmountANumberAndARestrictedFund) {
  const auto id = app_.record_grant();
  EXPECT_THAT(move(id, R"({"to_state":"awarded","on_date":"2025-12-01"})").breaches(),
              ElementsAre("awarded_amount:required"));
  EXPECT_EQ(app_.number("SELECT count(*) FROM funds WHERE code LIKE 'GRANT-%'"), 0);
  const auto answer = move(
      id,
      R"({"to_state":"awarded","on_date":"2025-12-01","awarded_amount":"900.00","reference":"101000000"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto grant = answer.json();
  EXPECT_EQ(text_at(grant, "state"), "awarded");
  EXPECT_EQ(text_at(grant, "awarded_amount"), "900.00");
  EXPECT_EQ(text_at(grant, "reference"), "101000000");
  EXPECT_EQ(text_at(grant, "probability"), "100");
  EXPECT_EQ(app_.number("SELECT count(*) FROM funds WHERE code = 'GRANT-1' AND restriction = 'restricted'"),
            1);
  EXPECT_EQ(app_.number("SELECT planned_minor FROM funding_sources"), 90'000);
}

TEST_F(ChangeGrantState, LivesThroughItsWholeCycle) {
  const auto id = awarded();
  EXPECT_EQ(move(id, R"({"to_state":"active","on_date":"2026-01-01"})").status, 200);
  EXPECT_THAT(move(id, R"({"to_state":"suspended","on_date":"2026-02-01"})").breaches(),
              ElementsAre("reason:required"));
  EXPECT_EQ(move(id, R"({"to_state":"suspended","on_date":"2026-02-01","reason":"A partner left."})").status,
            200);
  EXPECT_EQ(move(id, R"({"to_state":"active","on_date":"2026-03-01"})").status, 200);
  EXPECT_EQ(move(id, R"({"to_state":"closing","on_date":"2026-04-01"})").status, 200);
  EXPECT_EQ(move(id, R"({"to_state":"closed","on_date":"2026-05-01"})").status, 200);
  const auto after = move(id, R"({"to_state":"active","on_date":"2026-06-01"})");
  EXPECT_EQ(after.status, 409);
  EXPECT_EQ(after.code(), "grant_state_edge_forbidden");
  EXPECT_EQ(app_.number("SELECT count(*) FROM grant_state_changes"), 7);
  const auto page = app_.get("/grants/1/history");
  EXPECT_THAT(page.body, HasSubstr("A partner left."));
  EXPECT_THAT(page.body, HasSubstr("1 Feb 2026"));
}

TEST_F(ChangeGrantState, RefusesBadDatesAndLeavesTheStateAsItIs) {
  const auto id = awarded();
  EXPECT_THAT(move(id, R"({"to_state":"active","on_date":"2026-02-31"})").breaches(),
              ElementsAre("on_date:not_a_date"));
  EXPECT_THAT(move(id, R"({"to_state":"active","on_date":"2199-01-01"})").breaches(),
              ElementsAre("on_date:in_the_future"));
  EXPECT_THAT(move(id, R"({"to_state":"active","on_date":"2025-11-30"})").breaches(),
              ElementsAre("on_date:before_the_last_change"));
  EXPECT_THAT(move(id, R"({"to_state":"active","on_date":"2026-01-01","colour":"red"})").breaches(),
              ElementsAre("colour:unknown_field"));
  EXPECT_EQ(app_.number("SELECT count(*) FROM grants WHERE state = 'awarded'"), 1);
}

TEST_F(ChangeGrantState, AsksOnAFormOfItsOwnAndKeepsWhatWasTyped) {
  const auto id = app_.record_grant();
  const auto path = "/grants/" + std::to_string(id);
  EXPECT_THAT(app_.get(path).body, HasSubstr(path + "/state?to=awarded"));
  EXPECT_THAT(app_.get(path + "/state?to=awarded").body, HasSubstr("name=\"awarded_amount\""));
  EXPECT_EQ(app_.get(path + "/state?to=closed").status, 303);
  const auto wrong = app_.form(
      path + "/state",
      {{"version", "1"}, {"to_state", "awarded"}, {"on_date", "2025-12-01"}, {"awarded_amount", "nine"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.body, HasSubstr("value=\"nine\""));
  const auto right = app_.form(
      path + "/state",
      {{"version", "1"}, {"to_state", "awarded"}, {"on_date", "2025-12-01"}, {"awarded_amount", "900"}});
  EXPECT_EQ(right.status, 303);
  EXPECT_EQ(right.header("location"), path + "?done=changed");
}

TEST_F(ChangeGrantState, LetsOneOfTwoAtOnceWin) {
  for (int round = 0; round < 10; ++round) {
    const auto id = app_.record_grant();
    const auto path = "/api/v1/grants/" + std::to_string(id) + "/state";
    const auto etag = app_.etag(id);
    std::vector<int> statuses(2);
    const auto race = [&](int index, const std::string& body) {
      statuses[index] = app_.json("POST", path, body, {{"If-Match", etag}}).status;
    };
    std::thread award(race, 0, R"({"to_state":"awarded","on_date":"2025-12-01","awarded_amount":"900.00"})");
    std::thread reject(race, 1,
                       R"({"to_state":"rejected","on_date":"2025-12-01","reason":"Below the threshold."})");
    award.join();
    reject.join();
    EXPECT_EQ((std::multiset<int>(statuses.begin(), statuses.end())), (std::multiset<int>{200, 412}));
    EXPECT_EQ(app_.number("SELECT count(*) FROM grant_state_changes WHERE grant_id = " + std::to_string(id)),
              2);
  }
}

// ---- The database holds the rules by itself ----

using GrantRules = ChangeGrantState;

TEST_F(GrantRules, HasTheSameEdgesAsTheService) {
  for (const auto from : grant_states()) {
    for (const auto to : grant_states()) {
      const auto* edge = find_edge(from, to);
      const auto where = "SELECT count(*) FROM grant_state_edges WHERE from_state = '" +
                         std::string(to_string(from)) + "' AND to_state = '" + std::string(to_string(to)) +
                         "'";
      EXPECT_EQ(app_.number(where), edge == nullptr ? 0 : 1) << to_string(from) << " " << to_string(to);
      if (edge == nullptr) continue;
      EXPECT_EQ(app_.number(where + " AND needs_reason"), edge->needs_reason ? 1 : 0);
    }
  }
}

TEST_F(GrantRules, RefusesForbiddenEdgesItself) {
  app_.record_grant();
  for (const auto* state : {"prospect", "drafting", "active", "suspended", "closing", "closed"}) {
    EXPECT_EQ(app_.broken_rule("UPDATE grants SET state = '" + std::string(state) + "'"),
              "grant_state_edge_allowed");
  }
}

TEST_F(GrantRules, WantsEachChangeToldAndEachTaleMade) {
  app_.record_grant();
  EXPECT_EQ(app_.broken_rule("UPDATE grants SET state = 'withdrawn', probability_bp = 0"),
            "grant_state_change_recorded");
  const std::string tale =
      "INSERT INTO grant_state_changes (grant_id, from_state, to_state, on_date, reason, actor_id) "
      "VALUES (1, 'applied', 'withdrawn', '2025-12-01', 'No partner.', 1)";
  EXPECT_EQ(app_.broken_rule(tale), "grant_state_change_is_made");
  const std::string silent =
      "INSERT INTO grant_state_changes (grant_id, from_state, to_state, on_date, actor_id) "
      "VALUES (1, 'applied', 'withdrawn', '2025-12-01', 1)";
  EXPECT_EQ(app_.broken_rule(silent), "grant_state_change_has_a_reason");
  // Both in one statement, which is one transaction.
  EXPECT_EQ(
      app_.broken_rule(
          "WITH moved AS (UPDATE grants SET state = 'withdrawn', probability_bp = 0 RETURNING id) " + tale),
      "");
}

TEST_F(GrantRules, HoldsDatesRatesAndAmounts) {
  awarded();
  const std::vector<std::pair<std::string, std::string>> rules{
      {"ends_on = '2025-12-31'", "grant_ends_after_start"},
      {"funding_rate_bp = 10001", "grant_funding_rate_is_a_share"},
      {"funding_rate_bp = 0", "grant_funding_rate_is_a_share"},
      {"indirect_rate_bp = -1", "grant_indirect_rate_is_a_share"},
      {"transfer_threshold_bp = 10001", "grant_transfer_threshold_is_a_share"},
      {"probability_bp = 9999", "grant_probability_fits_the_state"},
      {"overspend_rule = 'ignore'", "grant_overspend_rule_is_known"},
      {"exchange_policy = 'best_rate'", "grant_exchange_policy_is_known"},
      {"match_required_minor = -1", "grant_match_is_not_negative"},
      {"requested_minor = NULL", "grant_application_has_an_amount"},
      {"awarded_minor = 0", "grant_awarded_is_positive"},
      {"awarded_minor = NULL", "grant_award_has_a_fund"},
      {"currency = 'USD'", "grant_currency_is_settled"},
      {"programme_code = 'other'", "grant_keeps_its_programme"},
      {"fund_id = 1", "grant_keeps_its_fund"},
      {"retention_until = '2028-12-30'", "grant_retention_covers_the_period"},
  };
  for (const auto& [change, rule] : rules) {
    EXPECT_EQ(app_.broken_rule("UPDATE grants SET " + change), rule) << change;
  }
}

TEST_F(GrantRules, KeepsHistoryAsItIs) {
  app_.record_grant();
  EXPECT_ANY_THROW(app_.broken_rule("UPDATE grant_state_changes SET reason = 'x'"));
  EXPECT_ANY_THROW(app_.broken_rule("DELETE FROM grant_state_changes"));
  EXPECT_ANY_THROW(app_.broken_rule("DELETE FROM grants"));
}

}  // namespace
}  // namespace kindling
