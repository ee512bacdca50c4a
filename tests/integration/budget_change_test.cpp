// Transfers and amendments through the real app: two people, one transaction, and nothing that was used is lost.
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "budgets/record_budget_change.hpp"
#include "support/budgeted_grant.hpp"

namespace kindling {
namespace {

const Date kToday = Date::of("2026-06-30");

class BudgetChanges : public ::testing::Test {
 protected:
  // {category, amount}: what lines gain or give.
  Answer ask(const Pairs& changes, const std::string& tail = "") {
    std::string rows;
    for (const auto& [category, amount] : changes) {
      rows += (rows.empty() ? "" : ",") + (R"({"budget_line_id":)" + std::to_string(grant_.line(category))) +
              R"(,"amount":")" + amount + "\"}";
    }
    return grant_.app.json("POST", grant_.path("/transfers" + tail),
                           R"({"justification":"fewer trips","changes":[)" + rows + "]}");
  }
  int asked(const Pairs& changes) {
    const auto answer = ask(changes);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return answer.status == 201 ? std::stoi(text_at(answer.json(), "number")) : 0;
  }
  Outcome decide(const Actor& actor, int number, int version, decltype(&approve_change) step = approve_change) {
    Input input;
    input.set("reason", "because");
    return in_transaction(grant_.app.database(), actor, "test", {}, [&](Transaction& transaction) {
      return step(transaction, {grant_.id, number, version, kToday}, input);
    });
  }
  void transferred(const Pairs& changes) {
    const auto done = decide(grant_.approver, asked(changes), 1);
    EXPECT_TRUE(done) << (done ? "" : done.error().message + done.error().code);
  }
  std::string change(int number, const std::string& member) {
    return text_at(grant_.app.get(grant_.path("/modifications/" + std::to_string(number))).json(), member);
  }
  std::int64_t planned(const std::string& category) { return grant_.figure(category, "planned_minor"); }
  std::int64_t active() {
    return grant_.app.number("SELECT number FROM budget_versions WHERE state = 'approved'");
  }

  int amended(const std::string& award, const std::string& lines = "") {
    const auto answer = grant_.app.json(
        "POST", grant_.path("/amendments"),
        R"({"justification":"a new work package","funder_reference":"AMD-1","agreed_on":"2026-05-04","awarded_amount":")" +
            award + "\"}");
    EXPECT_EQ(answer.status, 201) << answer.body;
    if (!lines.empty()) {
      const auto saved = grant_.app.json("PUT", grant_.path("/budget/versions/" + text_at(answer.json(), "to_version")),
                                         R"({"lines":[)" + lines + "]}", {{"If-Match", "\"1\""}});
      EXPECT_EQ(saved.status, 200) << saved.body;
    }
    return std::stoi(text_at(answer.json(), "number"));
  }
  Answer submit(int number, int version) {
    return grant_.app.json("POST", grant_.path("/modifications/" + std::to_string(number) + "/submit"), "",
                           {{"If-Match", '"' + std::to_string(version) + '"'}});
  }
  std::string kept(const std::string& category, const std::string& amount, const std::string& as = "") {
    return R"({"continues":)" + std::to_string(grant_.line(category)) + R"(,"category":")" + (as.empty() ? category : as) +
           R"(","amount":")" + amount + "\"}";
  }

  BudgetedGrant grant_;  // a1 400.00, b 100.00, c1 100.00; threshold 20 % of 600.00
};

// ---- Transfers ----

