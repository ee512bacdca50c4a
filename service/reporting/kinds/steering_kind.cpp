#include "insight/steering_query.hpp"
#include "reporting/report_catalogue.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const auto as_of = task.parameters.date("as_of");
  auto report = query_steering(task.snapshot.session(), {.currency = Currency::of(task.context.currency), .as_of = as_of,
                                                         .position = task.snapshot.position(),
                                                         .known_at = task.snapshot.known_at()});
  report.platform = task.context.platform;
  report.ledger_position = task.snapshot.position();
  report.ledger_hash = task.snapshot.hash();
  report.sealed_at_s = task.snapshot.sealed_at_s();
  return report_file("steering-" + to_string(as_of) + ".xlsx",
                     write_steering(report, task.parameters.language, task.identifier));
}

}  // namespace

ReportKind steering_kind() {
  return {.key = "steering",
          .title = "Steering workbook",
          .explanation = "For the steering community: months of cash, runway, funding gap, income mix, pipeline, budget against "
                         "actual, donations and donors, what is due, risks; with charts.",
          .parameters = {{.type = ReportParameter::Type::kDate, .name = "as_of", .label = "As of",
                          .help = "The month of this day counts as far as it is booked; averages are made of whole months."},
                         language_parameter()},
          .make = make};
}

}  // namespace kindling
