// Bank statements from CSV, as a bank's web page exports them. How the files of an account are written is said once: which
// heading means what, amounts and dates; from then on each file that has these headings goes in as a camt.053 file does.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "banking/bank_account.hpp"
#include "banking/csv_headings.hpp"
#include "banking/statement.hpp"
#include "core/csv.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "importing/import.hpp"

namespace kindling {

// Whether the bytes are to be read as CSV: they are no XML.
bool looks_like_csv(std::string_view bytes);

// The columns a mapping knows, with what banks call them; only what maps headings is set.
const ImportKind& statement_csv_columns();

// A file opened, with its headings and what they seem to mean: "columns.amount" is a heading, "options.decimal" point or
// comma, "options.dates" iso, dmy or mdy. Lines above the headings are passed over; where they are not found by themselves,
// `headings_row` says in which row they stand (0: not said). Errors at "file": those of open_csv, CsvReader, CsvHeader and
// import_has_no_rows; at "headings_row" headings_row_not_there.
struct CsvStatementFile {
  CsvFile file;
  CsvHeadings headings;
  Input proposed;
};
Result<CsvStatementFile> open_csv_statement(std::string bytes, std::size_t headings_row = 0);

// Fields: columns.NAME (a heading, "" for none), options.decimal, options.dates. Required: booked_on, and an amount, or
// credit and debit. Codes: required, chosen_twice, not_one_of, too_long. The mapping as it is stored.
Result<Input> parse_csv_mapping(const Input& input);
// Where the headings that the mapping names stand in a file; nullopt where it has not all of them.
std::optional<CsvHeadings> mapped_headings(const CsvStatementFile& file, const Input& mapping);

// The file's one statement, oldest line first, its lines not yet identified. With a balance column each row has to follow
// from the one before; without, opening and closing are for the caller (balances_computed). Errors at "file", each saying row
// and heading, at most 20: row_is_broken, not_a_date, not_an_amount, over_precise, amount_is_zero, other_currency,
// other_account, balance_does_not_follow, too_many_lines, csv_... of the reader.
Result<Statement> read_csv_statement(const CsvStatementFile& file, const CsvHeadings& headings, const Input& mapping,
                                     const BankAccount& account);

}  // namespace kindling
