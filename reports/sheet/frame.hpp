// What every workbook has in common: a cover with contents and a signature block, the tie-out sheet, definitions, page
// headers and footers, the reader's language. A writer makes a Frame, adds its facts, tables, totals to tie out and
// definitions in any order, and finishes it.
//
//   Frame frame({.platform = ..., .report = words("Budget against actual"), ...}, words);
//   frame.fact(words("Indirect cost rate"), rate, "IndirectRate");
//   auto& lines = frame.add_table({.name = words("Budget lines"), .columns = {{words("Line"), 6}, ...}});
//   ... lines.row("1"); lines.identifier(0, 1); ...
//   frame.tie_out(words("Actual to date"), lines.ref(3), actual, words("Expense postings to date"), independent);
//   frame.define(words("Actual to date"), words("What was posted up to the period's end."));
//   return frame.finish();
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "reports/sheet/figure.hpp"
#include "reports/sheet/table.hpp"
#include "reports/sheet/words.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling::sheet {

struct Cover {
  std::string platform = {};        // as the configuration names it
  std::string report = {};          // "Financial report: budget against actual", in the reader's language
  std::string subject = {};         // what it is about: a grant's title; may be empty
  std::optional<Period> period = {};
  std::optional<Currency> currency = {};   // of all amounts; absent: each says its own
  std::int64_t ledger_position = 0;
  std::string ledger_hash = {};     // hexadecimal
  std::int64_t as_of_s = 0;    // when that position was recorded: also the file's pinned creation time
  std::string letter = {};          // the cover letter's text, paragraphs apart by empty lines; may be empty
  std::string identifier = {};      // of the report's run: shown, and kept as a document property; may be empty
  std::string certification = {};   // what the signature certifies; may be empty
};

struct FrameOptions {
  bool constant_memory = false;  // see WorkbookOptions
  std::string path = {};
};

struct TableOptions {
  std::string name = {};              // of the sheet, in the reader's language
  std::string note = {};              // below the title; empty: subject, period and currency
  std::vector<Column> columns = {};
  int frozen_columns = 0;
  bool landscape = true;
  bool named_figures = true;     // false for tables that are too long to be compared
  int rows_max = kRowsMax;       // goes on on another sheet beyond it
};

// What stands beside a label on the cover.
using Fact = std::variant<std::string, Money, Percent, Date, Decimal>;

class Frame {
 public:
  Frame(Cover cover, Words words, FrameOptions options = {});

  const Words& words() const { return words_; }
  const Cover& cover() const { return cover_; }
  std::string context() const;   // "Safe Harbour · 2026-01-01 to 2026-12-31 · all amounts in EUR"

  // A name for a cell, which formulas and readers may use: "TotalBudget".
  void define_name(const std::string& name, const Ref& ref) { workbook_.define_name(name, ref); }
  // A line of the cover. Formulas may use `defined_name`. An empty text is told as not given.
  void fact(std::string label, Fact value, std::string defined_name = {});
  // A sheet of its own title, headings in row 2 (counted from 0) and rows below, listed in the contents.
  Table& add_table(TableOptions options);
  // A sheet for what is no table; title and note stand in rows 0 and 1. Listed in the contents.
  Sheet& add_sheet(std::string_view name, SheetOptions options, std::string_view note = {});
  // Another table on a sheet, below what stands there.
  Table& add_table_on(Sheet& sheet, int heading_row, std::vector<Column> columns);
  // For what stands in no table.
  void figure(NamedFigure figure) { figures_.push_back(std::move(figure)); }

  // A total of this report beside a sum that was made in another way. They should be equal.
  void tie_out(std::string what, Ref reported, Money value, std::string source, Money independent);
  void tie_out(std::string what, Ref reported, Decimal value, std::string source, Decimal independent);
  bool ties_out() const;         // so far

  void define(std::string figure, std::string definition);  // once a figure, in this order
  File finish();

 private:
  struct FactRow {
    std::string label;
    Fact value;
    std::string defined_name;
  };
  struct TieOutRow {
    std::string what;
    Ref reported;
    Decimal value;
    std::string source;
    Decimal independent;
    std::string unit;
    std::int64_t difference() const { return value.scaled - independent.scaled; }
  };
  void title(Sheet& sheet, std::string_view title, std::string_view note);
  void write_cover();
  int write_facts(int row);
  int write_letter(int row);
  int write_contents(int row);
  void write_signature(int row);
  void write_tie_out();
  void write_definitions();

  Cover cover_;
  Words words_;
  Workbook workbook_;
  Sheet* cover_sheet_;
  Sheet* tie_out_sheet_;
  std::deque<Table> tables_;  // addresses stay
  std::vector<std::string> contents_;
  std::vector<FactRow> facts_;
  std::vector<TieOutRow> tie_outs_;
  std::vector<std::pair<std::string, std::string>> definitions_;
  std::vector<NamedFigure> figures_;
};

}  // namespace kindling::sheet
