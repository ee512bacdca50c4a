// Two runs of one report beside each other: what changed, cell by its meaning.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/sheet/figure.hpp"

namespace kindling {

struct FigureChange {
  std::string sheet, row, column;
  std::string before, after;  // "" where it was not there
  std::string unit;
  std::string difference;     // "250", "-12.5" where both are numbers, else ""
  bool operator==(const FigureChange&) const = default;
};

struct ReportComparison {
  std::vector<FigureChange> changes;  // by sheet and row, in the order of the later one; what is gone stands behind
  std::size_t same = 0;
};

// Figures of one sheet, row and column are the same figure, wherever they stand; several of them are told apart by their
// order.
ReportComparison compare_figures(const std::vector<sheet::NamedFigure>& before, const std::vector<sheet::NamedFigure>& after);

}  // namespace kindling
