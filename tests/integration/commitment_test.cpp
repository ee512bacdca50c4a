// Commitments through the real app: they reserve a line within what is available, are used up by costs, and let go.
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "spending/record_commitment.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/reverse_expenditure.hpp"
#include "support/budgeted_grant.hpp"

namespace kindling {
namespace {

class Commitments : public ::testing::Test {
 protected:
  Answer commit(const std::string& category, const std::string& amount) {
    return grant_.app.json("POST", grant_.path("/commitments"),
                           R"({"budget_line_id":)" + std::to_string(grant_.line(category)) + R"(,"supplier_id":)" +
                               std::to_string(grant_.supplier) + R"(,"title":"Printing","signed_on":"2026-02-01","amount":")" +
                               amount + "\"}");
  }
  std::int64_t committed(const std::string& category, const std::string& amount) {
    const auto answer = commit(category, amount);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return std::stoll(text_at(answer.json(), "id"));
  }
  std::string at(std::int64_t id, const std::string& tail = "") {
    return grant_.path("/commitments/" + std::to_string(id) + tail);
  }
  std::string state(std::int64_t id) { return text_at(grant_.app.get(at(id)).json(), "state"); }
  Answer release(std::int64_t id, int version) {
    return grant_.app.json("POST", at(id, "/release"), R"({"reason":"delivered for less"})",
                           {{"If-Match", '"' + std::to_string(version) + '"'}});
  }
  Outcome let_pass(const Actor& actor, std::int64_t id, int version) {
    Input input;
    input.set("reason", "urgent");
    return in_transaction(grant_.app.database(), actor, "test", {}, [&](Transaction& transaction) {
      return override_commitment(transaction, {grant_.id, id, version}, input);
    });
  }

  BudgetedGrant grant_;
};

TEST_F(Commitments, ReserveALineUpToTheLastCentAndNotOneMore) {
  const auto refused = commit("b", "100.01");
  EXPECT_EQ(refused.breaches(), std::vector<std::string>{"amount:commitment_exceeds_the_line"});
  EXPECT_NE(refused.body.find("The line has 100.00 EUR available."), std::string::npos) << refused.body;
  committed("b", "60.00");
  EXPECT_EQ(commit("b", "40.01").status, 422);
  committed("b", "40.00");
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 10'000);
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM commitments"), 2);
}

TEST_F(Commitments, TheDatabaseAloneRefusesMoreThanTheLineHas) {
  const auto insert = [&](const std::string& amount, const std::string& line) {
    return grant_.app.broken_rule("INSERT INTO commitments (grant_id, budget_line_id, supplier_id, title, signed_on, currency, "
                                  "amount_minor, created_by) VALUES (1, " + line + ", " + std::to_string(grant_.supplier) +
                                  ", 'x', '2026-02-01', 'EUR', " + amount + ", 1)");
  };
  const auto line = std::to_string(grant_.line("b"));
  EXPECT_EQ(insert("10001", line), "commitment_exceeds_the_line");
  EXPECT_EQ(insert("10000", line), "");
  EXPECT_EQ(insert("1", "999"), "commitment_line_is_in_force");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE commitments SET amount_minor = 1"), "commitment_stays_as_signed");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE commitments SET state = 'proposed'"), "commitment_edge_allowed");
}

