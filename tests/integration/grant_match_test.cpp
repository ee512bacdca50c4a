// The match of a grant through the real app: what approved costs give beside the grant's own money, paid and in kind, at any
// date and as known at any instant; and a cost that is match is claimed nowhere.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "storage/database.hpp"
#include "support/statement_app.hpp"

namespace kindling {
namespace {

class GrantMatchFigures : public ::testing::Test {
 protected:
  GrantMatchFigures() : grant_(app_.grant_of({{"WP1", "c3", 0, "5000.00"}}, {{"match_required", "\"1000.00\""}})) {}

  std::string part(const char* used_as) const {
    return R"({"used_as":")" + std::string(used_as) + R"(","grant_id":)" + std::to_string(grant_.id) + "}";
  }
  std::string in_kind(const std::string& amount) const {
    return R"({"kind":"in_kind","in_kind_of":"time","valuation_basis":"8 h at 25.00","document_on":"2026-03-20",)"
           R"("description":"Volunteers","currency":"EUR","amount":")" + amount + R"(","allocations":[)" + part("match") + "]}";
  }
  // "required paid in_kind missing". Bert acts beside the routes, so what is in memory hears of it a moment later: each
  // question is a new one.
  std::string match(const std::string& query = "") {
    const auto answer = app_.get("/api/v1/grants/" + std::to_string(grant_.id) + "/budget?fresh=" + std::to_string(++asked_) + query);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto body = answer.json();
    std::string text;
    for (const auto* name : {"required", "paid", "in_kind", "missing"}) {
      text += (text.empty() ? "" : " ") + text_at(*body.find("match"), name);
    }
    return text;
  }
  std::string now() {
    std::string text;
    app_.database().lease()->sql()
        << "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')", soci::into(text);
    return text;
  }

  StatementApp app_;
  SpendingGrant grant_;
  int asked_ = 0;
};

TEST_F(GrantMatchFigures, AreWhatApprovedCostsGiveBesideTheGrantsOwnMoney) {
  EXPECT_EQ(match(), "1000.00 0.00 0.00 1000.00");
  const auto paid = app_.submitted(app_.invoice_of("M-1", "300.00", part("match")));  // of 10 March
  EXPECT_EQ(match(), "1000.00 0.00 0.00 1000.00");                                     // nobody approved it yet
  const auto before = now();
  ASSERT_EQ(app_.as_bert(paid, "approve"), "");
  app_.approved(in_kind("200.00"));
  EXPECT_EQ(match(), "1000.00 300.00 200.00 500.00");
  EXPECT_EQ(match("&known_at=" + before), "1000.00 0.00 0.00 1000.00");
  EXPECT_EQ(match("&as_of=2026-03-09"), "1000.00 0.00 0.00 1000.00");
  EXPECT_EQ(match("&as_of=2026-03-10"), "1000.00 300.00 0.00 700.00");
  app_.reverse(paid, "100.00", "2026-04-01");
  EXPECT_EQ(match("&as_of=2026-03-31"), "1000.00 300.00 200.00 500.00");
  EXPECT_EQ(match("&as_of=2026-04-01"), "1000.00 200.00 200.00 600.00");
  app_.approved(app_.invoice_of("M-2", "900.00", part("match")));
  EXPECT_EQ(match(), "1000.00 1100.00 200.00 0.00");
  // It is no cost of the grant.
  const auto budget = app_.get("/api/v1/grants/" + std::to_string(grant_.id) + "/budget").json();
  EXPECT_EQ(text_at(*budget.find("total"), "spent"), "0.00");
}

TEST_F(GrantMatchFigures, StandOnThePageWithTheWayToTheirCosts) {
  const auto page = "/grants/" + std::to_string(grant_.id) + "/budget/figures";
  const auto id = app_.approved(app_.invoice_of("M-1", "300.00", part("match")));
  app_.approved(app_.invoice("C-1", "50.00", grant_.lines[0]));
  const auto shown = app_.get(page).body;
  EXPECT_NE(shown.find("<dt>Missing</dt><dd class=\"over\">700.00 EUR</dd>"), std::string::npos);
  const std::string costs = "/expenditures?grant=" + std::to_string(grant_.id) + "&amp;used_as=match";
  EXPECT_NE(shown.find(costs), std::string::npos);
  const auto listed = app_.get("/api/v1/expenditures?used_as=match&grant=" + std::to_string(grant_.id)).json();
  const auto& items = std::get<Value::Array>(listed.find("items")->data());
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(text_at(items[0], "id"), std::to_string(id));
  const auto wrong = app_.get("/api/v1/expenditures?used_as=stolen&state=x&grant=y&from=2026-02-31").breaches();
  EXPECT_EQ(wrong, (std::vector<std::string>{"state:not_one_of", "used_as:not_one_of", "grant:not_a_number", "from:not_a_date"}));
  const auto other = app_.grant_of({{"WP1", "c3", 0, "5000.00"}});
  EXPECT_EQ(app_.get("/grants/" + std::to_string(other.id) + "/budget/figures").body.find("Given in kind"), std::string::npos);
}

TEST_F(GrantMatchFigures, AreOfCostsThatNoOtherGrantCanClaim) {
  const auto other = app_.grant_of({{"WP1", "c3", 0, "5000.00"}});
  const auto id = app_.submitted(app_.invoice_of("M-1", "300.00", part("match")));
  ASSERT_EQ(app_.attach(id, "m-1.pdf", "%PDF-1.7 one").status, 201);
  EXPECT_EQ(app_.json("POST", "/api/v1/expenditures", app_.invoice("m 1", "300.00", other.lines[0])).breaches(),
            std::vector<std::string>{"document_number:invoice_counts_once"});
  const auto again = app_.draft(app_.invoice("M-2", "300.00", other.lines[0]));
  const auto refused = app_.attach(again, "copy.pdf", "%PDF-1.7 one");
  EXPECT_NE(refused.body.find("/expenditures/" + std::to_string(id)), std::string::npos) << refused.body;
  const auto claim = R"({"used_as":"claimed","budget_line_id":)" + std::to_string(other.lines[0]) + R"(,"amount":"1.00"})";
  auto whole = part("match");
  whole.insert(whole.size() - 1, R"(,"amount":"300.00")");
  EXPECT_EQ(app_.json("POST", "/api/v1/expenditures", app_.invoice_of("M-3", "300.00", whole + "," + claim)).breaches(),
            std::vector<std::string>{"allocations:exceeds_the_cost"});
  EXPECT_EQ(app_.broken_rule("INSERT INTO expenditure_allocations (expenditure_id, position, used_as, grant_id, grant_currency, "
                             "budget_line_id, fund_id, amount_minor, grant_minor) VALUES (" + std::to_string(id) +
                             ", 2, 'claimed', " + std::to_string(other.id) + ", 'EUR', " + std::to_string(other.lines[0]) + ", " +
                             std::to_string(other.fund_id) + ", 30000, 30000)"),
            "allocations_change_only_in_a_draft");
}

}  // namespace
}  // namespace kindling
