// Native charts: they show the cells of a range, and change with them.
#pragma once

#include <string>
#include <vector>

#include "reports/sheet/cell.hpp"

namespace kindling::sheet {

enum class ChartKind { kColumn, kStackedColumn, kBar, kLine, kPie, kDoughnut };

struct ChartSeries {
  std::string name = {};
  Range categories;  // labels: one column (or row) of cells
  Range values;      // numbers, as many
};

struct Chart {
  ChartKind kind = ChartKind::kColumn;
  std::string title = {};
  std::string alt_text = {};         // what it says, for those who do not see it; must not be empty
  std::vector<ChartSeries> series = {};  // one for a pie or doughnut
  std::string category_axis = {};    // empty: no title
  std::string value_axis = {};
  int value_digits = 0;         // decimals at the axis and at labels
  int width_px = 760;
  int height_px = 380;
};

}  // namespace kindling::sheet
