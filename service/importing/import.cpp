#include "importing/import.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/csv.hpp"
#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::size_t kRowsSampled = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The three numbers of a date that is not written as 2026-12-31.
std::optional<std::array<int, 3>> date_parts(std::string_view text) {
  std::array<int, 3> parts{};
  for (std::size_t i = 0; i < 3; ++i) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parts[i]);
    if (error != std::errc() || parts[i] < 0) return std::nullopt;
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (i == 2 && digits == 2) parts[i] += 2'000;  // 31.12.26, as some banks write
    text.remove_prefix(digits);
    if (i == 2) break;
    if (text.empty() || std::string_view("./-").find(text.front()) == std::string_view::npos) return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty() || parts[2] < 1'000) return std::nullopt;
  return parts;
}

bool is_iso_date(std::string_view text) { return text.size() >= 5 && is_digit(text[3]) && text[4] == '-'; }

// What the first rows show of how amounts and dates are written.
struct Writing {
  bool comma = false, point = false;
  bool dmy = false, mdy = false;

  void see_amount(std::string_view text) {
    const auto last = text.find_last_of(".,");
    if (last == std::string_view::npos) return;
    const auto decimals = text.size() - last - 1;
    const bool both = text.find_first_of(".,") != last && text[text.find_first_of(".,")] != text[last];
    if (!both && decimals == 3) return;  // 1,250 says nothing
    (text[last] == ',' ? comma : point) = true;
  }
  void see_date(std::string_view text) {
    if (is_iso_date(text)) return;
    const auto parts = date_parts(text);
    if (!parts) return;
    if (text.find('/') != std::string_view::npos && (*parts)[1] > 12) {
      mdy = true;
    } else {
      dmy = true;
    }
  }
};

Error invalid_file(std::string code, std::string message) {
  return {ErrorKind::kInvalid, std::move(code), std::move(message), {}};
}

}  // namespace

const ImportColumn* ImportKind::column(std::string_view wanted) const {
  const auto found = std::ranges::find(columns, wanted, &ImportColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

void ImportKinds::add(ImportKind kind) { kinds_.push_back(std::make_unique<ImportKind>(std::move(kind))); }

const ImportKind* ImportKinds::find(std::string_view name) const {
  const auto found = std::ranges::find_if(kinds_, [&](const auto& kind) { return kind->name == name; });
  return found == kinds_.end() ? nullptr : found->get();
}

Result<ImportProposal> propose_import(const ImportKind& kind, std::string_view text, char separator) {
  CsvReader reader(text, separator);
  std::vector<std::string_view> fields;
  const auto first = reader.next(fields);
  if (!first) return first.error();
  const auto header = CsvHeader::of(fields);
  if (!header) return header.error();
  ImportProposal proposal;
  proposal.headings = header->names();
  for (const auto& name : proposal.headings) proposal.heading_key += csv_heading_key(name) + "|";
  std::vector<std::optional<std::size_t>> positions;
  for (const auto& column : kind.columns) {
    auto at = header->find(column.name);
    if (!at) at = header->find(column.label);
    for (const auto& name : column.known_as) {
      if (!at) at = header->find(name);
    }
    // One heading means one column; the first that claims it has it.
    if (at && std::ranges::find(positions, at) != positions.end()) at.reset();
    positions.push_back(at);
    proposal.settings.set("columns." + column.name, at ? std::to_string(*at) : "");
  }
  Writing writing;
  std::size_t rows = 0;
  for (; rows < kRowsSampled; ++rows) {
    const auto more = reader.next(fields);
    if (!more && rows == 0) return more.error();
    if (!more || !*more) break;  // a later broken row is told by the check
    for (std::size_t i = 0; i < kind.columns.size(); ++i) {
      if (!positions[i] || *positions[i] >= fields.size()) continue;
      const auto field = trimmed(fields[*positions[i]]);
      if (kind.columns[i].type == ImportColumn::Type::kAmount) writing.see_amount(field);
      if (kind.columns[i].type == ImportColumn::Type::kDate) writing.see_date(field);
    }
  }
  if (rows == 0) return invalid_file("import_has_no_rows", "This file has headings but no rows below them.");
  proposal.settings.set("options.decimal", writing.comma && !writing.point ? "comma" : "point");
  proposal.settings.set("options.dates", writing.mdy ? "mdy" : writing.dmy ? "dmy" : "iso");
  for (const auto& option : kind.options) proposal.settings.set("options." + option.name, option.choices.front().first);
  return proposal;
}

Result<ImportSettings> parse_import_settings(const ImportKind& kind, const Input& settings, std::size_t headings) {
  static constexpr std::string_view kDecimals[] = {"point", "comma"};
  static constexpr std::string_view kDates[] = {"iso", "dmy", "mdy"};
  Fields fields(settings);
  fields.optional_integer("version", 1, INT32_MAX);
  ImportSettings parsed;
  for (const auto& column : kind.columns) {
    const auto name = "columns." + column.name;
    const auto position = fields.optional_integer(name, 0, static_cast<std::int64_t>(headings) - 1);
    if (!position && column.required && !fields.failed(name)) {
      fields.fail(name, "required", "Choose the heading that holds this.");
    }
    const auto at = position ? std::optional(static_cast<std::size_t>(*position)) : std::nullopt;
    if (at && std::ranges::find(parsed.positions, at) != parsed.positions.end()) {
      fields.fail(name, "chosen_twice", "This heading is chosen for another column already; choose another one.");
    }
    parsed.positions.push_back(at);
  }
  parsed.decimal_comma = fields.one_of("options.decimal", kDecimals) == "comma";
  parsed.dates = fields.one_of("options.dates", kDates);
  for (const auto& option : kind.options) {
    std::vector<std::string_view> values;
    for (const auto& [value, label] : option.choices) values.push_back(value);
    parsed.options.add(option.name, fields.one_of("options." + option.name, values));
  }
  return fields.finish(std::move(parsed));
}

Input mapped_row(const ImportKind& kind, const ImportSettings& settings, std::span<const std::string_view> fields) {
  Input row;
  for (std::size_t i = 0; i < kind.columns.size(); ++i) {
    const auto& at = settings.positions[i];
    if (!at || *at >= fields.size()) continue;
    const auto text = trimmed(fields[*at]);
    if (text.empty()) continue;
    const auto& column = kind.columns[i];
    row.add(column.name, column.type == ImportColumn::Type::kAmount ? rewritten_amount(text, settings.decimal_comma)
                         : column.type == ImportColumn::Type::kDate ? rewritten_date(text, settings.dates)
                                                                    : std::string(text));
  }
  return row;
}

std::string rewritten_amount(std::string_view text, bool decimal_comma) {
  if (!decimal_comma) return std::string(text);
  std::string amount;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',') {
      amount += '.';
    } else if (text.substr(i).starts_with("\u00A0") || text.substr(i).starts_with("\u202F")) {
      i += text[i] == '\xC2' ? 1 : 2;  // spaces that group thousands and do not break a line
    } else if (c != '.' && c != ' ' && c != '\'') {
      amount += c;
    }
  }
  return amount;
}

