// The catalogue: every report that can be asked for, each once.
#pragma once

#include <string_view>
#include <vector>

#include "reporting/report_kind.hpp"

namespace kindling {

// In the order in which a page shows them. Made once, at the first call.
const std::vector<ReportKind>& report_catalogue();
const ReportKind* find_report_kind(std::string_view key);  // nullptr where there is none

// The parameter "language" with every language that the sheets speak, English first.
ReportParameter language_parameter();

// Each is defined in kinds/NAME_kind.cpp.
ReportKind eu_financial_statement_kind();
ReportKind eu_lump_sum_kind();
ReportKind financial_activities_kind();
ReportKind funder_template_kind();
ReportKind funder_variance_kind();
ReportKind grant_audit_kind();
ReportKind receipt_register_kind();
ReportKind sf425_kind();
ReportKind steering_kind();
ReportKind donation_register_kind();

}  // namespace kindling
