// All SQL of imported statements.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "banking/statement.hpp"

namespace kindling {

class DonorVault;
struct Transaction;
class Session;

// nullopt: this statement was imported before.
std::optional<std::int64_t> insert_statement(Transaction& transaction, std::int64_t account_id,
                                             const Statement& statement, std::string_view file_sha256_hex);
struct AddedLine {
  std::int64_t id = 0;
  bool referenced = false;  // with a structured reference
};
// The lines that no statement brought before, in their order; two statements for 1,000 lines. Who paid is kept sealed, and
// not at all where the vault is closed.
std::vector<AddedLine> insert_lines(Transaction& transaction, const DonorVault& vault, std::int64_t account_id,
                                    std::int64_t statement_id, const std::vector<BankStatementLine>& lines);
// Those of its lines that no statement brought before.
struct NewLines {
  std::int64_t count = 0;
  Money sum;
};
NewLines new_lines_of(Transaction& transaction, std::int64_t account_id, const Statement& statement);
// What was on the account before a day, of its opening and its lines: the opening balance of a file that has none.
Money balance_before(Session& session, std::int64_t account_id, Date day);

// An imported statement as the account's page tells it.
struct ImportedStatement {
  std::int64_t id = 0;
  std::string identification;
  Date starts_on, ends_on;
  Money opening, closing;
  std::int64_t lines = 0;
  std::int64_t known_lines = 0;  // that another statement had brought: they overlap
  Date after_on;                 // the end of the statement before it, or the account's opening
  bool balances_computed = false;  // the file had none
  Money difference;              // its opening less what that one closed with; not zero: a gap, or an overlap
};
// The latest first, at most `limit`.
std::vector<ImportedStatement> list_statements(Session& session, std::int64_t account_id, int limit);

}  // namespace kindling
