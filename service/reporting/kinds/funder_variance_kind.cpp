#include "reporting/grant_programme.hpp"
#include "reporting/report_catalogue.hpp"
#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const auto& period = *task.parameters.period;
  const auto programme = programme_of_file(task.context.programme);
  auto report = query_funder_variance(task.snapshot, {.grant_id = *task.parameters.grant_id,
                                                            .period = period,
                                                            .platform = task.context.platform,
                                                            .explain_above = variance_threshold_of(programme ? &*programme : nullptr),
                                                            .identifier = task.identifier,
                                                            .letter = task.context.letter});
  if (!report) return report.error();
  report->cover.programme = name_of_programme(programme, report->cover.programme);
  return report_file("funder-report-" + std::to_string(*task.parameters.grant_id) + "-" + to_string(period.first) +
                            "-" + to_string(period.last) + ".xlsx",
                     write_funder_variance(*report, sheet::Words::of(task.parameters.language)));
}

}  // namespace

ReportKind funder_variance_kind() {
  return {.key = "funder-report",
          .title = "Funder report: budget against actual",
          .explanation = "For the funder of a grant: budget, spending of the period and to date, variances with their "
                         "explanations, every cost with its evidence, match, modifications, tied out to the ledger.",
          .for_funder = true,
          .layout = "funder-variance",
          .parameters = {{.type = ReportParameter::Type::kGrant}, {.type = ReportParameter::Type::kPeriod},
                         language_parameter()},
          .make = make};
}

}  // namespace kindling