TEST_F(BudgetChanges, ATransferMovesMoneyWhenSomebodyElseApproves) {
  const auto root = grant_.line("b");
  const auto number = asked({{"a1", "-50.00"}, {"b", "50.00"}});
  EXPECT_EQ(active(), 1);
  EXPECT_EQ(planned("b"), 10'000);
  EXPECT_EQ(decide(grant_.author, number, 1).error().code, "own_request");
  EXPECT_EQ(decide(grant_.approver, number, 9).error().code, "stale_version");
  ASSERT_TRUE(decide(grant_.approver, number, 1));
  EXPECT_EQ(active(), 2);
  EXPECT_EQ(planned("a1"), 35'000);
  EXPECT_EQ(planned("b"), 15'000);
  EXPECT_EQ(grant_.line("b"), root);
  EXPECT_EQ(change(number, "state"), "approved");
  EXPECT_EQ(change(number, "moved"), "50.00");
  EXPECT_EQ(change(number, "to_version"), "2");
  EXPECT_EQ(decide(grant_.approver, number, 2).error().code, "change_edge_allowed");
}

TEST_F(BudgetChanges, ATransferThatDoesNotAddUpIsRefused) {
  EXPECT_EQ(ask({{"a1", "-50.00"}, {"b", "50.01"}}).breaches(), std::vector<std::string>{"changes:transfer_balances"});
  EXPECT_EQ(ask({{"a1", "-50.00"}, {"b", "49.99"}}).breaches(), std::vector<std::string>{"changes:transfer_balances"});
  EXPECT_EQ(ask({}).breaches(), std::vector<std::string>{"changes:transfer_is_empty"});
  EXPECT_EQ(ask({{"a1", "-1.00"}, {"a1", "1.00"}}).breaches(), std::vector<std::string>{"changes.1.budget_line_id:doubled"});
  EXPECT_EQ(ask({{"a1", "-1.005"}, {"b", "1"}}).breaches(), std::vector<std::string>{"changes.0.amount:over_precise"});
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM budget_changes"), 0);
}

TEST_F(BudgetChanges, TheDatabaseAloneHoldsTransfersToTheirRules) {
  const auto insert = [&](const std::string& state) {
    return grant_.app.broken_rule(
        "WITH c AS (INSERT INTO budget_changes (grant_id, currency, number, kind, state, justification, awarded_before_minor, "
        "awarded_minor, ends_before, ends_on, funding_rate_before_bp, funding_rate_bp, base_version_id, created_by, requested_by) "
        "SELECT 1, 'EUR', 7, 'transfer', '" + state +
        "', 'x', 100000, 100000, '2026-12-31', '2026-12-31', 10000, 10000, id, 1, 1 FROM budget_versions WHERE state = 'approved' RETURNING id) "
        "INSERT INTO budget_changes (grant_id, currency, number, kind, state, justification, awarded_before_minor, awarded_minor, "
        "ends_before, ends_on, funding_rate_before_bp, funding_rate_bp, base_version_id, created_by) "
        "SELECT 1, 'EUR', 8, 'amendment', 'draft', 'x', 100000, 100000, '2026-12-31', '2026-12-31', 10000, 10000, v.id, 1 FROM c, budget_versions v "
        "WHERE v.state = 'approved'");
  };
  EXPECT_EQ(insert("requested"), "one_open_change");
  EXPECT_EQ(insert("approved"), "change_edge_allowed");
  EXPECT_EQ(grant_.app.broken_rule("INSERT INTO budget_changes (grant_id, currency, number, kind, state, justification, "
                                   "awarded_before_minor, awarded_minor, ends_before, ends_on, funding_rate_before_bp, "
                                   "funding_rate_bp, base_version_id, created_by, requested_by) SELECT 1, 'EUR', 7, "
                                   "'transfer', 'requested', 'x', 100000, 100000, '2026-12-31', '2026-12-31', 10000, 10000, id, 1, 1 FROM budget_versions"),
            "transfer_balances");
  const auto number = asked({{"a1", "-50.00"}, {"b", "50.00"}});
  EXPECT_EQ(grant_.app.broken_rule("INSERT INTO transfer_deltas SELECT id, " + std::to_string(grant_.line("c1")) +
                                   ", 100 FROM budget_changes"), "transfer_balances");
  EXPECT_EQ(grant_.app.broken_rule("INSERT INTO transfer_deltas SELECT id, 99999, 100 FROM budget_changes"), "transfer_line_is_in_force");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE budget_changes SET state = 'approved', decided_by = 1"), "approved_change_makes_a_version");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE budget_changes SET state = 'approved', decided_by = 1, made_version_id = base_version_id"),
            "change_approver_is_another");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE budget_changes SET state = 'approved', decided_by = 2, made_version_id = base_version_id"),
            "transfer_makes_what_it_says");
  EXPECT_EQ(change(number, "state"), "requested");
}

