// The face of libxlsxwriter that all workbooks share: owned, checked, with one set of styles, and with formulas that
// carry their computed values. A report rarely needs more than `frame.hpp` and `table.hpp`, which stand on this.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "reports/sheet/cell.hpp"
#include "reports/sheet/style.hpp"

struct lxw_workbook;
struct lxw_worksheet;

namespace kindling::sheet {

struct Chart;

inline constexpr int kRowsMax = 1'048'576;  // Excel's limit of a sheet

struct WorkbookOptions {
  std::string title = {};
  std::string subject = {};
  std::string author = {};
  std::string company = {};
  std::string comments = {};
  std::string identifier = {};       // the custom document property "Kindling report"; empty: none
  std::int64_t created_s = 0;   // seconds since 1970, pinned: the same content gives the same bytes
  std::string header = {};           // of each printed page, on the left
  std::string footer = {};           // the same
  std::string page_of = "Page {} of {}";  // of each printed page, at the right of the footer
  // For long sheets: rows leave memory once they are written, so that each sheet is written from its top to its end.
  bool constant_memory = false;
  std::string path = {};             // where the file goes; empty: into memory
};

struct SheetOptions {
  std::vector<double> widths = {};   // of the columns, in characters
  int frozen_rows = 0;          // scroll under these
  int frozen_columns = 0;
  int repeated_row = -1;        // the heading row that every printed page repeats; -1: none
  bool landscape = true;
  // Rows that begin a printed page, as between charts. Programs ignore them where a sheet is fitted to the page, so such
  // a sheet is printed at `print_percent` instead.
  std::vector<int> page_breaks = {};
  int print_percent = 80;
};

// A number with so many decimals: 105 with 1 is 10.5 days.
struct Decimal {
  std::int64_t scaled = 0;
  int digits = 0;
};

class Sheet {
 public:
  const std::string& name() const { return name_; }

  void text(Cell cell, std::string_view text, Style style = Style::kText);  // stays text, whatever it begins with
  // With the decimals of its currency.
  void amount(Cell cell, Money amount, Style style = Style::kNumber);
  void decimal(Cell cell, Decimal number, Style style = Style::kNumber);
  void count(Cell cell, std::int64_t number, Style style = Style::kNumber);
  void identifier(Cell cell, std::int64_t number);
  void percent(Cell cell, Percent percent, Style style = Style::kPercent);
  void date(Cell cell, Date date);
  void instant(Cell cell, std::int64_t seconds_since_1970);  // UTC
  // A live formula ("=SUM(B2:B9)") with the value that it has now.
  void formula(Cell cell, std::string_view formula, Money value, Style style = Style::kNumber);
  void formula(Cell cell, std::string_view formula, Decimal value, Style style = Style::kNumber);
  // numerator / denominator; an empty text where the denominator is 0, as the formula must say too.
  void ratio_formula(Cell cell, std::string_view formula, std::int64_t numerator, std::int64_t denominator,
                     Style style = Style::kPercent);
  void text_formula(Cell cell, std::string_view formula, std::string_view value, Style style = Style::kText);
  void link(Cell cell, std::string_view sheet_name, std::string_view text);  // to the top of a sheet
  void url(Cell cell, std::string_view url, std::string_view text);          // a plain text beyond Excel's 65,530 links
  // `numbers` headings from `first_number` on stand above numbers and are set right.
  void headings(int row, const std::vector<std::string>& titles, int first_number = 0, int numbers = 0);
  void merged_text(Cell first, Cell last, std::string_view text, Style style);
  void row_height(int row, double points);
  void chart(Cell at, const Chart& chart);  // its upper left corner

 private:
  friend class Workbook;
  Sheet(lxw_worksheet* worksheet, Formats& formats, lxw_workbook* workbook, std::string name)
      : worksheet_(worksheet), formats_(&formats), workbook_(workbook), name_(std::move(name)) {}

  // Not every program finds the height of a wrapped text by itself, so the row gets it here.
  void grow(Cell cell, std::string_view text, Style style);

  std::vector<double> widths_ = {};  // of the columns, in characters
  int grown_row_ = -1;               // the last one that was grown
  int grown_lines_ = 1;
  lxw_worksheet* worksheet_;
  Formats* formats_;
  lxw_workbook* workbook_;  // makes charts
  std::string name_;
  int links_ = 0;
};

// Throws std::runtime_error where the library reports an error: a workbook is whole or not at all.
class Workbook {
 public:
  explicit Workbook(const WorkbookOptions& options);
  ~Workbook();
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  // The sheet lives as long as the workbook. `name` is made one that is allowed (sheet_name_of); it must be new.
  Sheet& add_sheet(std::string_view name, const SheetOptions& options);
  // define_name("IndirectRate", {"Cover", {8, 1}})
  void define_name(const std::string& name, const Ref& ref);
  std::string finish();  // the file's bytes, empty where it went to a path; once

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling::sheet
