// All SQL of reporting periods and their reopenings; what a closing does is in period_closing_store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "spending/reporting_period.hpp"

namespace kindling {

struct Transaction;
class Session;

// Of a grant, in order, with their reopenings: two statements.
std::vector<ReportingPeriod> list_reporting_periods(Session& session, std::int64_t grant_id);
// kNotFound "reporting_period_not_found", also where it is another grant's.
Result<ReportingPeriod> find_reporting_period(Session& session, std::int64_t grant_id, int number);
// The same with all periods of the grant locked in their order, so that no two of them move at once. Postings into a
// period and its closing wait for each other at this lock.
Result<ReportingPeriod> lock_reporting_period(Transaction& transaction, std::int64_t grant_id, int number);

std::int64_t insert_reporting_period(Transaction& transaction, std::int64_t grant_id, int number, const Period& days,
                                     std::int64_t obligation_id);
// Moves the end, and the due date of its report where that is still open.
void update_period_end(Transaction& transaction, const ReportingPeriod& period, Date ends_on, int report_due_days);
// With the obligation of its report, where that is still open.
void delete_reporting_period(Transaction& transaction, const ReportingPeriod& period);

// Each moves the version. The acting user is who began the closing, or who closed.
void update_to_closing(Transaction& transaction, std::int64_t id);
void update_to_closed(Transaction& transaction, std::int64_t id, const std::string& note);
void update_to_open(Transaction& transaction, std::int64_t id);

std::int64_t insert_reopening(Transaction& transaction, const ReportingPeriod& period, const std::string& reason);
void update_reopening(Transaction& transaction, std::int64_t id, bool approved);

}  // namespace kindling
