// A grant of two years with a line of goods, and what happens in its reporting periods, told to the database as the service's
// role tells it: for tests of what the rules there hold.
#pragma once

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <string>
#include <utility>
#include <vector>

#include "identity/manage_users.hpp"
#include "identity/user_store.hpp"
#include "spending/period_closing_store.hpp"
#include "spending/record_reporting_period.hpp"
#include "spending/reporting_period_store.hpp"
#include "storage/database.hpp"
#include "support/funding_app.hpp"

namespace kindling {

class ReportingPeriods : public ::testing::Test {
 protected:
  ReportingPeriods() {
    ada_.id = 1;
    ada_.roles = Role::kCoordinator | Role::kApprover;
    EXPECT_TRUE(add_user(app_.database(), "bo@example.org", "Bo", "approver").ok());
    bo_.id = app_.number("SELECT id FROM users WHERE email = 'bo@example.org'");
    bo_.roles = static_cast<Roles>(Role::kApprover);
    const auto body = app_.grant_body({{"starts_on", "\"2025-01-01\""}, {"ends_on", "\"2026-12-31\""},
                                       {"requested_amount", "\"100000.00\""}});
    grant_ = std::stoll(text_at(app_.json("POST", "/api/v1/grants", body).json(), "id"));
    id_ = std::to_string(grant_);
  }

