#include "support/statement_app.hpp"

#include <gtest/gtest.h>

#include "budgets/record_budget.hpp"
#include "reporting/make_report.hpp"
#include "spending/record_reporting_period.hpp"
#include "spending/reporting_period_store.hpp"

namespace kindling {

SpendingGrant StatementApp::grant_of(const std::vector<StatementLine>& lines, const Pairs& changes) {
  Pairs members{{"requested_amount", "\"900000.00\""},
                {"title", "\"Statement " + std::to_string(number("SELECT count(*) FROM grants") + 1) + '"'}};
  members.insert(members.end(), changes.begin(), changes.end());
  SpendingGrant grant;
  const auto recorded = json("POST", "/api/v1/grants", grant_body(members));
  EXPECT_EQ(recorded.status, 201) << recorded.body;
  grant.id = std::stoll(text_at(recorded.json(), "id"));
  const auto of = std::to_string(grant.id), path = "/api/v1/grants/" + of;
  if (!lines.empty() && lines.front().partner != 0) {
    const auto set = json("PUT", path + "/partners",
                          R"({"partners":[{"organisation_id":2,"role":"coordinator","share":"300000.00"},
                                          {"organisation_id":3,"role":"partner","share":"300000.00"},
                                          {"organisation_id":4,"role":"partner","share":"300000.00"}]})",
                          {{"If-Match", etag(grant.id)}});
    EXPECT_EQ(set.status, 200) << set.body;
  }
  for (const auto* change : {R"({"to_state":"awarded","on_date":"2026-01-01","awarded_amount":"900000.00"})",
                             R"({"to_state":"active","on_date":"2026-01-01"})"}) {
    const auto moved = json("POST", path + "/state", change, {{"If-Match", etag(grant.id)}});
    EXPECT_EQ(moved.status, 200) << moved.body;
  }
  std::string body = R"({"lines":[)";
  for (const auto& line : lines) {
    const auto partner = line.partner == 0 ? 0
                                           : number("SELECT id FROM grant_partners WHERE grant_id = " + of +
                                                    " AND position = " + std::to_string(line.partner));
    body += std::string(body.ends_with('[') ? "" : ",") + R"({"work_package":")" + line.work_package +
            R"(","category":")" + line.category + R"(","amount":")" + line.amount + '"' +
            (partner == 0 ? "" : R"(,"partner":")" + std::to_string(partner) + '"') + "}";
  }
  const auto budget = path + "/budget/versions";
  EXPECT_EQ(json("POST", budget, "").status, 201);
  const auto saved = json("PUT", budget + "/1", body + "]}", {{"If-Match", "\"1\""}});
  EXPECT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(json("POST", budget + "/1/submit", "", {{"If-Match", "\"2\""}}).status, 200);
  const auto done = in_transaction(database(), bert(), "test", {},
                                   [&](Transaction& t) { return approve_budget(t, {grant.id, 1, 3}); });
  EXPECT_TRUE(done) << done.error().message;
  grant.fund_id = number("SELECT fund_id FROM grants WHERE id = " + of);
  for (std::size_t i = 1; i <= lines.size(); ++i) {
    grant.lines.push_back(number("SELECT l.id FROM budget_lines l JOIN budget_versions v ON v.id = l.budget_version_id "
                                 "WHERE v.grant_id = " + of + " AND l.line_no = " + std::to_string(i)));
  }
  return grant;
}

void StatementApp::plan_periods(const SpendingGrant& grant, int months) {
  const auto planned = json("POST", "/api/v1/grants/" + std::to_string(grant.id) + "/periods",
                            R"({"months":)" + std::to_string(months) + "}");
  EXPECT_EQ(planned.status, 201) << planned.body;
}

void StatementApp::close_period(const SpendingGrant& grant, int number) {
  const auto as = [&](const Actor& actor, auto&& step) {
    const auto done = in_transaction(database(), actor, "test", {}, [&](Transaction& transaction) -> Outcome {
      const auto period = find_reporting_period(transaction.session, grant.id, number);
      if (!period) return period.error();
      return step(transaction, PeriodAct{grant.id, number, period->version, Date::of("2029-12-31")});
    });
    EXPECT_TRUE(done) << done.error().message;
  };
  Input note;
  note.set("note", "The originals are with the auditor.");
  as(ada(), [](Transaction& transaction, const PeriodAct& act) { return begin_closing(transaction, act); });
  as(bert(), [&](Transaction& transaction, const PeriodAct& act) { return close_reporting_period(transaction, act, note); });
}

std::int64_t StatementApp::approved(const std::string& body) {
  const auto id = submitted(body);
  EXPECT_EQ(as_bert(id, "approve"), "");
  return id;
}

void StatementApp::reverse(std::int64_t expenditure, const std::string& amount, const std::string& booked_on) {
  auto body = R"({"reason":"charged twice","amount":")" + amount + '"';
  if (!booked_on.empty()) body += R"(,"booked_on":")" + booked_on + '"';
  const auto asked = act(expenditure, "reverse", body + "}");
  EXPECT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(as_bert(expenditure, "approve-reversal"), "");
}

void StatementApp::pay(std::int64_t expenditure, const std::string& day) {
  const auto paid = act(expenditure, "pay", R"({"paid_on":")" + day + "\"}");
  EXPECT_EQ(paid.status, 200) << paid.body;
}

void StatementApp::receive(const SpendingGrant& grant, const std::string& amount, const std::string& day) {
  const auto path = "/api/v1/grants/" + std::to_string(grant.id) + "/instalments";
  const auto planned = json("POST", path, R"({"kind":"interim","title":"Payment","due_on":")" + day + R"(","amount":")" + amount + "\"}");
  EXPECT_EQ(planned.status, 201) << planned.body;
  const auto received = json("POST", path + "/" + text_at(planned.json(), "id") + "/receive",
                             R"({"received_on":")" + day + R"(","amount":")" + amount + R"(","reference":"R-)" +
                                 std::to_string(++receipts_) + "\"}",
                             {{"If-Match", "\"1\""}});
  EXPECT_EQ(received.status, 200) << received.body;
}

std::string StatementApp::staff(const std::string& number, const std::string& amount, const std::string& days,
                                std::int64_t line, const std::string& document_on) {
  return R"({"kind":"staff","currency":"EUR","document_on":")" + document_on +
         R"(","description":"Interviews","person":"Eva","works_from":"2026-01-01","works_to":"2026-06-30",)" +
         R"("personnel_cost":")" + amount + R"(","days":")" + days + R"(","document_number":")" + number +
         R"(","allocations":[{"used_as":"claimed","budget_line_id":)" + std::to_string(line) + "}]}";
}

void StatementApp::seal(Session& session) { seal_what_is_committed(session); }

}  // namespace kindling
