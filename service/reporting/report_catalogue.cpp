#include "reporting/report_catalogue.hpp"

#include <algorithm>

#include "reports/sheet/words.hpp"

namespace kindling {

const std::vector<ReportKind>& report_catalogue() {
  static const auto kCatalogue = [] {
    std::vector<ReportKind> kinds;
    kinds.push_back(funder_variance_kind());
    kinds.push_back(funder_template_kind());
    kinds.push_back(eu_financial_statement_kind());
    kinds.push_back(eu_lump_sum_kind());
    kinds.push_back(sf425_kind());
    kinds.push_back(financial_activities_kind());
    kinds.push_back(steering_kind());
    kinds.push_back(donation_register_kind());
    kinds.push_back(grant_audit_kind());
    kinds.push_back(receipt_register_kind());
    return kinds;
  }();
  return kCatalogue;
}

ReportParameter language_parameter() {
  ReportParameter parameter{.type = ReportParameter::Type::kLanguage};
  for (const auto& language : sheet::languages()) parameter.choices.emplace_back(language.code, language.name);
  return parameter;
}

const ReportKind* find_report_kind(std::string_view key) {
  const auto& kinds = report_catalogue();
  const auto found = std::ranges::find(kinds, key, &ReportKind::key);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace kindling
