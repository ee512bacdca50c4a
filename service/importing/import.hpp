// Imports: a CSV file becomes rows of a kind (expenditures, donations, bank lines). What is the same for all kinds is
// here: the file, which heading means which column, how amounts and dates are written, checking, running, progress.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

class CopyIn;
class Session;
struct Transaction;

inline constexpr std::size_t kImportBytesMax = 64 * 1024 * 1024;
inline constexpr std::int64_t kImportRowsMax = 1'000'000;
inline constexpr std::int64_t kImportErrorsMax = 200'000;  // stored; beyond, only counted

// ---- What a capability says of its kind ----

struct ImportColumn {
  enum class Type { kText, kAmount, kDate };
  std::string name;                   // of the row's Input: "document_on"
  std::string label;                  // "Date of the document"
  Type type = Type::kText;            // how the file's way of writing is read: "1.250,00" arrives as "1250.00"
  bool required = false;              // a heading must be chosen for it
  std::vector<std::string> known_as = {};  // headings that mean it, besides name and label
  std::string help = {};
};

struct ImportOption {
  std::string name;
  std::string label;
  std::vector<std::pair<std::string, std::string>> choices;  // value, label; the first is proposed
  std::string help = {};
};

// Where a row stands after the check.
//   new       will be counted
//   known     is there already, from an earlier import or by hand
//   repeated  stands in this file before
//   bad       breaks a rule: import_errors says which

// Reads the rows of one file, one after the other; made anew for each check.
class ImportReader {
 public:
  virtual ~ImportReader() = default;
  // The row's fields by column name, mapped and rewritten. Writes it to `staging` (all columns of the kind's
  // staging_target) as 'new', or with errors as 'bad' with what is known of it. Its errors, by column name. May not use
  // the session.
  virtual std::vector<FieldError> read(const Input& row, std::int64_t row_number, CopyIn& staging) = 0;
  // After the last row: marks what is known, and what only all rows together show to be bad, with its errors
  // (insert_import_errors). Set-based.
  virtual void settle(Transaction& transaction) = 0;
};

struct ImportErrorRow {
  std::int64_t row_number;
  std::string column, code, message;
};

struct ImportScope {
  std::int64_t import_id;
  Input options;          // the kind's own, by name
  Actor actor;
  Date today;
};

struct ImportLoad {
  std::int64_t import_id;
  Input options;
  Actor actor;
};

// The staging table is the kind's own, UNLOGGED, with (import_id bigint, row_number bigint, state text, currency
// char(3), amount_minor bigint, ...); it is emptied by the machinery. All statements are set-based.
struct ImportKind {
  std::string name;        // "expenditures": in addresses and in the table
  std::string title;       // "Expenditures"
  std::string explanation; // one sentence: what a row becomes
  Action action = Action::kImportFile;  // who may, in addition
  std::string done_href;   // where the rows are seen afterwards
  std::vector<ImportColumn> columns = {};
  std::vector<ImportOption> options = {};
  std::string staging_table;    // "expenditure_import_rows"
  std::string staging_target;   // "expenditure_import_rows (import_id, row_number, ...)", for COPY

  // Looks up what rows refer to.
  std::function<std::unique_ptr<ImportReader>(Session&, const ImportScope&)> open;
  // Counts the rows that are new; the number of them that were. Everything in the one transaction that it is given. Rows
  // that meanwhile came from elsewhere are left out by the kind's own unique rule.
  std::function<std::int64_t(Transaction&, const ImportLoad&)> load;

  // Of files that name people, both or neither: such a file is kept sealed, and goes with its import (or before; then it
  // has to be sent again).
  std::function<Result<std::string>(std::string_view bytes)> seal_file = {};
  std::function<std::string(std::string_view sealed)> open_file = {};

  const ImportColumn* column(std::string_view name) const;
};

class ImportKinds {
 public:
  void add(ImportKind kind);
  const ImportKind* find(std::string_view name) const;
  const std::vector<std::unique_ptr<ImportKind>>& all() const { return kinds_; }

 private:
  std::vector<std::unique_ptr<ImportKind>> kinds_;
};

// ---- An import ----

struct ImportTotal {
  std::string state, currency;
  std::int64_t rows = 0;
  std::string amount;  // "1250.00", of any size
};

struct Import {
  std::int64_t id = 0;
  int version = 0;
  std::string kind, state;  // uploaded, checking, checked, running, done
  std::string file_name, sha256;  // hexadecimal
  std::int64_t size_bytes = 0;
  std::vector<std::string> headings;
  std::string heading_key;
  char separator = ',';
  bool from_windows_1252 = false;
  std::string mode;         // all_or_nothing, good_rows; "" before the run
  std::int64_t rows_total = 0, rows_new = 0, rows_known = 0, rows_repeated = 0, rows_bad = 0, rows_loaded = 0;
  std::int64_t errors = 0;
  std::vector<ImportTotal> totals;
  Input settings;           // as stored: columns.NAME, options.NAME
  std::string created_by_name, created_at;
  std::optional<std::int64_t> created_by;
};

Value import_value(const Import& import);  // schema "Import"; without its job

// ---- Mapping, pure ----

// What the file is before anybody looked at it: the headings, and settings proposed from names and first rows.
struct ImportProposal {
  std::vector<std::string> headings;
  std::string heading_key;
  Input settings;
};
// Errors of CsvReader and CsvHeader, and import_has_no_rows.
Result<ImportProposal> propose_import(const ImportKind& kind, std::string_view text, char separator);

// "columns.NAME" is a heading's position from 0 or "", "options.NAME" one of the choices; decimal (point, comma) and
// dates (iso, dmy, mdy) are options of every kind. Codes: required, not_one_of, chosen_twice.
struct ImportSettings {
  std::vector<std::optional<std::size_t>> positions;  // of the kind's columns
  Input options;                                      // the kind's own, by bare name
  bool decimal_comma = false;
  std::string dates;
};
Result<ImportSettings> parse_import_settings(const ImportKind& kind, const Input& settings, std::size_t headings);

// One row of the file as the kind reads it. Fails at a column whose text is not of the file's way of writing only later,
// in the kind's own rules: what cannot be rewritten is passed on as it is.
Input mapped_row(const ImportKind& kind, const ImportSettings& settings, std::span<const std::string_view> fields);

std::string rewritten_amount(std::string_view text, bool decimal_comma);  // "1.250,00" -> "1250.00"
std::string rewritten_date(std::string_view text, std::string_view dates);
// What to enter for a day that does not exist, as the file writes its days.
std::string date_hint(std::string_view dates);  // "31.12.2026" (dmy) -> "2026-12-31"

}  // namespace kindling
