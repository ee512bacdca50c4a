// Makes one workbook: seals what is committed, reads at that position, writes.
#pragma once

#include <string>

#include "core/result.hpp"
#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {

class Database;

// An XLSX and the name it is saved under.
struct ReportFile {
  std::string name;   // "funder-report-12-2026-01-01-2026-12-31.xlsx"
  std::string bytes;
};

// The generic funder report of a grant for a period; page, API and command line come through here.
// kNotFound where there is no such grant; throws Unavailable.
Result<ReportFile> make_funder_report(Database& database, const FunderVarianceRequest& request);

}  // namespace kindling
