#include "reporting/report_kind.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "core/fields.hpp"

namespace kindling {
namespace {

using Type = ReportParameter::Type;

constexpr int kYearMin = 1'900;
constexpr int kYearMax = 2'199;

std::vector<std::string_view> values_of(const ReportParameter& parameter) {
  std::vector<std::string_view> values;
  for (const auto& [value, label] : parameter.choices) values.push_back(value);
  return values;
}

// What is left out is the first choice, so that a request need not know all of them.
std::string read_choice(const ReportParameter& parameter, std::string_view name, Fields& fields) {
  const auto values = values_of(parameter);
  if (values.empty()) throw std::logic_error("a parameter of a report has no choices");
  return fields.optional_one_of(name, values).value_or(std::string(values.front()));
}

}  // namespace

std::string ReportParameters::choice(std::string_view name) const {
  const auto found = std::ranges::find(named, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == named.end() ? std::string() : found->second;
}

Date ReportParameters::date(std::string_view name) const {
  const auto date = Date::parse(choice(name));
  if (!date) throw std::logic_error("the report does not ask for this date");
  return *date;
}

const ReportParameter* find_parameter(const ReportKind& kind, Type type) {
  const auto found = std::ranges::find(kind.parameters, type, &ReportParameter::type);
  return found == kind.parameters.end() ? nullptr : &*found;
}

ReportParameters read_report_parameters(const ReportKind& kind, Fields& fields) {
  ReportParameters read;
  for (const auto& parameter : kind.parameters) {
    switch (parameter.type) {
      case Type::kGrant: read.grant_id = fields.id("grant"); break;
      case Type::kPeriod: read.period = fields.period("from", "to"); break;
      case Type::kYear: read.year = static_cast<int>(fields.integer("year", kYearMin, kYearMax)); break;
      case Type::kLanguage: read.language = read_choice(parameter, "language", fields); break;
      case Type::kDate: read.named.emplace_back(parameter.name, to_string(fields.date(parameter.name))); break;
      case Type::kChoice: read.named.emplace_back(parameter.name, read_choice(parameter, parameter.name, fields)); break;
    }
  }
  return read;
}

Result<ReportParameters> parse_report_parameters(const ReportKind& kind, const Input& input) {
  Fields fields(input);
  auto read = read_report_parameters(kind, fields);
  return fields.finish(std::move(read));
}

std::string canonical_text(const ReportParameters& parameters) {
  std::map<std::string, std::string> sorted(parameters.named.begin(), parameters.named.end());
  if (parameters.grant_id) sorted["grant"] = std::to_string(*parameters.grant_id);
  if (parameters.period) {
    sorted["from"] = to_string(parameters.period->first);
    sorted["to"] = to_string(parameters.period->last);
  }
  if (parameters.year) sorted["year"] = std::to_string(*parameters.year);
  sorted["language"] = parameters.language;
  std::string text;
  for (const auto& [name, value] : sorted) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

ReportParameters parameters_of(const ReportKind& kind, std::string_view canonical) {
  Input input;
  while (!canonical.empty()) {
    const auto end = std::min(canonical.find('&'), canonical.size());
    const auto pair = canonical.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    input.set(pair.substr(0, equals), std::string(pair.substr(std::min(equals + 1, pair.size()))));
    canonical.remove_prefix(std::min(end + 1, canonical.size()));
  }
  Fields fields(input);
  return read_report_parameters(kind, fields);
}

ReportFile report_file(std::string name, sheet::File workbook) {
  return {.name = std::move(name), .bytes = std::move(workbook.bytes), .figures = std::move(workbook.figures)};
}

SpooledFile spooled(ReportFile& file) {
  if (file.spooled) return *std::move(file.spooled);
  SpooledFile spool;
  spool.append(file.bytes);
  file.bytes.clear();
  return spool;
}

std::string_view content_type_of(ReportFormat format) {
  return format == ReportFormat::kJson ? "application/json"
                                       : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

}  // namespace kindling
