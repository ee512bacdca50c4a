#include "reports/sheet/chart.hpp"

#include <stdexcept>
#include <vector>

#include <xlsxwriter.h>

#include "reports/sheet/library.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling::sheet {
namespace {

constexpr lxw_color_t kInk = 0x1B2440;
constexpr lxw_color_t kGrid = 0xD9DCE3;
// Told apart by lightness too, for a grey print, and all dark enough for white labels.
constexpr lxw_color_t kColours[] = {0x1F4FA3, 0xE08A1E, 0x3C8D5A, 0x8C2F6B, 0x2E86AB, 0x5C6274, 0xB8860B, 0x7A4B2A};
constexpr int kColourCount = static_cast<int>(std::size(kColours));

std::uint8_t library_kind(ChartKind kind) {
  switch (kind) {
    case ChartKind::kColumn: return LXW_CHART_COLUMN;
    case ChartKind::kStackedColumn: return LXW_CHART_COLUMN_STACKED;
    case ChartKind::kBar: return LXW_CHART_BAR;
    case ChartKind::kLine: return LXW_CHART_LINE;
    case ChartKind::kPie: return LXW_CHART_PIE;
    case ChartKind::kDoughnut: return LXW_CHART_DOUGHNUT;
  }
  throw std::logic_error("workbook: no such chart");
}

bool is_round(ChartKind kind) { return kind == ChartKind::kPie || kind == ChartKind::kDoughnut; }

// A slice has a colour and its share; a series one colour.
void colour_slices(lxw_chart_series* series, const Range& values) {
  const int slices = values.last.row - values.first.row + values.last.column - values.first.column + 1;
  std::vector<lxw_chart_fill> fills(static_cast<std::size_t>(slices));
  std::vector<lxw_chart_point> points(fills.size());
  std::vector<lxw_chart_point*> pointers;
  for (int i = 0; i < slices; ++i) {
    const auto at = static_cast<std::size_t>(i);
    fills[at].color = kColours[i % kColourCount];
    points[at].fill = &fills[at];
    pointers.push_back(&points[at]);
  }
  pointers.push_back(nullptr);
  check(chart_series_set_points(series, pointers.data()));
  lxw_chart_font font{};
  font.size = 9;
  font.bold = LXW_TRUE;
  font.color = LXW_COLOR_WHITE;
  chart_series_set_labels(series);
  chart_series_set_labels_options(series, LXW_FALSE, LXW_FALSE, LXW_FALSE);
  chart_series_set_labels_percentage(series);
  chart_series_set_labels_font(series, &font);
}

void colour_series(lxw_chart_series* series, ChartKind kind, int index) {
  if (kind == ChartKind::kLine) {
    lxw_chart_line line{};
    line.color = kColours[index % kColourCount];
    line.width = 2.25F;
    chart_series_set_line(series, &line);
    return;
  }
  lxw_chart_fill fill{};
  fill.color = kColours[index % kColourCount];
  chart_series_set_fill(series, &fill);
}

void set_axes(lxw_chart* chart, const Chart& wanted) {
  lxw_chart_font font{};
  font.size = 9;
  font.bold = LXW_EXPLICIT_FALSE;
  chart_axis_set_name_font(chart->x_axis, &font);
  chart_axis_set_name_font(chart->y_axis, &font);
  chart_axis_set_num_font(chart->x_axis, &font);
  chart_axis_set_num_font(chart->y_axis, &font);
  if (!wanted.category_axis.empty()) chart_axis_set_name(chart->x_axis, wanted.category_axis.c_str());
  if (!wanted.value_axis.empty()) chart_axis_set_name(chart->y_axis, wanted.value_axis.c_str());
  // Labels stand at the edge, not at 0 in the middle of negative columns.
  chart_axis_set_label_position(chart->x_axis, LXW_CHART_AXIS_LABEL_POSITION_LOW);
  std::string format = "#,##0";
  if (wanted.value_digits > 0) format += "." + std::string(static_cast<std::size_t>(wanted.value_digits), '0');
  chart_axis_set_num_format(chart->y_axis, format.c_str());
  lxw_chart_line grid{};
  grid.color = kGrid;
  grid.width = 0.75F;
  chart_axis_major_gridlines_set_line(chart->y_axis, &grid);
}

}  // namespace

void Sheet::chart(Cell at, const Chart& wanted) {
  if (wanted.alt_text.empty()) throw std::logic_error("workbook: a chart without alternative text");
  auto* chart = workbook_add_chart(workbook_, library_kind(wanted.kind));
  if (chart == nullptr) throw std::runtime_error("workbook: a chart cannot be made");
  int index = 0;
  for (const auto& one : wanted.series) {
    auto* series = chart_add_series(chart, nullptr, nullptr);
    chart_series_set_categories(series, one.categories.sheet.c_str(), static_cast<lxw_row_t>(one.categories.first.row),
                                static_cast<lxw_col_t>(one.categories.first.column),
                                static_cast<lxw_row_t>(one.categories.last.row),
                                static_cast<lxw_col_t>(one.categories.last.column));
    chart_series_set_values(series, one.values.sheet.c_str(), static_cast<lxw_row_t>(one.values.first.row),
                            static_cast<lxw_col_t>(one.values.first.column),
                            static_cast<lxw_row_t>(one.values.last.row),
                            static_cast<lxw_col_t>(one.values.last.column));
    chart_series_set_name(series, one.name.c_str());
    if (is_round(wanted.kind)) {
      colour_slices(series, one.values);
    } else {
      colour_series(series, wanted.kind, index);
    }
    ++index;
  }
  lxw_chart_font title{};
  title.size = 12;
  title.color = kInk;
  chart_title_set_name(chart, wanted.title.c_str());
  chart_title_set_name_font(chart, &title);
  if (!is_round(wanted.kind)) set_axes(chart, wanted);
  if (wanted.series.size() < 2 && !is_round(wanted.kind)) {
    chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
  } else {
    chart_legend_set_position(chart, is_round(wanted.kind) ? LXW_CHART_LEGEND_RIGHT : LXW_CHART_LEGEND_BOTTOM);
  }
  constexpr double kLibraryWidth = 480, kLibraryHeight = 288;  // of a chart that is not scaled
  lxw_chart_options options{};
  options.x_scale = wanted.width_px / kLibraryWidth;
  options.y_scale = wanted.height_px / kLibraryHeight;
  options.object_position = LXW_OBJECT_MOVE_DONT_SIZE;
  options.description = const_cast<char*>(wanted.alt_text.c_str());  // copied by the library
  check(worksheet_insert_chart_opt(worksheet_, static_cast<lxw_row_t>(at.row), static_cast<lxw_col_t>(at.column), chart,
                                   &options));
}

}  // namespace kindling::sheet
