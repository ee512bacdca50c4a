#include "reporting/report_catalogue.hpp"
#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const auto& period = *task.parameters.period;
  const auto report = query_funder_variance(
      task.snapshot, {.grant_id = *task.parameters.grant_id, .period = period, .platform = task.settings.platform});
  if (!report) return report.error();
  return ReportFile{.name = "funder-report-" + std::to_string(*task.parameters.grant_id) + "-" + to_string(period.first) +
                            "-" + to_string(period.last) + ".xlsx",
                    .bytes = write_funder_variance(*report)};
}

}  // namespace

ReportKind funder_variance_kind() {
  return {.key = "funder-report",
          .title = "Funder report: budget against actual",
          .explanation = "For the funder of a grant: budget, spending of the period and to date, commitments, instalments, "
                         "with a tie-out to the ledger.",
          .for_funder = true,
          .layout = "funder-variance",
          .parameters = {{.type = ReportParameter::Type::kGrant}, {.type = ReportParameter::Type::kPeriod}},
          .make = make};
}

}  // namespace kindling
