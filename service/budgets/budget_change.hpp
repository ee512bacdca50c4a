// What changes a budget that is in force: a transfer between its lines, or an amendment that the funder agreed to.
// Types and rules, without I/O. Either makes the next version and puts it into force when somebody else approves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "budgets/budget.hpp"
#include "core/value.hpp"

namespace kindling {

struct BudgetChange {
  std::int64_t id = 0;
  int version = 0;
  std::int64_t grant_id = 0;
  int number = 0;                                // in the grant's register of modifications
  std::string kind = {};                         // transfer, amendment
  std::string state = {};                        // draft (amendments), requested, approved, refused, withdrawn
  std::string justification = {};
  std::string funder_reference = {};             // of an amendment
  std::optional<Date> agreed_on = {};            // by the funder
  Money awarded_before;
  Money awarded;                                 // the maximum grant from the approval on
  Date ends_before;
  Date ends_on;                                  // the last eligible day from the approval on
  Percent funding_rate_before = {};
  Percent funding_rate = {};
  std::int64_t base_version_id = 0;              // in force when it was begun
  int base_number = 0;
  std::optional<std::int64_t> made_version_id = {};
  int made_number = 0;                           // 0: none yet
  Money moved;                                   // what a transfer takes from lines, and gives to others
  std::int64_t created_by = 0;
  std::optional<std::int64_t> requested_by = {};
  std::string requested_by_name = {};            // its author's where it is a draft
  std::string requested_at = {};                 // "2026-03-01T10:15:00Z"
  std::string decided_by_name = {};
  std::string decided_at = {};
  std::string reason = {};                       // why it was returned, refused or withdrawn

  bool is_open() const { return state == "draft" || state == "requested"; }
  bool is_transfer() const { return kind == "transfer"; }
};

struct TransferDelta {
  std::int64_t budget_line_id = 0;  // the root
  std::int64_t delta_minor = 0;
  std::string field = {};           // where it was typed, for messages
};

struct NewTransfer {
  std::string justification;
  std::vector<TransferDelta> deltas;  // two at least, none of zero, each line once; they add up to zero
};
// Fields: justification, changes.N.{budget_line_id, amount}; an amount is negative where money leaves. A row without an
// amount is skipped. `lines` are those in force; a line is named by its own id or its root's.
Result<NewTransfer> parse_transfer(const Input& input, const BudgetContext& context, const std::vector<BudgetLine>& lines);

struct NewAmendment {
  std::string justification;
  std::string funder_reference;
  std::optional<Date> agreed_on;
  Money awarded;
  Date ends_on;
  Percent funding_rate;
};
// Fields: justification, funder_reference and agreed_on (not after `today`; both before it is submitted),
// awarded_amount, ends_on (a day of the grant or later), funding_rate: each as it is where empty.
Result<NewAmendment> parse_amendment(const Input& input, const Grant& grant, Date today);
Input typed_of(const BudgetChange& amendment);
// The grant as it is once the change is in force: what an amendment's budget is checked against.
Grant with_terms(Grant grant, const BudgetChange& change);
// kInvalid "line_outside_the_grant": a line whose days lie beyond the grant's.
Outcome check_line_days(const std::vector<BudgetLine>& lines, const BudgetContext& context);

// What a change makes of the agreement, one row a term that differs: "Maximum grant", "1,000.00 EUR", "1,200.00 EUR".
struct ChangedTerm {
  std::string name;   // awarded_amount, ends_on, funding_rate
  std::string label;
  std::string before, after;              // as in JSON
  std::string before_shown, after_shown;  // for reading
};
struct AgreementTerms {
  Money awarded;
  Date ends_on;
  Percent funding_rate;
};
std::vector<ChangedTerm> changed_terms(const AgreementTerms& before, const AgreementTerms& after);
AgreementTerms terms_before(const BudgetChange& change);
AgreementTerms terms_after(const BudgetChange& change);
// The agreement as it was with a version of the budget: what approved changes up to it had made of it.
AgreementTerms terms_with_version(const std::vector<BudgetChange>& register_of_grant, const Grant& grant, int version);

std::vector<BudgetLine> with_deltas(std::vector<BudgetLine> lines, const std::vector<TransferDelta>& deltas);

// kInvalid where a line of `before` on which money was spent or promised is missing in `after`, falls below that, or
// changes its category or partner: "used_line_stays", "line_keeps_what_is_used", "used_line_keeps_its_place".
Outcome check_lines_kept(const std::vector<BudgetLine>& before, const std::vector<BudgetLine>& after,
                         const BudgetContext& context);

// What a rule says against a transfer, with its figures.
struct TransferObstacle {
  std::string code;  // line_keeps_what_is_used, category_needs_an_amendment, transfer_exceeds_the_threshold
  std::int64_t budget_line_id = 0;
  std::string category_code;
  std::int64_t limit_minor = 0;
  std::int64_t value_minor = 0;
};
Error obstacles_error(const std::vector<TransferObstacle>& obstacles, const NewTransfer& transfer,
                      const std::vector<BudgetLine>& lines, const BudgetContext& context);

std::string line_label(const BudgetLine& line, const BudgetContext& context);  // "WP1 · a1 · Harbour University"
Value budget_change_value(const BudgetChange& change);                         // schema "BudgetChange"

}  // namespace kindling
