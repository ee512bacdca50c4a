// The face of libxlsxwriter that all workbooks share: owned, checked, with one set of styles, and with formulas that
// carry their computed values. Rows and columns count from 0, as in the library.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"

namespace kindling::sheet {

enum class Style {
  kText,
  kWrapped,     // text that breaks lines
  kTitle,       // once, on top of a sheet
  kNote,        // small and grey
  kHeading,     // of a column; repeated in print
  kHeadingRight,  // above amounts
  kAmountLeft,  // beside a label
  kLabel,       // of a value on a cover
  kAmount,
  kAmountTotal,
  kTextTotal,
  kPercent,
  kPercentTotal,
  kPercentLeft,
  kDate,
  kInteger,
  kCheck,       // an amount that must be 0: green, or red where it is not
};

struct WorkbookOptions {
  std::string title;
  std::string subject;
  std::string author;
  std::string company;
  std::string comments;
  Currency currency;        // the number format's decimals
  std::int64_t created_s;   // seconds since 1970, pinned: the same content gives the same bytes
};

struct SheetOptions {
  std::vector<double> widths;   // of the columns, in characters
  int frozen_rows = 0;          // scroll under these
  int frozen_columns = 0;
  int repeated_row = -1;        // the heading row that every printed page repeats; -1: none
  bool landscape = true;
};

struct Cell {
  int row;
  int column;
};
std::string name_of(Cell cell);                      // "B7"
std::string range_of(Cell first, Cell last);         // "B7:B12"

class Sheet {
 public:
  void text(Cell cell, std::string_view text, Style style = Style::kText);  // stays text, whatever it begins with
  void amount(Cell cell, Money amount, Style style = Style::kAmount);
  void percent(Cell cell, Percent percent, Style style = Style::kPercent);
  void integer(Cell cell, std::int64_t number);
  void date(Cell cell, Date date);
  // A live formula ("=SUM(B2:B9)") with the value that it has now.
  void formula(Cell cell, std::string_view formula, Money value, Style style = Style::kAmount);
  // numerator / denominator; an empty text where the denominator is 0, as the formula must say too.
  void ratio_formula(Cell cell, std::string_view formula, std::int64_t numerator, std::int64_t denominator,
                     Style style = Style::kPercent);
  void text_formula(Cell cell, std::string_view formula, std::string_view value, Style style = Style::kText);
  void link(Cell cell, std::string_view sheet_name, std::string_view text);
  // Headings from `first_number` on stand above numbers and are set right.
  void headings(int row, const std::vector<std::string>& titles, int first_number = 1'000);
  void row_height(int row, double points);

 private:
  friend class Workbook;
  struct Impl;
  explicit Sheet(std::unique_ptr<Impl> impl);

 public:
  ~Sheet();
  Sheet(Sheet&&) noexcept;

 private:
  std::unique_ptr<Impl> impl_;
};

// Throws std::runtime_error where the library reports an error: a workbook is whole or not at all.
class Workbook {
 public:
  explicit Workbook(const WorkbookOptions& options);
  ~Workbook();
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  // The sheet lives as long as the workbook. Names: at most 31 characters, none of []:*?/\ , unique.
  Sheet& add_sheet(const std::string& name, const SheetOptions& options);
  // define_name("IndirectRate", "=Cover!$B$9")
  void define_name(const std::string& name, const std::string& formula);
  std::string finish();  // the file's bytes; once

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling::sheet
