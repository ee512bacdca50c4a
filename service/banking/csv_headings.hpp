// Where the headings of a bank's CSV file stand: many banks write account, holder and period above them. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/csv.hpp"
#include "core/result.hpp"
#include "importing/import.hpp"

namespace kindling {

struct CsvHeadings {
  std::size_t row = 1;       // as a spreadsheet counts
  std::size_t position = 0;  // where that row begins, in bytes of the text
  char separator = ',';
  std::vector<std::string> names = {};
};

inline constexpr std::size_t kRowsAboveHeadingsMax = 60;

// The row that looks most like headings: with a day and an amount as `columns` know them, then with the most texts. The
// first row where none does. Lines above may be of any width, so the separator is found with the row.
CsvHeadings guess_headings(const CsvFile& file, const ImportKind& columns);
// That very row, told by a person. Error at "headings_row": headings_row_not_there.
Result<CsvHeadings> headings_at(const CsvFile& file, std::size_t row);
// The first row that has all these names; nullopt where there is none.
std::optional<CsvHeadings> find_headings(const CsvFile& file, const std::vector<std::string>& names);

}  // namespace kindling
