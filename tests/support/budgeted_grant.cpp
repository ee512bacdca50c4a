#include "support/budgeted_grant.hpp"

#include <gtest/gtest.h>

#include "budgets/record_budget.hpp"
#include "identity/manage_users.hpp"
#include "identity/user_store.hpp"
#include "storage/database.hpp"

namespace kindling {

BudgetedGrant::BudgetedGrant() {
  id = app.record_grant();
  const auto moved = app.json("POST", path("/state"),
                              R"({"to_state":"awarded","on_date":"2026-01-15","awarded_amount":"1000.00"})",
                              {{"If-Match", app.etag(id)}});
  EXPECT_EQ(moved.status, 200) << moved.body;
  author.id = 1;
  author.roles = Role::kApprover | Role::kCoordinator;
  EXPECT_TRUE(add_user(app.database(), "second@example.org", "Second Person", "approver,coordinator"));
  const auto second =
      reading(app.database(), [](Session& session) { return find_user_by_email(session, "second@example.org"); });
  approver.id = second->id;
  approver.roles = second->roles;
  EXPECT_EQ(app.broken_rule("INSERT INTO organisations (name, is_supplier) VALUES ('Quill Printers', true)"), "");
  supplier = app.number("SELECT id FROM organisations WHERE name = 'Quill Printers'");

  app.json("POST", path("/budget/versions"), "");
  const auto saved = app.json("PUT", path("/budget/versions/1"),
                              R"({"lines":[{"work_package":"WP1","category":"a1","amount":"400.00"},)"
                              R"({"work_package":"WP2","category":"b","amount":"100.00"},)"
                              R"({"work_package":"WP2","category":"c1","amount":"100.00"}]})",
                              {{"If-Match", "\"1\""}});
  EXPECT_EQ(saved.status, 200) << saved.body;
  EXPECT_EQ(app.json("POST", path("/budget/versions/1/submit"), "", {{"If-Match", "\"2\""}}).status, 200);
  EXPECT_TRUE(in_transaction(app.database(), approver, "test", {},
                             [&](Transaction& transaction) { return approve_budget(transaction, {id, 1, 3}); }));
}

std::string BudgetedGrant::path(const std::string& tail) const { return "/api/v1/grants/" + std::to_string(id) + tail; }

std::int64_t BudgetedGrant::line(const std::string& category) {
  return app.number("SELECT l.root_id FROM budget_lines l JOIN budget_versions v ON v.id = l.budget_version_id "
                    "WHERE v.state = 'approved' AND v.grant_id = " + std::to_string(id) + " AND l.category_code = '" +
                    category + "' ORDER BY l.line_no LIMIT 1");
}

std::int64_t BudgetedGrant::figure(const std::string& category, const std::string& column) {
  return app.number("SELECT f." + column + " FROM budget_versions v, budget_line_figures(v.id) f WHERE v.state = 'approved' "
                    "AND v.grant_id = " + std::to_string(id) + " AND f.root_id = " + std::to_string(line(category)));
}

void BudgetedGrant::rule(const std::string& overspend_rule) {
  EXPECT_EQ(app.broken_rule("UPDATE grants SET overspend_rule = '" + overspend_rule + "' WHERE id = " + std::to_string(id)), "");
}

std::int64_t BudgetedGrant::submitted_cost(std::int64_t line_id, std::int64_t minor, std::int64_t commitment_id) {
  const auto number = std::to_string(++costs_);
  const auto amount = std::to_string(minor);
  EXPECT_EQ(app.broken_rule("INSERT INTO expenditures (kind, supplier_id, document_number, document_on, description, currency, "
                            "amount_minor, created_by) VALUES ('invoice', " + std::to_string(supplier) + ", 'R-" + number +
                            "', '2026-03-01', 'Cost', 'EUR', " + amount + ", 1)"), "");
  const auto cost = app.number("SELECT max(id) FROM expenditures");
  EXPECT_EQ(app.broken_rule("INSERT INTO expenditure_allocations (expenditure_id, position, used_as, grant_id, budget_line_id, "
                            "commitment_id, fund_id, amount_minor, grant_currency, grant_minor) "
                            "SELECT " + std::to_string(cost) + ", 1, 'claimed', id, " + std::to_string(line_id) + ", NULLIF(" +
                            std::to_string(commitment_id) + ", 0), fund_id, " + amount + ", 'EUR', " + amount +
                            " FROM grants WHERE id = " + std::to_string(id)), "");
  EXPECT_EQ(app.broken_rule("UPDATE expenditures SET state = 'submitted', submitted_by = 1, submitted_at = now() WHERE id = " +
                            std::to_string(cost)), "");
  return cost;
}

std::string BudgetedGrant::approve_cost(std::int64_t expenditure_id) {
  const auto cost = std::to_string(expenditure_id);
  return app.broken_rule(
      "WITH entry AS (INSERT INTO entries (booked_on, kind, document_kind, document_id, posting_count, actor_id) "
      "VALUES ('2026-03-01', 'expenditure', 'expenditure', " + cost + ", 2, 2) RETURNING id), "
      "debit AS (INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency) "
      "SELECT e.id, 1, 'expense_direct', a.fund_id, a.budget_line_id, a.grant_minor, 'EUR' "
      "FROM entry e, expenditure_allocations a WHERE a.expenditure_id = " + cost + "), "
      "credit AS (INSERT INTO postings (entry_id, line_no, account_code, fund_id, amount_minor, currency) "
      "SELECT e.id, 2, 'payables', a.fund_id, -a.grant_minor, 'EUR' "
      "FROM entry e, expenditure_allocations a WHERE a.expenditure_id = " + cost + ") "
      "UPDATE expenditures x SET state = 'approved', approved_by = " + std::to_string(approver.id) +
      ", approved_at = now(), entry_id = entry.id FROM entry WHERE x.id = " + cost);
}

std::string BudgetedGrant::cost(std::int64_t line_id, std::int64_t minor, std::int64_t commitment_id) {
  return approve_cost(submitted_cost(line_id, minor, commitment_id));
}

}  // namespace kindling
