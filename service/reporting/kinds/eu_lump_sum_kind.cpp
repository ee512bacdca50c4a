#include "reporting/grant_programme.hpp"
#include "reporting/report_catalogue.hpp"
#include "reports/eu_lump_sum/eu_lump_sum.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  auto statement = query_eu_lump_sum(task.snapshot, {.grant_id = *task.parameters.grant_id,
                                                                      .period = *task.parameters.period,
                                                                      .platform = task.context.platform});
  if (!statement) return statement.error();
  statement->grant.programme = name_of_programme(programme_of_file(task.context.programme), statement->grant.programme);
  return report_file("eu-lump-sum-" + std::to_string(statement->grant.grant_id) + "-period-" +
                            std::to_string(statement->period.number) + ".xlsx",
                     write_eu_lump_sum(*statement, task.parameters.language,
                                       {.identifier = task.identifier, .letter = task.context.letter}));
}

}  // namespace

ReportKind eu_lump_sum_kind() {
  return {.key = "eu-lump-sum",
          .title = "EU financial statement, lump sums",
          .explanation = "For a grant of the EU that pays lump sums: work packages and partners, what is completed, and what is "
                         "declared for it.",
          .for_funder = true,
          .layout = "eu-lump-sum",
          .parameters = {{.type = ReportParameter::Type::kGrant}, {.type = ReportParameter::Type::kPeriod},
                         language_parameter()},
          .make = make};
}

}  // namespace kindling
