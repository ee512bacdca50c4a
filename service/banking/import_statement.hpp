// A bank's file goes in: its statements, their lines, and what is certain is matched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "banking/statement.hpp"
#include "core/currency.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

class DonorVault;
struct CsvStatementFile;
struct Transaction;

struct ImportRules {
  Currency platform;  // its own currency, for gifts
  Date today;
  const DonorVault& vault;  // seals who paid
};

// What became of one statement of the file.
struct StatementOutcome {
  std::int64_t account_id = 0;
  std::string identification;
  bool known = false;             // it was imported before: nothing changed
  std::int64_t lines = 0;         // in the file
  std::int64_t new_lines = 0;     // that no statement had brought before
  std::int64_t matched_lines = 0; // of the new ones, automatically
};

// All statements of a file, or none: an account that is not recorded, or another currency, refuses it whole. Errors at
// "file": those of read_camt, account_not_recorded, other_currency.
Result<std::vector<StatementOutcome>> import_statements(Transaction& transaction, std::string_view file,
                                                        const ImportRules& rules);

// A CSV file of one account, read as its saved mapping says. Errors: those of read_csv_statement, and at "columns"
// csv_mapping_is_missing where none is saved or the file has other headings.
Result<StatementOutcome> import_csv_statement(Transaction& transaction, std::int64_t account_id, std::string_view file,
                                              const CsvStatementFile& opened, const ImportRules& rules);

// How the CSV files of an account are written, from now on. Fields: those of parse_csv_mapping.
Outcome save_csv_mapping(Transaction& transaction, std::int64_t account_id, const Input& input);

Value statement_outcome_value(const StatementOutcome& outcome);  // schema "StatementImport", an item

}  // namespace kindling
