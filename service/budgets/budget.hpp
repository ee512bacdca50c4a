// The budget of a grant: versions and lines. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "funding/grant.hpp"

namespace kindling {

inline constexpr std::size_t kBudgetLinesMax = 2'000;

struct BudgetLine {
  std::int64_t id = 0;  // 0: not stored yet
  // The first line of this grant's versions that this one goes on with; absent: it is new. What was spent and promised
  // stays with that root through all versions.
  std::optional<std::int64_t> continues_id;
  std::int64_t root_id() const { return continues_id.value_or(id); }
  std::string work_package;
  std::string category_code;
  std::optional<std::int64_t> partner_id;  // of grant_partners
  std::optional<Date> starts_on;
  std::optional<Date> ends_on;
  std::string description;
  std::int64_t amount_minor = 0;
  // Figures of the line through all versions (budget_line_figures), in the grant's currency.
  std::int64_t spent_minor = 0;      // posted in the ledger, reversals taken off
  std::int64_t committed_minor = 0;  // what open commitments still reserve
  std::int64_t drafts_minor = 0;     // entered and not yet approved; takes nothing off what is available
  std::int64_t forecast_minor = 0;   // what it will have cost at its end; filled by forecast (budget_figures.hpp)
  std::int64_t available_minor() const { return amount_minor - spent_minor - committed_minor; }  // product rule 12
};

struct BudgetVersion {
  std::int64_t id = 0;
  std::int64_t grant_id = 0;
  int number = 0;
  std::string state;  // draft, submitted, approved, superseded
  int version = 0;
  std::optional<std::int64_t> submitted_by;
  std::string submitted_by_name;
  std::string approved_by_name;
  std::string reason;
};

// What the sums of a budget depend on.
struct BudgetTerms {
  struct Partner {
    std::int64_t id;
    std::string name;
  };
  Currency currency;
  Percent indirect_rate;
  Percent funding_rate;
  Money maximum;  // of the grant
  std::vector<Category> categories;
  std::vector<Partner> partners;
};

// What rules of a budget depend on.
struct BudgetContext {
  Grant grant;
  std::vector<Category> categories;
  std::vector<GrantPartner> partners;
};

// Fields: lines.N.{continues, work_package, category, partner, starts_on, ends_on, description, amount}; a row in which
// nothing was typed is skipped. `continues` is the root of the line that it goes on with, once a version. `partner` is the id in grant_partners. Dates lie within the grant's.
Result<std::vector<BudgetLine>> parse_budget(const Input& input, const BudgetContext& context);

// Lines pasted from a spreadsheet (field "paste", tab-separated) become rows behind the typed ones. Columns: work
// package, category (code or name), partner (name), from, to, description, amount; a first row of headings may order
// them otherwise. What cannot be read stays as it was pasted and is told at its row by parse_budget.
Input with_pasted_lines(const Input& input, const BudgetContext& context);

// What the form shows of stored lines.
Input typed_of(const std::vector<BudgetLine>& lines, Currency currency);

struct BudgetSum {
  std::string code;   // of the category, the work package, or the partner's id
  std::string label;
  std::int64_t planned_minor = 0;
  std::int64_t spent_minor = 0;
  std::int64_t committed_minor = 0;
  std::int64_t drafts_minor = 0;
  std::int64_t forecast_minor = 0;
  std::int64_t available_minor() const { return planned_minor - spent_minor - committed_minor; }  // product rule 12
  BudgetSum& operator+=(const BudgetSum& other);  // its figures; code and label stay
};

struct BudgetTotals {
  std::vector<BudgetSum> by_category;  // all of the grant's, in its order
  std::vector<BudgetSum> by_work_package;
  std::vector<BudgetSum> by_partner;
  BudgetSum direct;
  BudgetSum indirect;                  // AGA 6.2.E, rounded once on the summed base
  BudgetSum total;
  Money funder_share;                  // total planned x funding rate
  Money room;                          // the grant's maximum less that share; negative: over it
};
BudgetTotals totals_of(const std::vector<BudgetLine>& lines, const BudgetTerms& terms);
BudgetTotals totals_of(const std::vector<BudgetLine>& lines, const BudgetContext& context);
BudgetTerms terms_of(const BudgetContext& context);

// kInvalid "budget_is_empty" or "budget_exceeds_the_grant" with the figures: what must hold before it is submitted.
Outcome check_budget(const std::vector<BudgetLine>& lines, const BudgetContext& context);

}  // namespace kindling
