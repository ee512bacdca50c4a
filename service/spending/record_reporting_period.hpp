// Reporting periods are planned, closed and reopened. Each act is one transaction; whoever begins something does not
// finish it.
#pragma once

#include <cstdint>

#include "spending/reporting_period.hpp"

namespace kindling {

class Programmes;
struct Transaction;

// One period until "ends_on", or several of "months" each, up to the grant's end; for each the obligation of its report,
// due so many days after its end as the programme says. How many were planned.
Result<int> plan_reporting_periods(Transaction& transaction, const Programmes& programmes, std::int64_t grant_id,
                                   const Input& input);

struct PeriodAct {
  std::int64_t grant_id;
  int number;
  int expected;  // version
  Date today;    // in the accounting time zone
};
// Fields: ends_on. Only of the last period while it is open; the report's date moves along.
Outcome move_period_end(Transaction& transaction, const Programmes& programmes, const PeriodAct& act, const Input& input);
// Only the last period while it is open; with its report, where nothing was submitted of it.
Outcome remove_reporting_period(Transaction& transaction, const PeriodAct& act);

// open -> closing: everybody sees that the checklist is being worked off; posting goes on.
Outcome begin_closing(Transaction& transaction, const PeriodAct& act);
// closing -> open.
Outcome return_from_closing(Transaction& transaction, const PeriodAct& act);
// closing -> closed, by another person than who began. Fields: note, where something on the checklist is left. Pins the
// exchange rates, recounts the costs at them, posts the difference as exchange gain or loss on the period's last day, and
// marks the costs as reported.
Outcome close_reporting_period(Transaction& transaction, const PeriodAct& act, const Input& input);

// Asks for a closed period to be opened. Fields: reason.
Outcome request_reopening(Transaction& transaction, const PeriodAct& act, const Input& input);
// Approves (closed -> open, the costs are no longer reported) or refuses what somebody else asked for. Fields: decision.
Outcome decide_reopening(Transaction& transaction, const PeriodAct& act, const Input& input);

}  // namespace kindling