TEST_F(BudgetChanges, ALineNeverFallsBelowWhatIsSpentAndPromised) {
  EXPECT_EQ(grant_.cost(grant_.line("c1"), 3'000), "");
  EXPECT_EQ(grant_.app.json("POST", grant_.path("/commitments"),
                            R"({"budget_line_id":)" + std::to_string(grant_.line("c1")) + R"(,"supplier_id":)" +
                                std::to_string(grant_.supplier) + R"(,"title":"x","signed_on":"2026-02-01","amount":"20.00"})").status, 201);
  const auto refused = ask({{"c1", "-50.01"}, {"a1", "50.01"}});
  EXPECT_EQ(refused.breaches(), std::vector<std::string>{"changes.0.amount:line_keeps_what_is_used"});
  EXPECT_NE(refused.body.find("50.00 EUR are spent or promised on this line; it cannot fall to 49.99 EUR."), std::string::npos)
      << refused.body;
  transferred({{"c1", "-50.00"}, {"a1", "50.00"}});
  EXPECT_EQ(grant_.figure("c1", "planned_minor"), 5'000);
  EXPECT_EQ(grant_.figure("c1", "spent_minor"), 3'000);
  EXPECT_EQ(grant_.figure("c1", "committed_minor"), 2'000);
}

TEST_F(BudgetChanges, WhatIsSpentMeanwhileStandsAgainstTheApproval) {
  const auto number = asked({{"c1", "-60.00"}, {"a1", "60.00"}});
  EXPECT_EQ(grant_.cost(grant_.line("c1"), 5'000), "");
  const auto refused = decide(grant_.approver, number, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).code, "line_keeps_what_is_used");
  EXPECT_EQ(active(), 1);
}

TEST_F(BudgetChanges, TransfersUpToTheThresholdNeedNoAmendmentAndOneCentMoreDoes) {
  // 20 % of 600.00 are 120.00.
  const auto refused = ask({{"a1", "-120.01"}, {"b", "120.01"}});
  EXPECT_EQ(refused.breaches(), std::vector<std::string>{":transfer_exceeds_the_threshold"});
  EXPECT_NE(refused.body.find("120.01 EUR have moved"), std::string::npos) << refused.body;
  EXPECT_NE(refused.body.find("the grant allows 120.00 EUR, 20 %"), std::string::npos) << refused.body;
  transferred({{"a1", "-80.00"}, {"b", "80.00"}});
  // It adds up since the agreed budget, and what goes back counts back.
  EXPECT_EQ(ask({{"a1", "-40.01"}, {"b", "40.01"}}).breaches(), std::vector<std::string>{":transfer_exceeds_the_threshold"});
  transferred({{"b", "-30.00"}, {"c1", "30.00"}});
  transferred({{"a1", "-40.00"}, {"b", "40.00"}});
  EXPECT_EQ(ask({{"a1", "-0.01"}, {"c1", "0.01"}}).status, 422);
}

TEST_F(BudgetChanges, CategoriesThatNeedAnAmendmentStayShut) {
  EXPECT_EQ(grant_.app.broken_rule("UPDATE grant_categories SET needs_amendment = true WHERE code = 'b'"), "");
  EXPECT_EQ(ask({{"a1", "-1.00"}, {"b", "1.00"}}).breaches(), std::vector<std::string>{":category_needs_an_amendment"});
  EXPECT_EQ(ask({{"b", "-1.00"}, {"a1", "1.00"}}).breaches(), std::vector<std::string>{":category_needs_an_amendment"});
  EXPECT_EQ(ask({{"c1", "-1.00"}, {"a1", "1.00"}}).status, 201);
}

TEST_F(BudgetChanges, OneChangeIsOpenAtATime) {
  const auto number = asked({{"a1", "-50.00"}, {"b", "50.00"}});
  EXPECT_EQ(ask({{"a1", "-1.00"}, {"b", "1.00"}}).code(), "one_open_change");
  EXPECT_EQ(grant_.app.json("POST", grant_.path("/amendments"), R"({"justification":"x"})").code(), "one_open_change");
  EXPECT_TRUE(decide(grant_.approver, number, 1, decline_change));
  EXPECT_EQ(change(number, "state"), "refused");
  EXPECT_EQ(change(number, "reason"), "because");
  const auto second = asked({{"a1", "-50.00"}, {"b", "50.00"}});
  EXPECT_TRUE(decide(grant_.author, second, 1, withdraw_change));
  EXPECT_EQ(change(second, "state"), "withdrawn");
  EXPECT_EQ(active(), 1);
}

TEST_F(BudgetChanges, ABudgetInForceIsReplacedByAChangeAlone) {
  EXPECT_EQ(grant_.app.json("POST", grant_.path("/budget/versions"), "").code(), "budget_in_force_needs_a_change");
  EXPECT_EQ(grant_.app.broken_rule("INSERT INTO budget_versions (grant_id, number) VALUES (1, 2)"), "");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE budget_versions SET state = 'submitted', submitted_by = 1 WHERE number = 2"), "");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE budget_versions SET state = 'superseded' WHERE number = 1"), "");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE budget_versions SET state = 'approved', approved_by = 2 WHERE number = 2"),
            "budget_in_force_needs_a_change");
}

TEST_F(BudgetChanges, AnExceptionInTheMiddleLeavesTheOldBudgetInForce) {
  const auto number = asked({{"a1", "-50.00"}, {"b", "50.00"}});
  const auto interrupted = [&](const std::function<void(Transaction&)>& blow) {
    return in_transaction(grant_.app.database(), grant_.approver, "test", {}, [&](Transaction& transaction) -> Outcome {
      const auto done = approve_change(transaction, {grant_.id, number, 1, kToday}, Input());
      EXPECT_TRUE(done);
      blow(transaction);
      return done;
    });
  };
  EXPECT_THROW((void)interrupted([](Transaction&) { throw std::runtime_error("out of paper"); }), std::runtime_error);
  EXPECT_EQ(active(), 1);
  // The connection dies between the last statement and the commit.
  EXPECT_FALSE(interrupted([](Transaction& transaction) {
    transaction.sql() << "RESET ROLE";
    transaction.sql() << "SELECT pg_terminate_backend(pg_backend_pid())";
  }));
  EXPECT_EQ(active(), 1);
  EXPECT_EQ(planned("b"), 10'000);
  EXPECT_EQ(change(number, "state"), "requested");
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM budget_versions"), 1);
  EXPECT_TRUE(decide(grant_.approver, number, 1));
}

TEST_F(BudgetChanges, ATransferAndACostAtOnceNeverLeaveALineBelowWhatIsSpent) {
  for (int round = 0; round < 5; ++round) {
    const auto before = planned("c1");
    const auto number = asked({{"c1", "-15.00"}, {"a1", "15.00"}});
    const auto cost = grant_.submitted_cost(grant_.line("c1"), before - grant_.figure("c1", "spent_minor") - 1'000);
    std::string cost_rule;
    std::thread other([&] { cost_rule = grant_.approve_cost(cost); });
    const auto moved = decide(grant_.approver, number, 1);
    other.join();
    EXPECT_NE(moved.ok(), cost_rule.empty()) << "exactly one of them wins";
    EXPECT_GE(planned("c1"), grant_.figure("c1", "spent_minor"));
    if (!moved) break;
  }
}

// ---- Amendments ----

TEST_F(BudgetChanges, AnAmendmentAddsLinesAndChangesTheAwardAtOnce) {
  const auto number = amended("1200.00", kept("a1", "500.00") + "," + kept("b", "100.00") + "," + kept("c1", "100.00") +
                                             R"(,{"work_package":"WP3","category":"c3","amount":"200.00"})");
  EXPECT_EQ(active(), 1);
  const auto submitted = submit(number, 1);
  ASSERT_EQ(submitted.status, 200) << submitted.body;
  EXPECT_EQ(decide(grant_.author, number, 2).error().code, "own_request");
  ASSERT_TRUE(decide(grant_.approver, number, 2));
  EXPECT_EQ(active(), 2);
  EXPECT_EQ(planned("c3"), 20'000);
  EXPECT_EQ(grant_.app.number("SELECT awarded_minor FROM grants WHERE id = 1"), 120'000);
  EXPECT_EQ(change(number, "awarded_before"), "1000.00");
  EXPECT_EQ(change(number, "funder_reference"), "AMD-1");
  EXPECT_EQ(change(number, "agreed_on"), "2026-05-04");
}

TEST_F(BudgetChanges, AnAmendmentMovesTheEndAndTheFundingRateWithItsBudgetInOneStep) {
  const auto ends = text_at(grant_.app.get(grant_.path("")).json(), "ends_on");
  const auto begun = grant_.app.json("POST", grant_.path("/amendments"),
                                     R"({"justification":"half a year more","funder_reference":"AMD-2","agreed_on":"2026-05-04",)"
                                     R"("ends_on":"2029-06-30","funding_rate":"80"})");
  ASSERT_EQ(begun.status, 201) << begun.body;
  // Its lines may use the days that it adds.
  const auto line = R"({"continues":)" + std::to_string(grant_.line("a1")) +
                    R"(,"category":"a1","amount":"400.00","starts_on":"2029-01-01","ends_on":"2029-06-30"})";
  const auto saved = grant_.app.json("PUT", grant_.path("/budget/versions/2"), R"({"lines":[)" + line + "]}", {{"If-Match", "\"1\""}});
  ASSERT_EQ(saved.status, 200) << saved.body;
  ASSERT_EQ(submit(1, 1).status, 200);
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM grants WHERE ends_on = '2029-06-30'"), 0) << "not before somebody else approves";
  ASSERT_TRUE(decide(grant_.approver, 1, 2));
  EXPECT_EQ(grant_.app.number("SELECT funding_rate_bp FROM grants WHERE ends_on = '2029-06-30'"), 8'000);
  EXPECT_EQ(change(1, "ends_before"), ends);
  EXPECT_EQ(change(1, "ends_on"), "2029-06-30");
  EXPECT_EQ(change(1, "funding_rate"), "80");
  EXPECT_NE(grant_.app.get("/grants/1/modifications").body.find("Funding rate:"), std::string::npos);
  const auto compared = grant_.app.get(grant_.path("/budget/comparison?from=1&to=2")).body;
  EXPECT_NE(compared.find(R"({"term":"ends_on","before":")" + ends + R"(","after":"2029-06-30"})"), std::string::npos) << compared;
  EXPECT_NE(compared.find(R"({"term":"funding_rate","before":"100","after":"80"})"), std::string::npos) << compared;
}

TEST_F(BudgetChanges, AnEarlierEndLeavesNoLineAndNoCostBehind) {
  EXPECT_EQ(grant_.cost(grant_.line("c1"), 3'000), "");
  const auto day = std::to_string(grant_.app.number("SELECT extract(year FROM starts_on)::bigint FROM grants")) + "-01-02";
  const auto begun = grant_.app.json("POST", grant_.path("/amendments"),
                                     R"({"justification":"x","funder_reference":"A","agreed_on":"2026-05-04","ends_on":")" + day + "\"}");
  ASSERT_EQ(begun.status, 201) << begun.body;
  ASSERT_EQ(submit(1, 1).status, 200);
  const auto refused = decide(grant_.approver, 1, 2);
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().fields.size(), 1U);
  EXPECT_EQ(refused.error().fields[0].code, "grant_end_covers_its_costs");
  EXPECT_EQ(active(), 1);
}

TEST_F(BudgetChanges, BesideABudgetInForceTheEndAndTheRateChangeByAnAmendmentAlone) {
  EXPECT_EQ(grant_.app.broken_rule("UPDATE grants SET ends_on = ends_on + 1"), "agreement_changes_by_amendment");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE grants SET funding_rate_bp = 9000"), "agreement_changes_by_amendment");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE grants SET ends_on = ends_on"), "");
}

TEST_F(BudgetChanges, BesideABudgetInForceTheAwardChangesByAnAmendmentAlone) {
  EXPECT_EQ(grant_.app.broken_rule("UPDATE grants SET awarded_minor = awarded_minor + 1 WHERE id = 1"), "award_changes_by_amendment");
  amended("1200.00");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE grants SET awarded_minor = 120000 WHERE id = 1"), "award_changes_by_amendment");
}

TEST_F(BudgetChanges, AnAmendmentOpensANewThreshold) {
  transferred({{"a1", "-120.00"}, {"b", "120.00"}});
  EXPECT_EQ(ask({{"a1", "-1.00"}, {"b", "1.00"}}).status, 422);
  const auto number = amended("1000.00");
  EXPECT_EQ(submit(number, 1).status, 200);
  ASSERT_TRUE(decide(grant_.approver, number, 2));
  EXPECT_EQ(ask({{"a1", "-120.00"}, {"b", "120.00"}}).status, 201);
}

TEST_F(BudgetChanges, AnAmendmentIsSubmittedOnlyWithTheFundersReferenceAndDay) {
  const auto answer = grant_.app.json("POST", grant_.path("/amendments"), R"({"justification":"x"})");
  ASSERT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(submit(1, 1).breaches(), (std::vector<std::string>{"funder_reference:required", "agreed_on:required"}));
  const auto saved = grant_.app.json("PUT", grant_.path("/modifications/1"),
                                     R"({"justification":"x","funder_reference":"A","agreed_on":"2199-01-01"})",
                                     {{"If-Match", "\"1\""}});
  EXPECT_EQ(saved.breaches(), std::vector<std::string>{"agreed_on:in_the_future"});
  EXPECT_EQ(grant_.app.broken_rule("UPDATE budget_changes SET state = 'requested', requested_by = 1"), "amendment_is_agreed");
}

TEST_F(BudgetChanges, AnAmendmentStaysWithinItsNewAwardAndKeepsWhatIsUsed) {
  EXPECT_EQ(grant_.cost(grant_.line("c1"), 3'000), "");
  const auto number = amended("700.00", kept("a1", "500.00") + "," + kept("b", "100.00") + "," + kept("c1", "100.00"));
  EXPECT_EQ(submit(number, 1).breaches(), std::vector<std::string>{":budget_exceeds_the_grant"});
  const auto write = [&](const std::string& lines, int version) {
    const auto saved = grant_.app.json("PUT", grant_.path("/budget/versions/2"), R"({"lines":[)" + lines + "]}",
                                       {{"If-Match", '"' + std::to_string(version) + '"'}});
    EXPECT_EQ(saved.status, 200) << saved.body;
    return submit(number, 1).breaches();
  };
  EXPECT_EQ(write(kept("a1", "400.00"), 2), std::vector<std::string>{":used_line_stays"});
  EXPECT_EQ(write(kept("a1", "400.00") + "," + kept("c1", "29.99"), 3), std::vector<std::string>{":line_keeps_what_is_used"});
  EXPECT_EQ(write(kept("a1", "400.00") + "," + kept("c1", "30.00", "c2"), 4),
            std::vector<std::string>{":used_line_keeps_its_place"});
  EXPECT_EQ(write(kept("a1", "400.00") + "," + kept("c1", "30.00"), 5), std::vector<std::string>{});
}

TEST_F(BudgetChanges, AnAmendmentsVersionIsSubmittedAndApprovedWithItAlone) {
  const auto number = amended("1000.00");
  EXPECT_EQ(grant_.app.json("POST", grant_.path("/budget/versions/2/submit"), "", {{"If-Match", "\"1\""}}).code(),
            "version_belongs_to_an_amendment");
  EXPECT_EQ(submit(number, 1).status, 200);
  EXPECT_TRUE(decide(grant_.approver, number, 2, decline_change));
  EXPECT_EQ(change(number, "state"), "draft");
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM budget_versions WHERE state = 'draft'"), 1);
  EXPECT_TRUE(decide(grant_.author, number, 3, withdraw_change));
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM budget_versions WHERE state = 'withdrawn'"), 1);
  EXPECT_EQ(ask({{"a1", "-1.00"}, {"b", "1.00"}}).status, 201);
}

// ---- Register and comparison ----

TEST_F(BudgetChanges, TheRegisterListsAllOfThemAsJsonAndCsv) {
  transferred({{"a1", "-50.00"}, {"b", "50.00"}});
  amended("1000.00");
  const auto list = grant_.app.get(grant_.path("/modifications"));
  EXPECT_EQ(text_at(std::get<Value::Array>(list.json().find("items")->data()).at(1), "moved"), "50.00");
  const auto csv = grant_.app.get(grant_.path("/modifications"), {{"Accept", "text/csv"}});
  EXPECT_NE(csv.body.find("1,transfer,approved,fewer trips"), std::string::npos) << csv.body;
  EXPECT_EQ(grant_.app.get("/grants/1/modifications").status, 200);
  EXPECT_EQ(grant_.app.get("/grants/1/modifications/1").status, 200);
  EXPECT_EQ(grant_.app.get("/grants/1/modifications/9").status, 404);
}

TEST_F(BudgetChanges, AnyTwoVersionsAreCompared) {
  transferred({{"a1", "-50.00"}, {"b", "50.00"}});
  const auto number = amended("1000.00", kept("a1", "350.00") + "," + kept("b", "150.00") +
                                             R"(,{"work_package":"WP3","category":"c3","amount":"75.00"})");
  EXPECT_EQ(submit(number, 1).status, 200);
  ASSERT_TRUE(decide(grant_.approver, number, 2));
  const auto comparison = grant_.app.get(grant_.path("/budget/comparison?from=1&to=3"));
  ASSERT_EQ(comparison.status, 200) << comparison.body;
  std::vector<std::string> changes;
  const auto body = comparison.json();
  for (const auto& line : std::get<Value::Array>(body.find("lines")->data())) {
    changes.push_back(text_at(line, "change") + " " + text_at(line, "before") + " " + text_at(line, "after"));
  }
  EXPECT_EQ(changes, (std::vector<std::string>{"changed 400.00 350.00", "changed 100.00 150.00", "added 0.00 75.00",
                                               "removed 100.00 0.00"}));
  EXPECT_EQ(text_at(*body.find("direct"), "difference"), "-25.00");
  const auto csv = grant_.app.get(grant_.path("/budget/comparison?from=1&to=3"), {{"Accept", "text/csv"}}).body;
  EXPECT_TRUE(csv.starts_with("budget_line_id,change,label,was,before,after,difference\r\n")) << csv;
  EXPECT_NE(csv.find(",0.00,75.00,75.00\r\n"), std::string::npos) << csv;
  EXPECT_EQ(grant_.app.get(grant_.path("/budget/comparison?from=7")).breaches(),
            std::vector<std::string>{"from:budget_version_not_found"});
  EXPECT_EQ(grant_.app.get("/grants/1/budget/comparison").status, 200);
}

TEST_F(BudgetChanges, TheFormKeepsWhatWasTypedAndMarksTheLine) {
  EXPECT_EQ(grant_.cost(grant_.line("c1"), 3'000), "");
  const auto key = "changes." + std::to_string(grant_.line("c1"));
  const auto other = "changes." + std::to_string(grant_.line("a1"));
  const auto page = grant_.app.form("/grants/1/transfers", {{"justification", "kept as typed"},
                                                            {key + ".budget_line_id", std::to_string(grant_.line("c1"))},
                                                            {key + ".amount", "-80.00"},
                                                            {other + ".budget_line_id", std::to_string(grant_.line("a1"))},
                                                            {other + ".amount", "80.00"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_NE(page.body.find("kept as typed"), std::string::npos);
  EXPECT_NE(page.body.find("value=\"-80.00\""), std::string::npos);
  EXPECT_NE(page.body.find("href=\"#f-" + key + ".amount\""), std::string::npos);
}

}  // namespace
}  // namespace kindling
