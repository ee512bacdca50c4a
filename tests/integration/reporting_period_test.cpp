// Reporting periods: planned without a gap, closed in order by two people, never posted into again; what was reported
// stays as it was, and its corrections appear as adjustments.
#include <atomic>
#include <thread>

#include "support/reporting_periods.hpp"

namespace kindling {
namespace {

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
  ASSERT_EQ(broken_rule({"INSERT INTO expenditure_reversals (expenditure_id, amount_minor, booked_on, reason, requested_by) "
                         "SELECT id, 10, '2025-12-31', 'Credit note', 1 FROM expenditures"}), "");
  EXPECT_EQ(close(1, bo_, "never mind"), "checklist_is_open");  // a correction that nobody decided on
  ASSERT_EQ(broken_rule({"UPDATE expenditure_reversals SET state = 'refused', decided_by = 2, decided_at = now()"}), "");
  EXPECT_EQ(close(1, bo_), "required");                         // no evidence, and nobody says why
  ASSERT_EQ(close(1, bo_, "The originals are with the auditor."), "");
  EXPECT_EQ(app_.number("SELECT count(*) FROM expenditures WHERE state = 'reported'"), 1);
}

TEST_F(ReportingPeriods, AskAboutAReceiptThatTheBanksStatementOfItsDayIsNotMatchedWith) {
  award();
  plan("12");
  const auto path = "/api/v1/grants/" + id_ + "/instalments";
  const auto planned = app_.json("POST", path, R"({"kind":"interim","title":"Interim","due_on":"2025-08-01","amount":"10.00"})");
  const auto received = app_.json("POST", path + "/" + text_at(planned.json(), "id") + "/receive",
                                  R"({"received_on":"2025-08-05","amount":"10.00","reference":"A"})", {{"If-Match", "\"1\""}});
  ASSERT_EQ(received.status, 200) << received.body;
  const auto left = [&] {
    const auto answer = app_.get("/api/v1/grants/" + id_ + "/periods/1/checklist").json();
    for (const auto& item : std::get<Value::Array>(answer.find("items")->data())) {
      if (text_at(item, "code") == "receipts_unreconciled") return text_at(item, "count");
    }
    return std::string();
  };
  const auto statement_of = [&](const std::string& first, const std::string& last) {
    return broken_rule({"INSERT INTO bank_statements (bank_account_id, identification, starts_on, ends_on, opening_minor, "
                        "closing_minor, line_count, file_sha256) SELECT id, '" + first + "', '" + first + "', '" + last +
                        "', 0, 1000, 1, sha256('x') FROM bank_accounts"});
  };
  ASSERT_EQ(broken_rule({"INSERT INTO bank_accounts (name, holder, iban, currency, opening_on, opening_minor) VALUES "
                         "('Account', 'Sparks', 'BE68539007547034', 'EUR', '2025-01-01', 0)"}), "");
  ASSERT_EQ(statement_of("2025-08-06", "2025-08-31"), "");
  EXPECT_EQ(left(), "0");  // the bank has not spoken of that day yet
  ASSERT_EQ(statement_of("2025-08-01", "2025-08-05"), "");
  EXPECT_EQ(left(), "1");
  ASSERT_EQ(begin(1), "");
  EXPECT_EQ(close(1, bo_), "required");
  ASSERT_EQ(broken_rule({"INSERT INTO bank_lines (bank_account_id, bank_statement_id, bank_reference, booked_on, value_on, "
                         "amount_minor, reversal, end_to_end_id, structured_reference) SELECT bank_account_id, max(id), 'A', "
                         "'2025-08-05', '2025-08-05', 1000, false, '', '' FROM bank_statements GROUP BY bank_account_id",
                         "INSERT INTO bank_matches (bank_line_id, entry_id, amount_minor, how, posted, reason, created_by) "
                         "SELECT l.id, r.entry_id, 1000, 'by_hand', false, 'the same', 1 FROM bank_lines l, instalment_receipts r",
                         "UPDATE bank_lines SET state = 'matched'"}), "");
  EXPECT_EQ(left(), "0");
  EXPECT_EQ(close(1, bo_), "");
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
