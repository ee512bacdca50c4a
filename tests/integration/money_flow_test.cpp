// Instalments and budgets through the real app: what is received reaches the ledger once; a budget needs two people.
#include <thread>

#include <gtest/gtest.h>

#include "identity/manage_users.hpp"
#include "identity/user_store.hpp"
#include "budgets/record_budget.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

class MoneyFlow : public ::testing::Test {
 protected:
  // A grant of 1,000.00 EUR, awarded.
  std::int64_t awarded_grant() {
    const auto id = app_.record_grant();
    const auto moved = app_.json("POST", "/api/v1/grants/" + std::to_string(id) + "/state",
                                 R"({"to_state":"awarded","on_date":"2026-01-15","awarded_amount":"1000.00"})",
                                 {{"If-Match", app_.etag(id)}});
    EXPECT_EQ(moved.status, 200) << moved.body;
    return id;
  }
  std::string path(std::int64_t grant, const std::string& tail) {
    return "/api/v1/grants/" + std::to_string(grant) + tail;
  }
  std::int64_t plan(std::int64_t grant, const char* amount) {
    const auto answer = app_.json("POST", path(grant, "/instalments"),
                                  R"({"kind":"prefinancing","title":"Prefinancing","due_on":"2026-02-01","amount":")" +
                                      std::string(amount) + "\"}");
    EXPECT_EQ(answer.status, 201) << answer.body;
    return std::stoll(text_at(answer.json(), "id"));
  }
  Answer receive(std::int64_t grant, std::int64_t instalment, int version, const std::string& amount,
                 const std::string& reference, const Pairs& more = {}) {
    Pairs headers = {{"If-Match", '"' + std::to_string(version) + '"'}};
    headers.insert(headers.end(), more.begin(), more.end());
    return app_.json("POST", path(grant, "/instalments/" + std::to_string(instalment) + "/receive"),
                     R"({"received_on":"2026-02-03","amount":")" + amount + R"(","reference":")" + reference + "\"}",
                     headers);
  }
  std::int64_t cash() {
    return app_.number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM balances WHERE account_code = 'bank'");
  }
  Actor somebody_else() {
    EXPECT_TRUE(add_user(app_.database(), "second@example.org", "Second Person", "approver,coordinator"));
    const auto user = reading(app_.database(), [](Session& s) { return find_user_by_email(s, "second@example.org"); });
    Actor actor;
    actor.id = user->id;
    actor.roles = user->roles;
    return actor;
  }

  FundingApp app_;
};