  // Several statements in one transaction of the service; the rule that breaks, "" where all hold.
  std::string broken_rule(const std::vector<std::string>& statements) {
    const auto done = in_transaction(app_.database(), ada_, "test", {}, [&](Transaction& transaction) -> Outcome {
      for (const auto& statement : statements) transaction.sql() << statement;
      return kOk;
    });
    if (done) return {};
    return done.error().fields.empty() ? done.error().code : done.error().fields.front().code;
  }
  // Awarded, with a budget of one line of goods in force.
  void award() {
    const auto moved = app_.json("POST", "/api/v1/grants/" + id_ + "/state",
                                 R"({"to_state":"awarded","on_date":"2025-07-15","awarded_amount":"100000.00"})",
                                 {{"If-Match", app_.etag(grant_)}});
    ASSERT_EQ(moved.status, 200) << moved.body;
    ASSERT_EQ(broken_rule({"INSERT INTO budget_versions (grant_id, number, created_by) VALUES (" + id_ + ", 1, 1)",
                           "INSERT INTO budget_lines (budget_version_id, line_no, category_code, amount_minor) "
                           "SELECT id, 1, 'c3', 7000000 FROM budget_versions",
                           "UPDATE budget_versions SET state = 'submitted', submitted_by = 1, submitted_at = now()",
                           "UPDATE budget_versions SET state = 'approved', approved_by = 2, approved_at = now()"}),
              "");
    line_ = std::to_string(app_.number("SELECT id FROM budget_lines"));
    fund_ = std::to_string(app_.number("SELECT fund_id FROM grants WHERE id = " + id_));
  }
  void plan(const char* months) {
    const auto planned = app_.json("POST", "/api/v1/grants/" + id_ + "/periods", R"({"months":)" + std::string(months) + "}");
    ASSERT_EQ(planned.status, 201) << planned.body;
  }
  std::vector<std::string> drafting(const std::string& number, const std::string& day, const std::string& minor,
                                    const std::string& currency) {
    return {"INSERT INTO expenditures (kind, supplier_id, document_number, document_on, description, currency, amount_minor, "
            "created_by) VALUES ('invoice', 2, '" + number + "', '" + day + "', 'Goods', '" + currency + "', " + minor + ", 1)",
            "INSERT INTO expenditure_allocations (expenditure_id, position, used_as, grant_id, budget_line_id, fund_id, "
            "amount_minor, grant_currency, grant_minor) SELECT id, 1, 'claimed', " + id_ + ", " + line_ + ", " + fund_ + ", " +
                minor + ", 'EUR', grant_minor_of(" + id_ + ", " + minor + ", '" + currency + "', '" + day +
                "') FROM expenditures WHERE document_number = '" + number + "'"};
  }
  static std::string submitting(const std::string& number) {
    return "UPDATE expenditures SET state = 'submitted', submitted_by = 1, submitted_at = now() WHERE document_number = '" +
           number + "'";
  }
  static std::string newest_entry() { return "(SELECT max(id) FROM entries)"; }
  // Its entry, in the grant's currency, and the approval.
  std::vector<std::string> approving(const std::string& number) {
    const std::string of = " FROM expenditures e JOIN expenditure_allocations a ON a.expenditure_id = e.id "
                           "WHERE e.document_number = '" + number + "'";
    const std::string foreign = of + " AND e.currency <> a.grant_currency";
    return {"INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) "
            "SELECT e.document_on, 'expenditure_approved', 'expenditure', e.id, "
            "CASE WHEN e.currency = a.grant_currency THEN 2 ELSE 4 END, 2" + of,
            "INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency) "
            "SELECT " + newest_entry() + ", row_number() OVER (), x.* FROM ("
            "SELECT 'expense_direct', a.fund_id, a.budget_line_id, a.grant_minor, a.grant_currency" + of + " UNION ALL "
            "SELECT 'payables', a.fund_id, NULL, -a.amount_minor, e.currency" + of + " UNION ALL "
            "SELECT 'currency_clearing', a.fund_id, NULL, -a.grant_minor, a.grant_currency" + foreign + " UNION ALL "
            "SELECT 'currency_clearing', a.fund_id, NULL, a.amount_minor, e.currency" + foreign + ") x",
            "UPDATE expenditures SET state = 'approved', approved_by = 2, approved_at = now(), entry_id = " + newest_entry() +
                " WHERE document_number = '" + number + "'"};
  }
  std::string spend(const std::string& number, const std::string& day, const std::string& minor,
                    const std::string& currency = "EUR") {
    auto statements = drafting(number, day, minor, currency);
    statements.push_back(submitting(number));
    for (auto& statement : approving(number)) statements.push_back(std::move(statement));
    return broken_rule(statements);
  }
  ReportingPeriod period(int number) {
    return *reading(app_.database(), [&](Session& session) { return find_reporting_period(session, grant_, number); });
  }
  template <typename F>
  std::string as(const Actor& actor, int number, F&& work) {
    const PeriodAct act{grant_, number, period(number).version, Date::of("2026-06-30")};
    const auto done = in_transaction(app_.database(), actor, "test", {},
                                     [&](Transaction& transaction) -> Outcome { return work(transaction, act); });
    if (done) return {};
    return done.error().fields.empty() ? done.error().code : done.error().fields.front().code;
  }
  std::string begin(int number) { return as(ada_, number, begin_closing); }
  std::string close(int number, const Actor& actor, const std::string& note = "") {
    Input input;
    input.set("note", note);
    return as(actor, number, [&](Transaction& transaction, const PeriodAct& act) {
      return close_reporting_period(transaction, act, input);
    });
  }
  void close_whole(int number) {
    ASSERT_EQ(begin(number), "");
    ASSERT_EQ(close(number, bo_, "The originals are with the auditor."), "");
  }
  std::string ask(int number, const std::string& reason) {
    Input input;
    input.set("reason", reason);
    return as(ada_, number, [&](Transaction& transaction, const PeriodAct& act) {
      return request_reopening(transaction, act, input);
    });
  }
  std::string decide(int number, const Actor& actor, const std::string& decision) {
    Input input;
    input.set("decision", decision);
    return as(actor, number, [&](Transaction& transaction, const PeriodAct& act) {
      return decide_reopening(transaction, act, input);
    });
  }
  std::int64_t on_line() {
    return app_.number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM postings WHERE budget_line_id = " + line_);
  }
  void publish(const std::string& currency, const std::string& day, const std::string& rate) {
    ASSERT_EQ(broken_rule({"INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES ('" +
                           currency + "', '" + day + "', " + rate + ", false, 'ECB')"}),
              "");
  }
  // A rate on the 15th of every month of 2025 and one after its end.
  void publish_year(const std::string& currency, const std::string& rate) {
    for (int month = 1; month <= 12; ++month) {
      publish(currency, "2025-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-15", rate);
    }
    publish(currency, "2026-01-02", rate);
  }
  std::string statement(int number) {
    return app_.get("/api/v1/grants/" + id_ + "/periods/" + std::to_string(number) + "/statement").body;
  }

  FundingApp app_;
  Actor ada_, bo_;
  std::int64_t grant_ = 0;
  std::string id_, line_, fund_;
};

}  // namespace kindling
