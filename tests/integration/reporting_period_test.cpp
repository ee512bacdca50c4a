// Reporting periods: planned without a gap, closed in order by two people, never posted into again; what was reported
// stays as it was, and its corrections appear as adjustments.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <atomic>
#include <string>
#include <thread>

#include "identity/manage_users.hpp"
#include "identity/user_store.hpp"
#include "spending/period_closing_store.hpp"
#include "spending/record_reporting_period.hpp"
#include "spending/reporting_period_store.hpp"
#include "support/funding_app.hpp"

namespace kindling {
namespace {

const Date kToday = Date::of("2026-06-30");

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
    const PeriodAct act{grant_, number, period(number).version, kToday};
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

TEST_F(ReportingPeriods, ArePlannedByARhythmEachWithItsReport) {
  plan("12");
  const auto periods = reading(app_.database(), [&](Session& session) { return list_reporting_periods(session, grant_); });
  ASSERT_EQ(periods.size(), 2u);
  EXPECT_EQ(periods[1].days, (Period{Date::of("2026-01-01"), Date::of("2026-12-31")}));
  EXPECT_EQ(periods[0].report_due_on, "2026-03-01");  // 60 days after 31 December (AGA 21.2)
  EXPECT_EQ(app_.number("SELECT count(*) FROM obligations WHERE kind = 'report' AND state = 'open'"), 2);
}

TEST_F(ReportingPeriods, MoveTheirEndTogetherWithTheReportAndAreRemovedWithIt) {
  ASSERT_EQ(app_.json("POST", "/api/v1/grants/" + id_ + "/periods", R"({"ends_on":"2025-06-30"})").status, 201);
  const auto path = "/api/v1/grants/" + id_ + "/periods/1";
  EXPECT_EQ(app_.json("POST", path + "/end", R"({"ends_on":"2025-09-30"})").status, 428);
  const auto moved = app_.json("POST", path + "/end", R"({"ends_on":"2025-09-30"})", {{"If-Match", "\"1\""}});
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(text_at(moved.json(), "report_due_on"), "2025-11-29");
  EXPECT_EQ(app_.json("POST", path + "/end", R"({"ends_on":"2025-10-31"})", {{"If-Match", "\"1\""}}).status, 412);
  ASSERT_EQ(app_.json("POST", path + "/remove", "{}", {{"If-Match", "\"2\""}}).status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM obligations"), 0);
  EXPECT_EQ(app_.get(path).status, 404);
}

TEST_F(ReportingPeriods, FollowEachOtherWithinTheGrant) {
  plan("12");
  const std::string insert = "INSERT INTO reporting_periods (grant_id, number, starts_on, ends_on) VALUES (" + id_ + ", ";
  EXPECT_EQ(broken_rule({insert + "3, '2026-12-31', '2026-12-31')"}), "reporting_periods_follow_each_other");  // overlaps
  EXPECT_EQ(broken_rule({insert + "3, '2027-01-02', '2027-01-31')"}), "reporting_periods_follow_each_other");  // a gap
  EXPECT_EQ(broken_rule({insert + "3, '2027-01-01', '2027-01-01')"}), "reporting_periods_lie_in_the_grant");
  EXPECT_EQ(broken_rule({insert + "2, '2026-01-01', '2026-02-01')"}), "reporting_period_is_numbered_once");
  EXPECT_EQ(broken_rule({"UPDATE reporting_periods SET ends_on = '2025-12-30' WHERE number = 1"}), "reporting_period_keeps_its_days");
  EXPECT_EQ(broken_rule({"UPDATE reporting_periods SET starts_on = '2026-01-02' WHERE number = 2"}), "reporting_period_keeps_its_days");
  EXPECT_EQ(broken_rule({"DELETE FROM reporting_periods WHERE number = 1"}), "reporting_period_stays");
  EXPECT_EQ(broken_rule({"UPDATE grants SET ends_on = '2026-12-30'"}), "reporting_periods_lie_in_the_grant");
  EXPECT_EQ(broken_rule({"UPDATE grants SET starts_on = '2024-12-31'"}), "reporting_periods_lie_in_the_grant");
  EXPECT_EQ(broken_rule({"UPDATE grants SET ends_on = '2027-01-31'"}), "");
}

TEST_F(ReportingPeriods, AreClosedInOrderByAnotherPersonThanWhoBegan) {
  plan("6");
  EXPECT_EQ(broken_rule({"UPDATE reporting_periods SET state = 'closed', closing_by = 1, closed_by = 2 WHERE number = 1"}),
            "reporting_period_edge_allowed");
  ASSERT_EQ(begin(2), "");
  EXPECT_EQ(close(2, bo_), "checklist_is_open");
  EXPECT_EQ(broken_rule({"UPDATE reporting_periods SET state = 'closed', closed_by = 2 WHERE number = 2"}),
            "reporting_periods_close_in_order");
  ASSERT_EQ(begin(1), "");
  EXPECT_EQ(close(1, ada_), "own_request");
  EXPECT_EQ(broken_rule({"UPDATE reporting_periods SET state = 'closed', closed_by = 1 WHERE number = 1"}),
            "period_closer_is_another");
  ASSERT_EQ(close(1, bo_), "");
  ASSERT_EQ(close(2, bo_), "");
  ASSERT_EQ(begin(3), "");
  EXPECT_EQ(close(3, bo_), "checklist_is_open");  // 30 June 2026 is not over yet
}

TEST_F(ReportingPeriods, WaitForTheChecklist) {
  award();
  plan("12");
  ASSERT_EQ(broken_rule(drafting("A", "2025-12-31", "5000", "EUR")), "");
  ASSERT_EQ(begin(1), "");
  EXPECT_EQ(close(1, bo_, "never mind"), "checklist_is_open");  // a draft
  ASSERT_EQ(broken_rule({submitting("A")}), "");
  EXPECT_EQ(close(1, bo_, "never mind"), "checklist_is_open");  // waits for approval
  ASSERT_EQ(broken_rule(approving("A")), "");
  EXPECT_EQ(close(1, bo_), "required");                         // no evidence, and nobody says why
  ASSERT_EQ(close(1, bo_, "The originals are with the auditor."), "");
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures WHERE state = 'reported'"), 1);
}

TEST_F(ReportingPeriods, TakeNothingOnceTheyAreClosed) {
  award();
  plan("12");
  ASSERT_EQ(broken_rule(drafting("early", "2026-01-01", "100", "EUR")), "");
  close_whole(1);
  const auto post = [&](const std::string& day) {
    return broken_rule({"INSERT INTO entries (booked_on, kind, posting_count, actor_id) VALUES ('" + day + "', 'test', 2, 1)",
                        "INSERT INTO postings (entry_id, line_no, account_code, fund_id, amount_minor, currency) VALUES "
                        "(" + newest_entry() + ", 1, 'bank', " + fund_ + ", 5, 'EUR'), "
                        "(" + newest_entry() + ", 2, 'income_grants', " + fund_ + ", -5, 'EUR')"});
  };
  EXPECT_EQ(post("2025-12-31"), "period_is_closed");
  EXPECT_EQ(post("2026-01-01"), "");
  EXPECT_EQ(broken_rule(drafting("late", "2025-12-31", "100", "EUR")), "expenditure_period_is_closed");
  EXPECT_EQ(broken_rule({"UPDATE expenditures SET document_on = '2025-12-31' WHERE document_number = 'early'"}),
            "expenditure_period_is_closed");
  EXPECT_EQ(broken_rule({"INSERT INTO commitments (grant_id, budget_line_id, supplier_id, title, signed_on, currency, "
                         "amount_minor, created_by) VALUES (" + id_ + ", " + line_ + ", 2, 'Order', '2025-12-31', 'EUR', 100, 1)"}),
            "commitment_period_is_closed");
  const auto told = app_.json("POST", "/api/v1/grants/" + id_ + "/instalments",
                              R"({"kind":"interim","title":"Interim","due_on":"2026-02-01","amount":"10.00"})");
  const auto received = app_.json("POST", "/api/v1/grants/" + id_ + "/instalments/" + text_at(told.json(), "id") + "/receive",
                                  R"({"received_on":"2025-12-31","amount":"10.00","reference":"A"})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(received.status, 409);
  EXPECT_NE(received.body.find("ask for the period to be reopened"), std::string::npos) << received.body;
}

TEST_F(ReportingPeriods, PinTheirRatesAndShowTheDifferenceAsExchangeGainOrLoss) {
  award();  // Horizon Europe: the average of the reporting period
  plan("12");
  publish("CZK", "2025-02-14", "20.00");
  ASSERT_EQ(spend("A", "2025-02-14", "100000", "CZK"), "");  // 1,000.00 CZK at 20, the only rate: 50.00 EUR
  EXPECT_EQ(on_line(), 5'000);
  publish_year("CZK", "26.50");                               // the year's average is now (20 + 12 x 26.5) / 13 = 26
  close_whole(1);
  EXPECT_EQ(on_line(), 3'846);                                // 1,000 / 26 = 38.46
  EXPECT_EQ(app_.number("SELECT sum(amount_minor)::bigint FROM postings WHERE account_code = 'exchange_differences'"), 1'154);
  EXPECT_EQ(app_.number("SELECT grant_minor FROM expenditure_allocations"), 3'846);
  EXPECT_EQ(app_.number("SELECT (units_per_euro * 100)::bigint FROM reporting_period_rates"), 2'600);
  const auto before = statement(1);
  publish("CZK", "2025-03-03", "99.00");                      // a later import changes nothing
  EXPECT_EQ(statement(1), before);
  EXPECT_EQ(app_.number("SELECT grant_minor_of(" + id_ + ", 100000, 'CZK', '2025-02-14')"), 3'846);
  EXPECT_EQ(broken_rule({"UPDATE expenditure_allocations SET grant_minor = 1"}), "reported_amount_is_pinned");
  EXPECT_EQ(broken_rule({"UPDATE grants SET exchange_policy = 'booking_date'"}), "grant_exchange_policy_is_settled");
  EXPECT_ANY_THROW(broken_rule({"UPDATE reporting_period_rates SET units_per_euro = 1"}));
}

TEST_F(ReportingPeriods, CountFourCurrenciesApartAndNeverTogether) {
  award();
  ASSERT_EQ(broken_rule({"UPDATE grants SET exchange_policy = 'booking_date'"}), "");
  plan("12");
  publish("CZK", "2025-05-05", "25.00");
  publish("JPY", "2025-05-05", "160.00");
  ASSERT_EQ(broken_rule({"INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source, created_by) VALUES "
                         "('KWD', '2025-05-05', 0.32, true, 'Central Bank of Kuwait', 1)"}),
            "");
  ASSERT_EQ(spend("eur", "2025-05-05", "1000"), "");           // 10.00 EUR
  ASSERT_EQ(spend("czk", "2025-05-05", "25000", "CZK"), "");   // 250.00 CZK = 10.00 EUR
  ASSERT_EQ(spend("jpy", "2025-05-05", "1600", "JPY"), "");    // 1,600 JPY = 10.00 EUR
  ASSERT_EQ(spend("kwd", "2025-05-05", "3200", "KWD"), "");    // 3.200 KWD = 10.00 EUR
  close_whole(1);
  EXPECT_NE(statement(1).find(R"("direct":"40.00")"), std::string::npos) << statement(1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM reporting_period_rates"), 3);
  EXPECT_EQ(app_.number("SELECT count(*) FROM entries WHERE kind = 'exchange_difference'"), 0);
}

TEST_F(ReportingPeriods, AreNotClosedBeforeTheRatesReachTheirEnd) {
  award();  // Horizon Europe: the average of the reporting period
  plan("12");
  publish("CZK", "2025-02-14", "25.00");
  ASSERT_EQ(spend("A", "2025-02-14", "100000", "CZK"), "");
  ASSERT_EQ(begin(1), "");
  EXPECT_EQ(close(1, bo_, "never mind"), "checklist_is_open");
  publish_year("CZK", "25.00");
  EXPECT_EQ(close(1, bo_, "The originals are with the auditor."), "");
}

TEST_F(ReportingPeriods, AreReopenedOnlyByARequestAndASecondPerson) {
  award();
  plan("6");
  ASSERT_EQ(spend("A", "2025-03-03", "100"), "");
  close_whole(1);
  close_whole(2);
  EXPECT_EQ(ask(1, "A cost was forgotten."), "reporting_periods_reopen_in_order");
  EXPECT_EQ(ask(2, ""), "required");
  EXPECT_EQ(decide(2, bo_, "approved"), "reopening_is_not_requested");
  ASSERT_EQ(ask(2, "A cost was forgotten."), "");
  EXPECT_EQ(ask(2, "Again."), "one_open_reopening");
  EXPECT_EQ(decide(2, ada_, "approved"), "own_request");
  EXPECT_EQ(broken_rule({"UPDATE reporting_periods SET state = 'open', closed_by = NULL WHERE number = 2"}),
            "reopening_needs_a_second_person");
  EXPECT_EQ(broken_rule({"UPDATE period_reopenings SET state = 'approved', decided_by = 1, decided_at = now()"}),
            "reopening_approver_is_another");
  ASSERT_EQ(decide(2, bo_, "refused"), "");
  EXPECT_EQ(period(2).state, "closed");
  ASSERT_EQ(ask(2, "A cost was forgotten."), "");
  ASSERT_EQ(decide(2, bo_, "approved"), "");
  EXPECT_EQ(period(2).state, "open");
  ASSERT_EQ(ask(1, "A cost was forgotten."), "");
  ASSERT_EQ(decide(1, bo_, "approved"), "");
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures WHERE state = 'approved'"), 1);
  // The approval served once: closed again, the period stays closed.
  close_whole(1);
  EXPECT_EQ(broken_rule({"UPDATE reporting_periods SET state = 'open', closed_by = NULL WHERE number = 1"}),
            "reopening_needs_a_second_person");
}

TEST_F(ReportingPeriods, ShowACorrectionOfAReportedCostAsAnAdjustmentOfItsPeriod) {
  award();
  plan("12");
  ASSERT_EQ(spend("A", "2025-03-03", "10000"), "");
  ASSERT_EQ(spend("B", "2026-02-02", "4000"), "");
  close_whole(1);
  const auto first = statement(1);
  ASSERT_EQ(broken_rule(
                {"INSERT INTO expenditure_reversals (expenditure_id, amount_minor, booked_on, reason, requested_by) "
                 "SELECT id, 2000, '2026-03-01', 'Credit note', 1 FROM expenditures WHERE document_number = 'A'",
                 "INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) VALUES "
                 "('2026-03-01', 'expenditure_reversed', 'expenditure', 1, 2, 2)",
                 "INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency) VALUES "
                 "(" + newest_entry() + ", 1, 'expense_direct', " + fund_ + ", " + line_ + ", -2000, 'EUR'), "
                 "(" + newest_entry() + ", 2, 'payables', " + fund_ + ", NULL, 2000, 'EUR')",
                 "UPDATE expenditure_allocations SET reversed_minor = 2000, grant_reversed_minor = 2000 WHERE expenditure_id = 1",
                 "UPDATE expenditures SET reversed_minor = 2000 WHERE id = 1",
                 "UPDATE expenditure_reversals SET state = 'approved', decided_by = 2, decided_at = now(), entry_id = " +
                     newest_entry()}),
            "");
  EXPECT_EQ(statement(1), first);
  const auto second = app_.get("/api/v1/grants/" + id_ + "/periods/2/statement").json();
  const auto& consolidated = *second.find("consolidated");
  EXPECT_EQ(text_at(*consolidated.find("costs"), "direct"), "40.00");
  const auto& adjustment = std::get<Value::Array>(consolidated.find("adjustments")->data()).at(0);
  EXPECT_EQ(text_at(adjustment, "adjusts_period"), "1");
  EXPECT_EQ(text_at(adjustment, "direct"), "-20.00");
  EXPECT_EQ(text_at(adjustment, "indirect"), "-5.00");
  EXPECT_EQ(text_at(consolidated, "requested"), "25.00");  // (40 + 10) - (20 + 5)
}

// A posting holds the period's row until it commits; the closing waits, and then sees it. The other way round the posting
// waits for the closing, and is refused.
TEST_F(ReportingPeriods, AClosingAndAPostingAtOnceAreDecidedByTheRowLock) {
  award();
  plan("12");
  ASSERT_EQ(begin(1), "");
  std::string posted, closed;
  const auto until_it_waits = [&](const std::atomic<bool>& over) {
    while (!over && app_.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) std::this_thread::yield();
  };
  {
    std::atomic<bool> over = false;
    auto lease = app_.database().lease();
    lease->sql() << "BEGIN";
    for (const auto& statement : drafting("A", "2025-03-03", "100", "EUR")) lease->sql() << statement;
    std::thread closing([&] { closed = close(1, bo_), over = true; });
    until_it_waits(over);
    lease->sql() << "COMMIT";
    closing.join();
  }
  EXPECT_EQ(closed, "checklist_is_open");  // it waited for the draft, and saw it
  ASSERT_EQ(broken_rule({submitting("A")}), "");
  ASSERT_EQ(broken_rule(approving("A")), "");
  {
    std::atomic<bool> over = false;
    auto lease = app_.database().lease();
    lease->sql() << "BEGIN";
    lease->sql() << "UPDATE reporting_periods SET state = 'closed', closed_by = 2 WHERE number = 1";
    std::thread posting([&] { posted = spend("B", "2025-03-03", "100"), over = true; });
    until_it_waits(over);
    lease->sql() << "COMMIT";
    posting.join();
  }
  EXPECT_EQ(posted, "expenditure_period_is_closed");
}

}  // namespace
}  // namespace kindling
