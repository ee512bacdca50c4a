#include "reporting/report_catalogue.hpp"
#include "reports/financial_activities/financial_activities.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const int year = *task.parameters.year;
  const auto report = query_financial_activities(
      task.snapshot, {.year = year, .currency = Currency::of(task.context.currency), .platform = task.context.platform});
  return report_file("financial-activities-" + std::to_string(year) + ".xlsx",
                     write_financial_activities(report, task.parameters.language, task.identifier));
}

}  // namespace

ReportKind financial_activities_kind() {
  return {.key = "financial-activities",
          .title = "Statement of financial activities",
          .explanation = "For the board and the public: income, expenditure and movement of unrestricted and restricted funds of "
                         "a year, beside the year before, and a note on each fund.",
          .parameters = {{.type = ReportParameter::Type::kYear}, language_parameter()},
          .make = make};
}

}  // namespace kindling
