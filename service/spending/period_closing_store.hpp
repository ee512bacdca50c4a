// All SQL of a closing: the checklist, the rates that it pins, the amounts that move with them, and the statement.
#pragma once

#include <cstdint>
#include <vector>

#include "spending/expenditure_payment.hpp"
#include "spending/reporting_period.hpp"
#include "spending/reporting_statement.hpp"

namespace kindling {

struct Transaction;
class Session;

// Every item, in order or not: two statements. `today` is in the accounting time zone.
std::vector<ChecklistItem> list_checklist(Session& session, const ReportingPeriod& period, Date today);

// By currency and span.
std::vector<PeriodRate> list_period_rates(Session& session, std::int64_t period_id);

// Sums of the ledger on the grant's lines within the period, corrections of earlier periods apart. One statement.
std::vector<DeclaredSum> list_declared_sums(Session& session, const ReportingPeriod& period);

// What the exchange won or lost in the grant's fund within the period, a currency and occasion each; no zero among them, and
// no entry, because there may be many. It is in no sum of the statement.
std::vector<ExchangeDifference> list_period_differences(Session& session, const ReportingPeriod& period);

// Pins what is not pinned yet.
void pin_period_rates(Transaction& transaction, std::int64_t period_id);

// How much a budget line's approved costs move when they are counted at the pinned rates.
struct RateShift {
  std::int64_t budget_line_id = 0;
  std::int64_t minor = 0;  // of the grant's currency; never 0
};
// Recounts every allocation of the period's approved costs to the grant; the shifts of claimed ones, by line.
std::vector<RateShift> recount_allocations(Transaction& transaction, const ReportingPeriod& period);

// Approved costs of the period become reported; how many.
std::int64_t mark_costs_reported(Transaction& transaction, const ReportingPeriod& period);
// And back, except those that another grant's closed period has reported.
std::int64_t unmark_costs_reported(Transaction& transaction, const ReportingPeriod& period);

}  // namespace kindling
