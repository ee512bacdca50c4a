// What the pages of reports show.
#pragma once

#include <vector>

#include "reporting/report_run.hpp"
#include "web/page.hpp"

namespace kindling {

struct ReportRunOnPage {
  ReportRun run;
  std::vector<ReportRunChange> changes;
  std::vector<ReportRunRate> rates;
  std::vector<ReportRun> comparable;
  std::int64_t unexplained = 0;  // variances of a draft that ask for an explanation and have none
};
Result<ReportRunOnPage> read_report_run(Session& session, std::int64_t id);

// With what `actor` may do now.
Value report_run_page_data(const ReportRunOnPage& shown, const Actor& actor);

// Rows of a table with the columns below.
const std::vector<Column>& report_run_columns();
Value report_run_row(const ReportRun& run);

// Those that the actor may have, as links to their forms; of a grant only those that are of one, the
// report of its layout first.
Value report_kinds_for(const Actor& actor, std::int64_t grant_id, std::string_view layout = {});

// The form of one kind; `funder-report` of a grant is proposed for the grant's latest period.
Value report_form(const Site& site, const ReportKind& kind, const Input& typed, const std::vector<FieldError>& errors);
// What the form shows before anything was typed.
Input proposed_report(Session& session, const ReportKind& kind, std::int64_t grant_id, Date today);

}  // namespace kindling
