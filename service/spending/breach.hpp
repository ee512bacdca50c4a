// What a cost does to the lines that it is claimed from, and which limits it breaks: told before it is submitted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

// One limit that a cost breaks, as the database's spending_breaches finds it.
struct Breach {
  std::string code;                          // "line_exceeded"
  bool hard = false;                         // no override helps
  bool stops = false;                        // the grant's rule refuses it, or has been switched since it was submitted
  bool overridden = false;                   // somebody else let this much pass
  std::optional<std::int64_t> grant_id;
  std::string grant_title;
  std::optional<std::int64_t> budget_line_id;
  std::string line_label;
  std::string category;                      // of a line, or of the category that is exceeded
  std::optional<std::int64_t> limit_minor;   // in the grant's currency; of days: hundredths
  std::optional<std::int64_t> total_minor;
  std::optional<Currency> currency;
  std::optional<Period> span = {};           // of days: in which they were worked

  bool may_be_overridden() const { return !hard && !stops; }
};

// The sentence for a coordinator, with the figures: "This cost takes 120.00 EUR from WP1, a1, where 100.00 EUR is
// available: 20.00 EUR too much."
std::string message_of(const Breach& breach);
// At which allocation it stands: "allocations.1"; "" for the cost as a whole.
struct Expenditure;
std::string field_of(const Breach& breach, const Expenditure& cost);

// All that stand in the way of a submission (hard ones), as one Error; kOk where nothing does.
Outcome check_submittable(const std::vector<Breach>& breaches, const Expenditure& cost);
// All that stand in the way of an approval: hard ones, ones that the grant's rule stops, and ones without an override.
Outcome check_approvable(const std::vector<Breach>& breaches, const Expenditure& cost);

// One line of the active budget, in the grant's currency. available = planned - spent - committed (product rule 12).
struct LineImpact {
  std::int64_t budget_line_id = 0;  // the root
  std::int64_t grant_id = 0;
  std::string grant_title, label;
  Currency currency;
  std::int64_t planned_minor = 0, spent_minor = 0, committed_minor = 0;
  std::int64_t drafts_minor = 0;    // of other costs that are not approved yet
  std::int64_t this_minor = 0;      // what this cost takes
  std::int64_t consumed_minor = 0;  // of that, what its own order had reserved
  std::int64_t available_minor() const { return planned_minor - spent_minor - committed_minor; }
  std::int64_t after_minor() const { return available_minor() + consumed_minor - this_minor; }
};

// A restricted fund, of a grant or of a campaign: what is spent beyond the cash received is prefinanced by the unrestricted
// fund, and shown.
struct FundImpact {
  std::int64_t fund_id = 0;
  std::optional<std::int64_t> grant_id;
  std::string title;                  // of the grant, or the fund's name
  Currency currency;
  std::int64_t cash_minor = 0;        // received and not spent, payables taken off
  std::int64_t this_minor = 0;
  std::int64_t after_minor() const { return cash_minor - this_minor; }
  std::int64_t prefinanced_minor() const { return after_minor() < 0 ? -after_minor() : 0; }
};

struct Impact {
  std::vector<LineImpact> lines;
  std::vector<FundImpact> funds;
  std::vector<Breach> breaches;
};

Value impact_value(const Impact& impact, const Expenditure& cost);  // schema "Impact"

}  // namespace kindling
