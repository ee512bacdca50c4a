// CSV (RFC 4180), in and out: pure, over bytes in memory. What a spreadsheet or an accounting system exports is read
// as it comes: commas, semicolons, tabs or bars, CRLF, LF or CR, with or without a BOM, UTF-8 or Windows-1252.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace kindling {

struct CsvLimits {
  std::size_t field_bytes_max = 64 * 1024;
  std::size_t columns_max = 250;
};

// A file whose encoding and separator are known.
struct CsvFile {
  std::string text;               // UTF-8, without BOM and NUL
  char separator = ',';           // , ; tab |
  bool from_windows_1252 = false; // it was not UTF-8: tell the user, so that names are looked at
};

// Takes the file's bytes. Errors, kInvalid: csv_is_empty, csv_is_a_workbook, csv_is_utf16, csv_holds_nul,
// csv_encoding_unknown; the message says what to do.
Result<CsvFile> open_csv(std::string bytes);

// The separator by which the first rows have the most equal columns; ',' for a file of one column.
char detect_csv_separator(std::string_view text);

// Reads row by row, in one pass and constant memory. What looks like a formula is text like any other.
class CsvReader {
 public:
  // `text` must outlive the reader.
  CsvReader(std::string_view text, char separator, CsvLimits limits = {});

  // The next row that is not blank; false at the end. The fields are valid until the next call. Errors, kInvalid, each
  // saying row and column: csv_quote_not_closed, csv_text_after_quote, csv_field_too_long, csv_too_many_columns.
  // After an error the reader is at its end.
  Result<bool> next(std::vector<std::string_view>& fields);

  std::size_t row() const { return row_; }         // of the last row read; the first is 1, blank ones count
  std::size_t position() const { return at_; }     // bytes read so far

 private:
  struct Piece {  // a field in text_, or in unescaped_ where "" had to become "
    bool unescaped;
    std::size_t begin, size;
  };
  // Reads the field that begins at at_, up to its separator or line end.
  std::optional<Error> read_field();
  std::optional<Error> read_quoted();
  bool at_row_end() const;
  void skip_line_end();
  Error broken(std::string code, std::string message);

  std::string_view text_;
  char separator_;
  CsvLimits limits_;
  std::size_t at_ = 0;
  std::size_t row_ = 0;
  std::vector<Piece> pieces_;
  std::string unescaped_;
};

// The heading row. Names are compared by their letters and digits alone: "Invoice No." is "invoice_no".
class CsvHeader {
 public:
  // Error, kInvalid: csv_heading_repeated. Empty headings are kept, and found by nobody.
  static Result<CsvHeader> of(std::span<const std::string_view> fields);

  std::optional<std::size_t> find(std::string_view name) const;  // the column, from 0
  const std::vector<std::string>& names() const { return names_; }  // trimmed, as written

 private:
  std::vector<std::string> names_;
  std::vector<std::string> keys_;
};
std::string csv_heading_key(std::string_view name);

// Appends one row, ended by CRLF. A field is quoted where needed; one that a spreadsheet would run as a formula
// (= + - @ tab CR LF in front, full-width forms too; numbers excepted) gets a ' in front (OWASP).
void append_csv_row(std::string& csv, std::span<const std::string> fields);

}  // namespace kindling
