#include "core/csv.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kSeparators = ",;\t|";
constexpr std::size_t kRowsSampled = 20;
constexpr std::size_t kBytesSampled = 256 * 1024;

Error refused(std::string code, std::string message) {
  return {ErrorKind::kInvalid, std::move(code), std::move(message), {}};
}

// Windows-1252 differs from Latin-1 in 0x80 to 0x9F; 0 marks what it does not define.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178};

// nullopt where a byte is not defined.
std::optional<std::string> utf8_of_windows_1252(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 16);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
      continue;
    }
    const char16_t point = byte < 0xA0 ? kWindows1252[byte - 0x80] : byte;
    if (point == 0) return std::nullopt;
    if (point < 0x800) {
      text += static_cast<char>(0xC0 | (point >> 6));
    } else {
      text += static_cast<char>(0xE0 | (point >> 12));
      text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    }
    text += static_cast<char>(0x80 | (point & 0x3F));
  }
  return text;
}

bool is_line_end(char c) { return c == '\r' || c == '\n'; }

bool looks_like_formula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos) return true;
  for (const std::string_view wide : {"\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"}) {
    if (text.starts_with(wide)) return true;
  }
  return false;
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

std::string csv_field(const std::string& text) {
  std::string field = looks_like_formula(text) && !is_number(text) ? "'" + text : text;
  if (field.find_first_of(",;\"\r\n\t'") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

Result<CsvFile> open_csv(std::string bytes) {
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("\xD0\xCF\x11\xE0")) {
    return refused("csv_is_a_workbook", "This is a spreadsheet, not CSV. In your spreadsheet, choose Save as, CSV UTF-8.");
  }
  if (bytes.starts_with("%PDF")) {
    return refused("csv_is_a_pdf", "This is a PDF, not CSV. Export the same as CSV, where it came from.");
  }
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    return refused("csv_is_utf16", "This file is UTF-16 (\"Unicode text\"). Save it as CSV UTF-8.");
  }
  if (bytes.starts_with(kBom)) bytes.erase(0, kBom.size());
  if (const auto nul = bytes.find('\0'); nul != std::string::npos) {
    const auto line = std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(nul), '\n') + 1;
    return refused("csv_holds_nul", "Line " + std::to_string(line) + " holds a NUL byte; this is no text. Export it as CSV again.");
  }
  if (trimmed(bytes).empty()) return refused("csv_is_empty", "This file is empty. Choose a CSV file with a heading row.");
  CsvFile file{.text = std::move(bytes)};
  if (!is_valid_utf8(file.text)) {
    auto converted = utf8_of_windows_1252(file.text);
    if (!converted) {
      return refused("csv_encoding_unknown", "This file is neither UTF-8 nor Windows-1252. Save it as CSV UTF-8.");
    }
    file.text = *std::move(converted);
    file.from_windows_1252 = true;
  }
  file.separator = detect_csv_separator(file.text);
  return file;
}

char detect_csv_separator(std::string_view text) {
  const auto sample = text.substr(0, kBytesSampled);
  char best = kSeparators.front();
  std::pair<std::size_t, std::size_t> best_score{0, 0};  // rows as wide as the first, then its columns
  for (const char separator : kSeparators) {
    CsvReader reader(sample, separator);
    std::vector<std::string_view> fields;
    std::size_t columns = 0, equal = 0;
    for (std::size_t rows = 0; rows < kRowsSampled; ++rows) {
      const auto more = reader.next(fields);
      if (!more || !*more) break;
      if (rows == 0) columns = fields.size();
      if (fields.size() == columns) ++equal;
    }
    if (columns > 1 && std::pair(equal, columns) > best_score) {
      best_score = {equal, columns};
      best = separator;
    }
  }
  return best;
}

CsvReader::CsvReader(std::string_view text, char separator, CsvLimits limits)
    : text_(text), separator_(separator), limits_(limits) {}

bool CsvReader::at_row_end() const { return at_ >= text_.size() || is_line_end(text_[at_]); }

void CsvReader::skip_line_end() {
  if (at_ >= text_.size()) return;
  const bool carriage = text_[at_++] == '\r';
  if (carriage && at_ < text_.size() && text_[at_] == '\n') ++at_;
}