TEST_F(MoneyFlow, PartsAndTooMuchAreShownForWhatTheyAre) {
  const auto grant = awarded_grant();
  const auto id = plan(grant, "400.00");
  auto answer = receive(grant, id, 1, "150.00", "A-1");
  EXPECT_EQ(text_at(answer.json(), "state"), "planned");
  EXPECT_EQ(text_at(answer.json(), "outstanding"), "250.00");
  answer = receive(grant, id, 2, "300.00", "A-2");
  EXPECT_EQ(text_at(answer.json(), "state"), "received");
  EXPECT_EQ(text_at(answer.json(), "outstanding"), "-50.00");
  EXPECT_EQ(cash(), 45'000);
}

TEST_F(MoneyFlow, TwoReceiptsAtOnceHaveOneWinner) {
  const auto grant = awarded_grant();
  const auto id = plan(grant, "400.00");
  int statuses[2] = {0, 0};
  std::thread other([&] { statuses[0] = receive(grant, id, 1, "400.00", "first").status; });
  statuses[1] = receive(grant, id, 1, "400.00", "second").status;
  other.join();
  EXPECT_EQ(std::min(statuses[0], statuses[1]), 200);
  EXPECT_EQ(std::max(statuses[0], statuses[1]), 412);
  EXPECT_EQ(cash(), 40'000);
}

TEST_F(MoneyFlow, TheSameKeyReceivesOnceAndGetsTheFirstAnswer) {
  const auto grant = awarded_grant();
  const auto id = plan(grant, "400.00");
  const Pairs key = {{"Idempotency-Key", "receipt-1"}};
  const auto first = receive(grant, id, 1, "400.00", "A", key);
  const auto again = receive(grant, id, 1, "400.00", "A", key);
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(receive(grant, id, 1, "399.00", "A", key).breaches(), std::vector<std::string>{":key_reused"});
  EXPECT_EQ(cash(), 40'000);
}

TEST_F(MoneyFlow, AReversalTakesTheMoneyOutAndOpensTheInstalment) {
  const auto grant = awarded_grant();
  const auto id = plan(grant, "400.00");
  receive(grant, id, 1, "400.00", "A");
  const auto reversal = app_.json("POST", path(grant, "/instalments/" + std::to_string(id) + "/receipts/1/reverse"),
                                  R"({"reason":"wrong account"})", {{"If-Match", "\"2\""}});
  EXPECT_EQ(reversal.status, 200) << reversal.body;
  EXPECT_EQ(text_at(reversal.json(), "state"), "planned");
  EXPECT_EQ(cash(), 0);
}

TEST_F(MoneyFlow, BadReceiptsAreRefusedAndNothingIsStored) {
  const auto grant = awarded_grant();
  const auto id = plan(grant, "400.00");
  EXPECT_EQ(receive(grant, id, 1, "0", "A").breaches(), std::vector<std::string>{"amount:out_of_range"});
  EXPECT_EQ(receive(grant, id, 1, "-5", "A").breaches(), std::vector<std::string>{"amount:out_of_range"});
  EXPECT_EQ(receive(grant, id, 1, "1.005", "A").breaches(), std::vector<std::string>{"amount:over_precise"});
  EXPECT_EQ(receive(grant, id, 7, "1.00", "A").status, 412);
  const auto dry = app_.json("POST", path(grant, "/instalments/" + std::to_string(id) + "/receive?dry_run=true"),
                             R"({"received_on":"2026-02-03","amount":"400.00","reference":"A"})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(text_at(dry.json(), "would_answer"), "200");
  EXPECT_EQ(cash(), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM instalment_receipts"), 0);
}

TEST_F(MoneyFlow, NoMoneyComesBeforeTheAward) {
  const auto grant = app_.record_grant();
  const auto id = plan(grant, "400.00");
  EXPECT_EQ(receive(grant, id, 1, "400.00", "A").code(), "receipt_needs_an_award");
  EXPECT_EQ(cash(), 0);
}

// ---- Budgets ----

TEST_F(MoneyFlow, ABudgetNeedsTwoPeopleAndTheCacheSeesTheApprovalAtOnce) {
  const auto grant = awarded_grant();
  const auto budget = path(grant, "/budget");
  EXPECT_EQ(app_.get(budget).code(), "no_active_budget");
  ASSERT_EQ(app_.json("POST", budget + "/versions", "").status, 201);
  const auto saved = app_.json("PUT", budget + "/versions/1",
                               R"({"lines":[{"work_package":"WP1","category":"a1","amount":"400.00"},)"
                               R"({"work_package":"WP2","category":"b","amount":"100.00"}]})",
                               {{"If-Match", "\"1\""}});
  ASSERT_EQ(saved.status, 200) << saved.body;
  ASSERT_EQ(app_.json("POST", budget + "/versions/1/submit", "", {{"If-Match", "\"2\""}}).status, 200);

  const auto other = somebody_else();
  Actor author;
  author.id = app_.number("SELECT submitted_by FROM budget_versions");
  author.roles = Role::kApprover | Role::kCoordinator;
  const auto approve = [&](const Actor& actor) {
    return in_transaction(app_.database(), actor, "test", {},
                          [&](Transaction& t) { return approve_budget(t, {grant, 1, 3}); });
  };
  EXPECT_EQ(approve(author).error().code, "own_request");
  EXPECT_EQ(app_.broken_rule("UPDATE budget_versions SET state = 'approved', approved_by = submitted_by"),
            "approver_is_not_submitter");
  ASSERT_TRUE(approve(other));
  EXPECT_EQ(approve(other).error().code, "stale_version");
  EXPECT_EQ(app_.broken_rule("INSERT INTO budget_lines (budget_version_id, line_no, category_code, amount_minor) "
                             "SELECT id, 99, 'a1', 1 FROM budget_versions"),
            "lines_change_only_in_a_draft");

  // 25 % of the base, which leaves subcontracting out.
  Answer read;
  for (int i = 0; i < 50 && read.status != 200; ++i) read = app_.get(budget);
  EXPECT_EQ(text_at(*read.json().find("indirect"), "planned"), "100.00");
  EXPECT_EQ(text_at(*read.json().find("total"), "planned"), "600.00");
  EXPECT_EQ(app_.get(budget, {{"If-None-Match", read.header("etag")}}).status, 304);
}

TEST_F(MoneyFlow, ABudgetAboveTheMaximumIsRefusedWithTheFigures) {
  const auto grant = awarded_grant();
  const auto budget = path(grant, "/budget");
  app_.json("POST", budget + "/versions", "");
  app_.json("PUT", budget + "/versions/1", R"({"lines":[{"category":"b","amount":"1000.01"}]})", {{"If-Match", "\"1\""}});
  const auto refused = app_.json("POST", budget + "/versions/1/submit", "", {{"If-Match", "\"2\""}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.body.find("0.01 EUR above the maximum grant of 1,000.00 EUR"), std::string::npos) << refused.body;
}

TEST_F(MoneyFlow, WrongLinesAreToldByRowAndColumn) {
  const auto grant = awarded_grant();
  const auto budget = path(grant, "/budget");
  app_.json("POST", budget + "/versions", "");
  const auto refused = app_.json("PUT", budget + "/versions/1",
                                 R"({"lines":[{"category":"a1","amount":"1.00"},{"category":"zz","amount":"1.005","extra":"x"}]})",
                                 {{"If-Match", "\"1\""}});
  EXPECT_EQ(refused.breaches(), (std::vector<std::string>{"lines.1.category:not_one_of", "lines.1.amount:over_precise",
                                                          "lines.1.extra:unknown_field"}));
  EXPECT_EQ(app_.number("SELECT count(*) FROM budget_lines"), 0);
}

}  // namespace
}  // namespace kindling
