#include "banking/csv_headings.hpp"

#include <algorithm>
#include <compare>

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::string_view kSeparators = ";,\t|";

// Rows that could be headings, with one separator, until `take` has what it wants (true).
template <typename Take>
void each_first_row(const CsvFile& file, char separator, Take take) {
  CsvReader reader(file.text, separator);
  std::vector<std::string_view> fields;
  for (;;) {
    const auto position = reader.position();
    const auto more = reader.next(fields);
    if (!more || !*more || reader.row() > kRowsAboveHeadingsMax) return;  // what is broken is told when rows are read
    CsvHeadings headings{.row = reader.row(), .position = position, .separator = separator};
    for (const auto field : fields) headings.names.emplace_back(trimmed(field));
    if (take(std::move(headings))) return;
  }
}

// A text rather than a number or a day.
bool names_something(const std::string& text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return std::ranges::any_of(text, [](unsigned char c) {
    return c >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

struct Likeness {
  bool whole = false;           // a day and an amount are among them
  std::size_t recognised = 0;
  std::size_t named = 0;        // texts
  auto operator<=>(const Likeness&) const = default;
};

Likeness likeness_of(const CsvHeadings& headings, const ImportKind& columns) {
  Likeness likeness{.named = static_cast<std::size_t>(std::ranges::count_if(headings.names, names_something))};
  const std::vector<std::string_view> fields(headings.names.begin(), headings.names.end());
  const auto header = CsvHeader::of(fields);
  if (!header) return likeness;
  const auto knows = [&](const ImportColumn& column) {
    return header->find(column.name) || header->find(column.label) ||
           std::ranges::any_of(column.known_as, [&](const auto& name) { return header->find(name).has_value(); });
  };
  bool day = false, amount = false;
  for (const auto& column : columns.columns) {
    if (!knows(column)) continue;
    ++likeness.recognised;
    day = day || column.type == ImportColumn::Type::kDate;
    amount = amount || column.type == ImportColumn::Type::kAmount;
  }
  likeness.whole = day && amount;
  return likeness;
}

}  // namespace

CsvHeadings guess_headings(const CsvFile& file, const ImportKind& columns) {
  CsvHeadings best;
  Likeness most{.named = 1};  // one text alone is a title
  for (const char separator : kSeparators) {
    each_first_row(file, separator, [&](CsvHeadings headings) {
      const auto likeness = likeness_of(headings, columns);
      if (likeness > most) {
        most = likeness;
        best = std::move(headings);
      }
      return false;
    });
  }
  if (!best.names.empty()) return best;
  each_first_row(file, file.separator, [&](CsvHeadings headings) {
    best = std::move(headings);
    return true;
  });
  return best;
}

Result<CsvHeadings> headings_at(const CsvFile& file, std::size_t row) {
  CsvHeadings best;
  for (const char separator : kSeparators) {
    each_first_row(file, separator, [&](CsvHeadings headings) {
      const bool reached = headings.row >= row;
      if (headings.row == row && headings.names.size() > best.names.size()) best = std::move(headings);
      return reached;
    });
  }
  if (!best.names.empty()) return best;
  return invalid_field("headings_row", "headings_row_not_there",
                       "There are no headings in row " + std::to_string(row) + ". Count as a spreadsheet does, from 1, or leave it empty.");
}

std::optional<CsvHeadings> find_headings(const CsvFile& file, const std::vector<std::string>& names) {
  std::optional<CsvHeadings> found;
  for (const char separator : kSeparators) {
    if (found) break;
    each_first_row(file, separator, [&](CsvHeadings headings) {
      const bool has_all = std::ranges::all_of(names, [&](const auto& name) {
        return std::ranges::find(headings.names, name) != headings.names.end();
      });
      if (has_all) found = std::move(headings);
      return has_all;
    });
  }
  return found;
}

}  // namespace kindling
