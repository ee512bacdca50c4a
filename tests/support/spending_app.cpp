#include "support/spending_app.hpp"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "budgets/record_budget.hpp"
#include "core/input.hpp"
#include "identity/manage_users.hpp"
#include "identity/user_store.hpp"
#include "spending/expenditure_verbs.hpp"
#include "spending/record_expenditure.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

const Date kToday = Date::of("2026-11-01");

Input reason_of(const std::string& reason) {
  Input input;
  if (!reason.empty()) input.set("reason", reason);
  return input;
}

}  // namespace

SpendingApp::SpendingApp() {
  EXPECT_TRUE(add_user(database(), "bert@example.org", "Bert", "approver,coordinator"));
  const auto find = [&](const char* email) {
    const auto user = reading(database(), [&](Session& s) { return find_user_by_email(s, email); });
    Actor actor;
    actor.id = user->id;
    actor.roles = user->roles;
    return actor;
  };
  ada_ = find("ada@example.org");
  bert_ = find("bert@example.org");
  database().lease()->sql() << "INSERT INTO organisations (name, is_supplier) VALUES ('Lamps and Wires', true)";
  supplier_ = number("SELECT max(id) FROM organisations");
}

SpendingGrant SpendingApp::grant(const std::vector<std::pair<std::string, std::string>>& lines, const std::string& rule,
                                 const std::string& currency) {
  SpendingGrant grant;
  const auto recorded = json("POST", "/api/v1/grants",
                             grant_body({{"requested_amount", "\"1000000\""},
                                         {"currency", '"' + currency + '"'},
                                         {"overspend_rule", '"' + rule + '"'},
                                         {"title", "\"Spark " + std::to_string(number("SELECT count(*) FROM grants") + 1) + '"'}}));
  EXPECT_EQ(recorded.status, 201) << recorded.body;
  grant.id = std::stoll(text_at(recorded.json(), "id"));
  const auto path = "/api/v1/grants/" + std::to_string(grant.id);
  for (const auto* change : {R"({"to_state":"awarded","on_date":"2026-01-01","awarded_amount":"1000000"})",
                             R"({"to_state":"active","on_date":"2026-01-01"})"}) {
    const auto moved = json("POST", path + "/state", change, {{"If-Match", etag(grant.id)}});
    EXPECT_EQ(moved.status, 200) << moved.body;
  }
  std::string body = R"({"lines":[)";
  for (const auto& [category, amount] : lines) {
    body += (body.ends_with('[') ? "" : ",") +
            (R"({"work_package":"WP1","category":")" + category + R"(","amount":")" + amount + "\"}");
  }
  const auto budget = path + "/budget/versions";
  EXPECT_EQ(json("POST", budget, "").status, 201);
  EXPECT_EQ(json("PUT", budget + "/1", body + "]}", {{"If-Match", "\"1\""}}).status, 200);
  EXPECT_EQ(json("POST", budget + "/1/submit", "", {{"If-Match", "\"2\""}}).status, 200);
  const auto approved = in_transaction(database(), bert_, "test", {},
                                       [&](Transaction& t) { return approve_budget(t, {grant.id, 1, 3}); });
  EXPECT_TRUE(approved) << approved.error().message;
  const auto of = std::to_string(grant.id);
  grant.fund_id = number("SELECT fund_id FROM grants WHERE id = " + of);
  for (std::size_t i = 1; i <= lines.size(); ++i) {
    grant.lines.push_back(number("SELECT l.id FROM budget_lines l JOIN budget_versions v ON v.id = l.budget_version_id "
                                 "WHERE v.grant_id = " + of + " AND l.line_no = " + std::to_string(i)));
  }
  return grant;
}

std::string SpendingApp::invoice_of(const std::string& number, const std::string& amount, const std::string& allocations,
                                    const std::string& more) const {
  return R"({"kind":"invoice","document_number":")" + number + R"(","document_on":"2026-03-10","description":"Lamps",)" +
         R"("currency":"EUR","amount":")" + amount + R"(","supplier_id":)" + std::to_string(supplier_) +
         R"(,"allocations":[)" + allocations + "]" + more + "}";
}

std::string SpendingApp::invoice(const std::string& number, const std::string& amount, std::int64_t line,
                                 const std::string& more) const {
  return invoice_of(number, amount, R"({"used_as":"claimed","budget_line_id":)" + std::to_string(line) + "}", more);
}

std::int64_t SpendingApp::draft(const std::string& body) {
  const auto answer = json("POST", "/api/v1/expenditures", body);
  EXPECT_EQ(answer.status, 201) << answer.body;
  return answer.status == 201 ? std::stoll(text_at(answer.json(), "id")) : 0;
}

std::int64_t SpendingApp::submitted(const std::string& body) {
  const auto id = draft(body);
  const auto answer = act(id, "submit");
  EXPECT_EQ(answer.status, 200) << answer.body;
  return id;
}

Answer SpendingApp::act(std::int64_t expenditure, const std::string& verb, const std::string& body) {
  return json("POST", "/api/v1/expenditures/" + std::to_string(expenditure) + "/" + verb, body,
              {{"If-Match", '"' + std::to_string(version(expenditure)) + '"'}});
}

Error SpendingApp::error_as_bert(std::int64_t expenditure, const std::string& verb, const std::string& reason) {
  for (const auto& known : expenditure_verbs()) {
    if (verb != known.name) continue;
    const auto done = in_transaction(database(), bert_, "test", {}, [&](Transaction& t) {
      return known.run(t, {expenditure, version(expenditure), kToday}, reason_of(reason));
    });
    return done ? Error{} : done.error();
  }
  throw std::logic_error("no such verb");
}

std::string SpendingApp::as_bert(std::int64_t expenditure, const std::string& verb, const std::string& reason) {
  return error_as_bert(expenditure, verb, reason).code;
}

int SpendingApp::version(std::int64_t expenditure) {
  return static_cast<int>(number("SELECT version FROM expenditures WHERE id = " + std::to_string(expenditure)));
}

Answer SpendingApp::attach(std::int64_t expenditure, const std::string& name, const std::string& bytes) {
  return send("POST", "/api/v1/expenditures/" + std::to_string(expenditure) + "/evidence?name=" + name,
              {{"Content-Type", "application/octet-stream"}}, bytes);
}

std::int64_t SpendingApp::balance(const std::string& account, const std::string& currency) {
  return number("SELECT COALESCE(sum(amount_minor), 0)::bigint FROM postings WHERE account_code = '" + account +
                "' AND currency = '" + currency + "'");
}

}  // namespace kindling
