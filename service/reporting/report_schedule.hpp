// Reports that nobody has to ask for: of each month, and for what is due soon. Any instance may look; each report is
// requested once, because its key in the schedule is unique.
#pragma once

#include <string>
#include <vector>

#include "core/date.hpp"
#include "reporting/report_kind.hpp"

namespace kindling {

class Database;

struct ReportSchedule {
  std::vector<std::string> monthly;  // keys of the catalogue; none of them asks for a grant
  int monthly_day = 1;               // of the month after, 1 to 28
  int due_days = 14;                 // a grant's report is prepared as a draft this many days before; 0: never
};

// Keys as the settings have them, "steering-workbook donation-register". Throws std::runtime_error for one that the
// catalogue has not, or that asks for a grant.
ReportSchedule report_schedule(const std::string& monthly, int monthly_day, int due_days);

// What the kind asks for, of the month that ended before `today`: its days, its year, its last day.
ReportParameters parameters_of_month(const ReportKind& kind, Date today);

// The layout's own report, else the generic funder report.
const ReportKind& report_kind_of_layout(std::string_view layout);

// Requests what is missing today; how many. Throws Unavailable.
int schedule_reports(Database& database, const ReportSchedule& schedule, Date today);

}  // namespace kindling
