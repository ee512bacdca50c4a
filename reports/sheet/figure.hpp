// What a workbook says, by meaning: two runs of the same report are compared figure by figure, wherever they stand.
#pragma once

#include <string>
#include <vector>

namespace kindling::sheet {

struct NamedFigure {
  std::string sheet;   // "Budget lines"
  std::string row;     // "3 WP1 a1": what the row is about
  std::string column;  // "Actual to date"
  std::string value;   // "1250.00", "2026-03-31", "12.5 %", or a text
  std::string unit;    // "EUR", or empty

  bool operator==(const NamedFigure&) const = default;
};

// A finished workbook.
struct File {
  std::string bytes;                 // empty where it was written to a path
  std::vector<NamedFigure> figures;  // in the order of writing; none of tables that are too long for it
};

}  // namespace kindling::sheet
