#include "reporting/report_catalogue.hpp"
#include "reports/donation_register/donation_register.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const auto& period = *task.parameters.period;
  const auto made = query_donation_register(task.snapshot, period, Currency::of(task.context.currency), task.context.platform);
  ReportFile file{.name = "donations-" + to_string(period.first) + "-" + to_string(period.last) + ".xlsx", .bytes = {},
                  .spooled = SpooledFile()};
  write_donation_register(
      made, [&](const auto& each) { each_registered_gift(task.snapshot, made, each); },
      {.path = file.spooled->path(), .language = task.parameters.language, .identifier = task.identifier,
       .progress = [&](std::int64_t rows) {
         if (task.progress) task.progress("Writing gifts", rows, made.gifts);
       }});
  return file;
}

}  // namespace

ReportKind donation_register_kind() {
  return {.key = "donation-register",
          .title = "Donation register",
          .explanation = "Every gift that arrived in a period, one a row, with fees and what was given back, tied out to the "
                         "ledger. Holds no names; any length.",
          .parameters = {{.type = ReportParameter::Type::kPeriod}, language_parameter()},
          .make = make};
}

}  // namespace kindling