TEST_F(Commitments, AreConsumedInPartsAndOpenAgainByAReversal) {
  const auto id = committed("b", "80.00");
  EXPECT_EQ(grant_.cost(grant_.line("b"), 3'000, id), "");
  EXPECT_EQ(state(id), "open");
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 5'000);
  EXPECT_EQ(grant_.figure("b", "spent_minor"), 3'000);
  // The rest of the line is 20.00: another cost beside the contract stays within it.
  EXPECT_EQ(grant_.cost(grant_.line("b"), 2'001), "line_exceeded");
  EXPECT_EQ(grant_.cost(grant_.line("b"), 5'000, id), "");
  EXPECT_EQ(state(id), "consumed");
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 0);
  // Ten of the fifty are taken back: the contract has them again.
  const auto cost = grant_.app.number("SELECT max(id) FROM expenditures");
  Input part;
  part.set("amount", "10.00");
  part.set("reason", "charged twice");
  part.set("booked_on", "2026-03-02");
  const auto act = [&](const Actor& actor, const std::function<Outcome(Transaction&, const ExpenditureAct&)>& step) {
    const auto version = grant_.app.number("SELECT version FROM expenditures WHERE id = " + std::to_string(cost));
    const auto done = in_transaction(grant_.app.database(), actor, "test", {}, [&](Transaction& transaction) {
      return step(transaction, {cost, static_cast<int>(version), Date::of("2026-06-30")});
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().code + done.error().message);
  };
  act(grant_.author, [&](Transaction& transaction, const ExpenditureAct& on) { return request_reversal(transaction, on, part); });
  act(grant_.approver, [](Transaction& transaction, const ExpenditureAct& on) { return approve_reversal(transaction, on); });
  EXPECT_EQ(state(id), "open");
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 1'000);
}

TEST_F(Commitments, AReleaseFreesTheRestAndSaysWhy) {
  const auto id = committed("b", "80.00");
  EXPECT_EQ(grant_.cost(grant_.line("b"), 3'000, id), "");
  EXPECT_EQ(release(id, 7).status, 412);
  EXPECT_EQ(grant_.app.json("POST", at(id, "/release"), "{}", {{"If-Match", "\"1\""}}).breaches(),
            std::vector<std::string>{"reason:required"});
  const auto released = release(id, 1);
  EXPECT_EQ(released.status, 200) << released.body;
  EXPECT_EQ(text_at(released.json(), "closed_reason"), "delivered for less");
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 0);
  EXPECT_EQ(release(id, 2).code(), "commitment_edge_allowed");
  EXPECT_EQ(grant_.cost(grant_.line("b"), 7'000), "");
}

TEST_F(Commitments, WhereTheRuleWarnsSomebodyElseLetsItPass) {
  grant_.rule("warn");
  const auto id = committed("b", "150.00");
  EXPECT_EQ(state(id), "proposed");
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 0);
  EXPECT_EQ(let_pass(grant_.author, id, 1).error().code, "own_request");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE commitments SET state = 'open'"), "commitment_exceeds_the_line");
  EXPECT_EQ(grant_.app.broken_rule("UPDATE commitments SET state = 'open', overridden_by = 1, override_reason = 'x'"),
            "commitment_override_is_by_another");
  ASSERT_TRUE(let_pass(grant_.approver, id, 1));
  EXPECT_EQ(state(id), "open");
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 15'000);
}

TEST_F(Commitments, TwoAtOnceNeverReserveMoreThanTheLineHas) {
  int statuses[2] = {0, 0};
  std::thread other([&] { statuses[0] = commit("b", "60.00").status; });
  statuses[1] = commit("b", "60.00").status;
  other.join();
  EXPECT_EQ(std::min(statuses[0], statuses[1]), 201);
  EXPECT_EQ(std::max(statuses[0], statuses[1]), 422);
  EXPECT_EQ(grant_.figure("b", "committed_minor"), 6'000);
}

TEST_F(Commitments, BadInputIsToldAtItsFieldAndNothingIsStored) {
  EXPECT_EQ(commit("b", "1.005").breaches(), std::vector<std::string>{"amount:over_precise"});
  EXPECT_EQ(commit("b", "0").breaches(), std::vector<std::string>{"amount:out_of_range"});
  const auto bad = grant_.app.json("POST", grant_.path("/commitments"),
                                   R"({"budget_line_id":1,"supplier_id":9999,"title":"x","signed_on":"2199-01-01","amount":"1"})");
  EXPECT_EQ(bad.breaches(), std::vector<std::string>{"signed_on:in_the_future"});
  const auto nobody = grant_.app.json("POST", grant_.path("/commitments"),
                                      R"({"budget_line_id":1,"supplier_id":9999,"title":"x","signed_on":"2026-01-01","amount":"1"})");
  EXPECT_EQ(nobody.breaches(), std::vector<std::string>{"supplier_id:commitments_supplier_id_fkey"});
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM commitments"), 0);
  const auto page = grant_.app.form("/grants/1/commitments", {{"title", "Kept as typed"}, {"amount", "x"}});
  EXPECT_EQ(page.status, 422);
  EXPECT_NE(page.body.find("Kept as typed"), std::string::npos);
}

// ---- A line lives on through versions ----

TEST_F(Commitments, ALineLivesOnThroughVersionsWithWhatIsPromisedOnIt) {
  const auto root = grant_.line("b");
  committed("b", "60.00");
  EXPECT_EQ(grant_.app.number("SELECT count(*) FROM budget_lines WHERE continues_id IS NOT NULL"), 0);
  EXPECT_EQ(grant_.app.broken_rule("INSERT INTO budget_versions (grant_id, number) VALUES (1, 2)"), "");
  EXPECT_EQ(grant_.app.broken_rule("INSERT INTO budget_lines (budget_version_id, line_no, continues_id, category_code, amount_minor) "
                                   "SELECT max(id), 1, " + std::to_string(root) + ", 'b', 9000 FROM budget_versions"), "");
  EXPECT_EQ(grant_.app.number("SELECT f.committed_minor FROM budget_versions v, budget_line_figures(v.id) f WHERE v.number = 2"), 6'000);
  EXPECT_EQ(grant_.app.broken_rule("INSERT INTO budget_lines (budget_version_id, line_no, continues_id, category_code, amount_minor) "
                                   "SELECT max(id), 2, " + std::to_string(root) + ", 'b', 1 FROM budget_versions"),
            "budget_line_continues_once");
}

}  // namespace
}  // namespace kindling
