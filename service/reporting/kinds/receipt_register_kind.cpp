#include "reporting/report_catalogue.hpp"
#include "reports/receipt_register/receipt_register.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const auto report =
      query_receipt_register(task.snapshot.session(), *task.parameters.year, task.settings.platform);
  return ReportFile{.name = "receipts-" + std::to_string(*task.parameters.year) + ".xlsx",
                    .bytes = write_receipt_register(report)};
}

}  // namespace

ReportKind receipt_register_kind() {
  return {.key = "receipt-register",
          .title = "Register of donation receipts",
          .explanation = "Every receipt of a year by its number, so that a gap would show. Holds no names.",
          .parameters = {{.type = ReportParameter::Type::kYear}},
          .make = make};
}

}  // namespace kindling
