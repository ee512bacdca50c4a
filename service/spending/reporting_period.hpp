// Reporting periods of a grant: one after the other without a gap, open -> closing -> closed in order, reopened by a
// request and the approval of somebody else. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

// Somebody asks that a closed period be opened again.
struct Reopening {
  std::int64_t id = 0;
  std::string state;  // requested, approved, refused
  std::string reason;
  std::int64_t requested_by = 0;
  std::string requested_by_name;
  std::string requested_on;  // "2026-03-01", in UTC
  std::string decided_by_name;
};

struct ReportingPeriod {
  std::int64_t id = 0;
  int version = 0;
  std::int64_t grant_id = 0;
  int number = 0;           // 1 is the first of its grant
  Period days;
  std::string state;        // open, closing, closed
  std::optional<std::int64_t> obligation_id;
  std::string report_due_on;  // "" where its obligation is gone
  std::int64_t closing_by = 0;
  std::string closing_by_name, closed_by_name;
  std::string closed_on;      // "2026-03-01", in UTC
  std::string closing_note;
  bool last = false;          // of its grant
  std::vector<Reopening> reopenings;  // newest first

  bool open_request() const { return !reopenings.empty() && reopenings.front().state == "requested"; }
};
std::string title_of(const ReportingPeriod& period);  // "Period 2"
Value reporting_period_value(const ReportingPeriod& period);  // schema "ReportingPeriod"

// The periods that a rhythm of so many months makes of a grant, each counted from the grant's first day, so that the 31st
// does not drift; the last one ends with the grant.
std::vector<Period> periods_of(const Period& grant, int months);

inline constexpr int kPeriodMonthsMax = 60;
// The field "months", 1 to 60: a rhythm; or "ends_on": one period after the last one, which ended before `next`.
// Exactly one of them is given. Codes: one_of_two, beyond_the_grant, end_before_start.
struct PlannedPeriods {
  std::vector<Period> periods;
};
Result<PlannedPeriods> parse_planned_periods(const Input& input, const Period& grant, Date next);

// What is looked at before a period is closed. An item that `blocks` has to be mended; the others may be left, with a
// reason that stays with the period.
struct ChecklistItem {
  std::string code;     // drafts_left, submitted_left, reversals_left, unallocated, evidence_missing, instalments_open,
                        // receipts_unreconciled, rates_missing, earlier_period_open, not_ended
  bool blocks = false;
  std::int64_t count = 0;  // 0: in order
  std::string detail;      // which ones, where a number says too little: "CZK March 2026"
};
// "3 drafts lie in this period. Submit, withdraw or redate them."
std::string message_of(const ChecklistItem& item);
std::string title_of(const ChecklistItem& item);  // "Drafts"
// Where it is mended: a page of ours.
std::string href_of(const ChecklistItem& item, const ReportingPeriod& period);
Value checklist_value(const std::vector<ChecklistItem>& items, const ReportingPeriod& period);

// kConflict "checklist_is_open" for what blocks, naming it; kInvalid at "note" where something else is left and nobody
// said why.
Outcome check_closable(const std::vector<ChecklistItem>& items, const std::string& note);

}  // namespace kindling
