#include "reporting/grant_programme.hpp"
#include "reporting/report_catalogue.hpp"
#include "reports/eu_financial_statement/eu_financial_statement.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  auto statement = query_eu_financial_statement(task.snapshot, {.grant_id = *task.parameters.grant_id,
                                                                      .period = *task.parameters.period,
                                                                      .platform = task.context.platform});
  if (!statement) return statement.error();
  statement->grant.programme = name_of_programme(programme_of_file(task.context.programme), statement->grant.programme);
  return report_file("eu-financial-statement-" + std::to_string(statement->grant.grant_id) + "-period-" +
                         std::to_string(statement->period.number) + ".xlsx",
                     write_eu_financial_statement(*statement, task.parameters.language,
                                                  {.identifier = task.identifier, .letter = task.context.letter}));
}

}  // namespace

ReportKind eu_financial_statement_kind() {
  return {.key = "eu-financial-statement",
          .title = "EU financial statement, actual costs",
          .explanation = "For a grant of the EU with actual costs: what each partner declares of a reporting period, line by "
                         "line, adjustments of earlier periods, use of resources, exchange rates.",
          .for_funder = true,
          .layout = "eu-actual-costs",
          .parameters = {{.type = ReportParameter::Type::kGrant}, {.type = ReportParameter::Type::kPeriod},
                         language_parameter()},
          .make = make};
}

}  // namespace kindling