std::string rewritten_date(std::string_view text, std::string_view dates) {
  if (dates == "iso" || is_iso_date(text)) return std::string(text);
  const auto parts = date_parts(text);
  if (!parts) return std::string(text);
  const auto [first, second, year] = *parts;
  const int month = dates == "dmy" ? second : first, day = dates == "dmy" ? first : second;
  if (month > 12 || day > 31 || year > 9'999) return std::string(text);
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(year) + "-" + two(month) + "-" + two(day);
}

std::string date_hint(std::string_view dates) {
  return std::string("Enter a day that exists, such as ") +
         (dates == "dmy" ? "28.02.2026" : dates == "mdy" ? "02/28/2026" : "2026-02-28") + ".";
}

Value import_value(const Import& import) {
  auto headings = Value::array();
  for (const auto& heading : import.headings) headings.push(heading);
  Value settings = Value(Value::Object{});
  for (const auto& field : import.settings.fields()) settings.set(field.path, field.text);
  auto totals = Value::array();
  for (const auto& total : import.totals) {
    totals.push(Value::object(
        {{"state", total.state}, {"currency", total.currency}, {"rows", total.rows}, {"amount", total.amount}}));
  }
  return Value::object({{"id", import.id},
                        {"version", import.version},
                        {"kind", import.kind},
                        {"state", import.state},
                        {"file_name", import.file_name},
                        {"sha256", import.sha256},
                        {"size_bytes", import.size_bytes},
                        {"separator", std::string(1, import.separator)},
                        {"encoding", import.from_windows_1252 ? "windows-1252" : "utf-8"},
                        {"headings", std::move(headings)},
                        {"settings", std::move(settings)},
                        {"mode", import.mode.empty() ? Value() : Value(import.mode)},
                        {"rows_total", import.rows_total},
                        {"rows_new", import.rows_new},
                        {"rows_known", import.rows_known},
                        {"rows_repeated", import.rows_repeated},
                        {"rows_bad", import.rows_bad},
                        {"rows_loaded", import.rows_loaded},
                        {"errors", import.errors},
                        {"totals", std::move(totals)},
                        {"created_at", import.created_at},
                        {"created_by", import.created_by_name}});
}

}  // namespace kindling
