// A table: headings, rows, totals as live formulas. It keeps the sums of its columns, says where its cells stand for
// other formulas, collects the named figures, and goes on on another sheet where one is full.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/sheet/figure.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling::sheet {

struct Column {
  std::string heading = {};
  double width = 16;    // in characters
  bool number = false;  // its heading stands right, above numbers
};

// As wide as was asked for, and never so narrow that a word of the heading breaks.
double width_of(const Column& column);

// A sum that is checked: int64 with a currency, or with decimals.
struct Sum {
  std::int64_t scaled = 0;
  int digits = 0;
  std::optional<Currency> currency = {};
  bool mixed = false;       // of several units: there is no sum, and `total` refuses it
  Money money() const;      // throws std::logic_error where it is none
  Decimal decimal() const { return {scaled, digits}; }
};

class Table {
 public:
  // Begins at `heading_row` of a sheet. `figures`: where named figures are collected; null: nowhere.
  Table(Sheet& sheet, int heading_row, std::vector<Column> columns, std::vector<NamedFigure>* figures);

  // Begins the next row. `label` says in comparisons what the row is about, so it should be the same in the next run.
  void row(std::string_view label = {});
  // The same for a row of a total's look, which sums do not count: a subtotal by a formula of its own.
  void total_row(std::string_view label);
  // Ends the rows: a row with `label` in its first column of text and =SUM(...) in each of `columns`. `empty` is what
  // the sum of no row is.
  void total(std::string_view label, std::initializer_list<int> columns, Money empty, int label_column = 0);

  // Cells of the current row, from left to right where the workbook is one of constant memory.
  void text(int column, std::string_view text, Style style = Style::kText);
  void amount(int column, Money amount);
  void decimal(int column, Decimal number);
  void count(int column, std::int64_t number);
  void identifier(int column, std::int64_t number);
  void percent(int column, Percent percent);
  void date(int column, Date date);
  void date(int column, const std::optional<Date>& date);  // empty where there is none
  void instant(int column, std::int64_t seconds_since_1970);
  void link(int column, std::string_view url, std::string_view text);
  // {0}, {1} ... stand for cells of this row: formula(kRemaining, "={0}-{1}", {kBudget, kActual}, remaining).
  void formula(int column, std::string_view pattern, std::initializer_list<int> columns, Money value);
  void formula(int column, std::string_view pattern, std::initializer_list<int> columns, Decimal value);
  void check(int column, std::string_view pattern, std::initializer_list<int> columns, Money value);  // must be 0
  // part / whole as a percentage, empty where the whole is 0.
  void ratio(int column, int part_column, int whole_column, std::int64_t part, std::int64_t whole);
  // The same by a formula of its own, which must say "" where the denominator is 0.
  void ratio_formula(int column, std::string_view pattern, std::initializer_list<int> columns, std::int64_t numerator,
                     std::int64_t denominator);
  void text_formula(int column, std::string_view pattern, std::initializer_list<int> columns, std::string_view value);

  Sheet& sheet() { return *sheet_; }
  Cell cell(int column) const { return {row_, column}; }                    // of the current row
  Ref ref(int column) const { return {sheet_->name(), {row_, column}}; }
  int first_row() const { return heading_row_ + 1; }
  int rows() const { return rows_; }                                        // without totals, over all sheets
  Sum sum(int column) const;                                                // of the rows, over all sheets
  Range range(int column) const;  // its rows on the current sheet; at least one cell, though it be empty
  std::vector<Range> ranges(int column) const;  // its rows on every sheet; empty where there is none
  // =SUM over the rows of a column, over all sheets.
  std::string sum_formula(int column) const;
  // Sheets that are full end here and go on on the one that `next` makes; `rows_max` is a sheet's last row.
  void go_on(std::function<Sheet&()> next, int rows_max = kRowsMax);

 private:
  void headings();
  void record(int column, std::string value, std::string unit);
  void add(int column, std::int64_t scaled, int digits, std::optional<Currency> currency);
  std::string fill(std::string_view pattern, std::initializer_list<int> columns) const;
  Style number_style() const { return in_total_ ? Style::kNumberTotal : Style::kNumber; }

  Sheet* sheet_;
  int heading_row_;
  std::vector<Column> columns_;
  std::vector<NamedFigure>* figures_;
  std::vector<Sum> sums_;
  std::vector<Sheet*> full_;  // earlier sheets
  std::function<Sheet&()> next_;
  int rows_max_ = kRowsMax;
  int row_;
  int rows_ = 0;
  int rows_here_ = 0;
  bool in_total_ = false;
  std::string label_;
};

}  // namespace kindling::sheet
