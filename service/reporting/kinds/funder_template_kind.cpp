#include "reporting/grant_programme.hpp"
#include "reporting/report_catalogue.hpp"
#include "reports/funder_template/funder_template.hpp"

namespace kindling {
namespace {

TemplateLayout layout_of(const FunderTemplate& form) {
  TemplateLayout layout{.title = form.title, .indirect = form.indirect, .budget = form.budget, .period = form.period,
                        .to_date = form.to_date, .balance = form.balance, .headings = {}};
  for (const auto& heading : form.headings) layout.headings.push_back({heading.code, heading.name, heading.categories});
  return layout;
}

Result<ReportFile> make(const ReportTask& task) {
  const auto grant_id = *task.parameters.grant_id;
  const auto& period = *task.parameters.period;
  const auto programme = programme_of_file(task.context.programme);
  auto report = query_funder_variance(
      task.snapshot, {.grant_id = grant_id,
                      .period = period,
                      .platform = task.context.platform,
                      .explain_above = variance_threshold_of(programme ? &*programme : nullptr),
                      .identifier = task.identifier,
                      .letter = task.context.letter});
  if (!report) return report.error();
  report->cover.programme = name_of_programme(programme, report->cover.programme);
  if (!programme || !programme->funder_template) {
    return conflict("programme_has_no_template", "The programme of this grant has no template of its own. Ask for the "
                                                 "funder report, or add a [template] to the programme's file.");
  }
  const auto layout = layout_of(*programme->funder_template);
  if (const auto fits = check_layout(layout, *report); !fits) return fits.error();
  return report_file("funder-template-" + std::to_string(grant_id) + "-" + to_string(period.first) + "-" +
                            to_string(period.last) + ".xlsx",
                     write_funder_template(*report, layout, sheet::Words::of(task.parameters.language)));
}

}  // namespace

ReportKind funder_template_kind() {
  return {.key = "funder-template",
          .title = "Funder report in the funder's own form",
          .explanation = "For a funder with a template of its own: its headings, filled from the grant's cost categories "
                         "as the programme's file says.",
          .for_funder = true,
          .layout = "funder-template",
          .parameters = {{.type = ReportParameter::Type::kGrant}, {.type = ReportParameter::Type::kPeriod},
                         language_parameter()},
          .make = make};
}

}  // namespace kindling
