// What pages show of reporting periods.
#pragma once

#include <string>
#include <vector>

#include "core/actor.hpp"
#include "core/value.hpp"
#include "funding/grant.hpp"
#include "spending/expenditure_payment.hpp"
#include "spending/reporting_period.hpp"
#include "spending/reporting_statement.hpp"

namespace kindling {

// "/grants/7/periods", "/grants/7/periods/2"
std::string periods_path(std::int64_t grant_id);
std::string period_path(const ReportingPeriod& period);

const char* badge_of(const ReportingPeriod& period);

// One row of the list.
Value period_row(const ReportingPeriod& period);

// Who may do what with the period as it stands, and the rows of checklist, statement, rates and exchange differences: for reporting_period.html.
struct PeriodParts {
  const Grant& grant;
  const ReportingPeriod& period;
  const std::vector<ChecklistItem>& checklist;
  const std::vector<Category>& categories;
  const ReportingStatement& statement;
  const std::vector<PeriodRate>& rates;
  const std::vector<ExchangeDifference>& differences;
};
Value period_view(const PeriodParts& parts, const Actor& actor);

}  // namespace kindling
