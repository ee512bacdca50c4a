#include "reporting/report_catalogue.hpp"
#include "reports/receipt_register/receipt_register.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const int year = *task.parameters.year;
  const auto report = query_receipt_register(
      task.snapshot, {.year = year, .platform = task.context.platform, .currency = Currency::of(task.context.currency)});
  return report_file("receipts-" + std::to_string(year) + ".xlsx",
                     write_receipt_register(report, task.parameters.language, task.identifier));
}

}  // namespace

ReportKind receipt_register_kind() {
  return {.key = "receipt-register",
          .title = "Register of donation receipts",
          .explanation = "Every receipt of a year by its number, so that a gap would show, tied out to the gifts. Holds no names.",
          .parameters = {{.type = ReportParameter::Type::kYear}, language_parameter()},
          .make = make};
}

}  // namespace kindling
