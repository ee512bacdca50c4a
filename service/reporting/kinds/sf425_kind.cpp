#include <algorithm>

#include "reporting/grant_programme.hpp"
#include "reporting/report_catalogue.hpp"
#include "reports/sf425/sf425.hpp"

namespace kindling {
namespace {

const std::vector<std::pair<std::string, std::string>> kTypes = {
    {"quarterly", "Quarterly"}, {"semi-annual", "Semi-annual"}, {"annual", "Annual"}, {"final", "Final"}};

std::string label_of(const std::string& type) {
  const auto found = std::ranges::find(kTypes, type, &std::pair<std::string, std::string>::first);
  return found == kTypes.end() ? std::string() : found->second;
}

// By how long the period is; the last one of a grant is told by hand.
void suit(const Period& period, ReportParameters& parameters) {
  const auto type = std::ranges::find(parameters.named, "type", &std::pair<std::string, std::string>::first);
  if (type == parameters.named.end()) return;
  type->second = period.days() <= 95 ? "quarterly" : period.days() <= 190 ? "semi-annual" : "annual";
}

Result<ReportFile> make(const ReportTask& task) {
  const auto& parameters = task.parameters;
  const auto as_of = parameters.date("as_of");
  auto report = query_sf425(
      task.snapshot,
      {.grant_id = *parameters.grant_id,
       .as_of = as_of,
       .basis = parameters.choice("basis") == "cash" ? Sf425Basis::kCash : Sf425Basis::kAccrual,
       .alternative = parameters.choice("program_income") == "addition" ? ProgramIncome::kAddition : ProgramIncome::kDeduction,
       .type = label_of(parameters.choice("type")),
       .platform = task.context.platform});
  if (!report) return report.error();
  report->grant.programme = name_of_programme(programme_of_file(task.context.programme), report->grant.programme);
  return report_file("sf-425-" + std::to_string(report->grant.grant_id) + "-" + to_string(as_of) + ".xlsx",
                     write_sf425(*report, {.identifier = task.identifier, .letter = task.context.letter}));
}

}  // namespace

ReportKind sf425_kind() {
  using Type = ReportParameter::Type;
  return {.key = "sf-425",
          .title = "Federal financial report (SF-425)",
          .explanation = "For a grant of a US federal agency: lines 10a to 10o and 11, cumulative, on a cash or an accrual basis.",
          .for_funder = true,
          .layout = "sf-425",
          .parameters = {{.type = Type::kGrant},
                         {.type = Type::kDate, .name = "as_of", .label = "Reporting period end date"},
                         {.type = Type::kChoice, .name = "type", .label = "Report type", .choices = kTypes},
                         {.type = Type::kChoice, .name = "basis", .label = "Basis of accounting",
                          .choices = {{"accrual", "Accrual"}, {"cash", "Cash"}}},
                         {.type = Type::kChoice, .name = "program_income", .label = "Program income is",
                          .choices = {{"deduction", "Deducted from the costs"}, {"addition", "Added to the award"}}}},
          .suit = suit,
          .make = make};
}

}  // namespace kindling
