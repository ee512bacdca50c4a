// Where something stands. Rows and columns count from 0, as in the library.
#pragma once

#include <string>
#include <string_view>

namespace kindling::sheet {

struct Cell {
  int row;
  int column;
};

// A cell of a named sheet, for formulas on other sheets.
struct Ref {
  std::string sheet;
  Cell cell;
};

struct Range {
  std::string sheet;
  Cell first;
  Cell last;
};

std::string name_of(Cell cell);                   // "B7"
std::string absolute_name_of(Cell cell);          // "$B$7"
std::string range_of(Cell first, Cell last);      // "B7:B12"
std::string name_of(const Ref& ref);              // "'Budget lines'!B7"
std::string name_of(const Range& range);          // "'Budget lines'!$B$7:$B$12"
std::string quoted(std::string_view sheet_name);  // "'Budget lines'!"
// A text as a formula names it: "say \"\"yes\"\"" between quotation marks.
std::string literal(std::string_view text);
// What a sheet may be called: at most 31 characters, none of []:*?/\, no apostrophe at either end.
std::string sheet_name_of(std::string_view text);

}  // namespace kindling::sheet