Error CsvReader::broken(std::string code, std::string message) {
  at_ = text_.size();
  return refused(std::move(code), "Row " + std::to_string(row_) + ", column " + std::to_string(pieces_.size() + 1) +
                                      ": " + std::move(message));
}

Result<bool> CsvReader::next(std::vector<std::string_view>& fields) {
  fields.clear();
  pieces_.clear();
  unescaped_.clear();
  while (at_ < text_.size()) {
    ++row_;
    if (!at_row_end()) break;
    skip_line_end();  // a blank line
  }
  if (at_ >= text_.size()) return false;
  while (true) {
    if (pieces_.size() >= limits_.columns_max) {
      return broken("csv_too_many_columns",
                    "a row has at most " + std::to_string(limits_.columns_max) + " columns. Look for a missing quotation mark.");
    }
    if (auto error = read_field()) return *std::move(error);
    if (at_row_end()) break;
    ++at_;  // the separator; a field follows, if only an empty one
  }
  skip_line_end();
  for (const auto& piece : pieces_) {
    fields.push_back((piece.unescaped ? std::string_view(unescaped_) : text_).substr(piece.begin, piece.size));
  }
  return true;
}

std::optional<Error> CsvReader::read_field() {
  if (at_ < text_.size() && text_[at_] == '"') return read_quoted();
  const auto begin = at_;
  while (at_ < text_.size() && text_[at_] != separator_ && !is_line_end(text_[at_])) ++at_;
  if (at_ - begin > limits_.field_bytes_max) {
    return broken("csv_field_too_long",
                  "a field has at most " + std::to_string(limits_.field_bytes_max / 1024) + " KB. Shorten it.");
  }
  pieces_.push_back({false, begin, at_ - begin});
  return std::nullopt;
}

std::optional<Error> CsvReader::read_quoted() {
  const auto unescaped_begin = unescaped_.size();
  auto begin = ++at_;
  bool unescaped = false;
  while (true) {
    const auto quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      return broken("csv_quote_not_closed", "a quotation mark opens here and never closes. Close it, or double it inside a text.");
    }
    if (unescaped_.size() - unescaped_begin + (quote - begin) > limits_.field_bytes_max) {
      return broken("csv_field_too_long",
                    "a field has at most " + std::to_string(limits_.field_bytes_max / 1024) +
                        " KB. Shorten it, or look for a missing quotation mark.");
    }
    const bool doubled = quote + 1 < text_.size() && text_[quote + 1] == '"';
    if (doubled || unescaped) unescaped_.append(text_, begin, quote - begin + (doubled ? 1 : 0));
    at_ = quote + (doubled ? 2 : 1);
    if (!doubled) {
      pieces_.push_back(unescaped ? Piece{true, unescaped_begin, unescaped_.size() - unescaped_begin}
                                  : Piece{false, begin, quote - begin});
      break;
    }
    unescaped = true;
    begin = at_;
  }
  if (at_row_end() || text_[at_] == separator_) return std::nullopt;
  pieces_.pop_back();
  return broken("csv_text_after_quote", "text follows a closing quotation mark. Double a quotation mark inside a text.");
}

Result<CsvHeader> CsvHeader::of(std::span<const std::string_view> fields) {
  CsvHeader header;
  for (const auto field : fields) {
    auto key = csv_heading_key(field);
    if (!key.empty() && std::ranges::find(header.keys_, key) != header.keys_.end()) {
      return refused("csv_heading_repeated", "Column " + std::to_string(header.names_.size() + 1) + ": the heading \"" +
                                                 std::string(trimmed(field)) + "\" stands there twice. Give each its own name.");
    }
    header.names_.emplace_back(trimmed(field));
    header.keys_.push_back(std::move(key));
  }
  return header;
}

std::optional<std::size_t> CsvHeader::find(std::string_view name) const {
  const auto key = csv_heading_key(name);
  const auto found = std::ranges::find(keys_, key);
  if (key.empty() || found == keys_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - keys_.begin());
}

std::string csv_heading_key(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      key += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80) {
      key += c;
    }
  }
  return key;
}

void append_csv_row(std::string& csv, std::span<const std::string> fields) {
  bool first = true;
  for (const auto& field : fields) {
    if (!std::exchange(first, false)) csv += ',';
    csv += csv_field(field);
  }
  csv += "\r\n";
}

}  // namespace kindling
