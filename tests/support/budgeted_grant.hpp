// A grant of 1,000.00 EUR with a budget in force, two people, and costs that are approved in one step.
#pragma once

#include <cstdint>
#include <string>

#include "core/actor.hpp"
#include "support/funding_app.hpp"

namespace kindling {

class BudgetedGrant {
 public:
  // Lines in force: WP1 a1 400.00, WP2 b 100.00, WP2 c1 100.00. The grant's rule is "stop".
  BudgetedGrant();

  FundingApp app;
  std::int64_t id = 0;
  Actor author;    // who is signed in
  Actor approver;  // somebody else, approver and coordinator
  std::int64_t supplier = 0;

  std::string path(const std::string& tail) const;       // of the API
  std::int64_t line(const std::string& category);        // the root of the line in force
  std::int64_t figure(const std::string& category, const std::string& column);  // of budget_line_figures
  void rule(const std::string& overspend_rule);          // "stop" or "warn"

  // Enters, submits and approves a cost that claims the line, in one transaction; the rule that it breaks, "" if none.
  std::string cost(std::int64_t line_id, std::int64_t minor, std::int64_t commitment_id = 0);
  // The same up to its submission.
  std::int64_t submitted_cost(std::int64_t line_id, std::int64_t minor, std::int64_t commitment_id = 0);
  std::string approve_cost(std::int64_t expenditure_id);

 private:
  int costs_ = 0;
};

}  // namespace kindling
