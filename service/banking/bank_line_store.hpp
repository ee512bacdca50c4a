// All SQL of bank lines and their matches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "banking/bank_line.hpp"
#include "core/result.hpp"

namespace kindling {

class DonorVault;
struct ListQuery;
struct Transaction;
class Session;

struct BankLineList {
  std::vector<BankLine> lines;
  std::string next_cursor;
};
// Of one account, the latest first. Filter: state. One statement. A search looks for name, message, IBAN and references in
// memory, because they are stored sealed, and through kLinesSearched lines a page; the next page goes on behind them.
inline constexpr int kLinesSearched = 20'000;
Result<BankLineList> list_bank_lines(Session& session, const DonorVault& vault, std::int64_t account_id, const ListQuery& query);
// kNotFound "bank_line_not_found".
Result<BankLine> find_bank_line(Session& session, const DonorVault& vault, std::int64_t id);
// The same under a row lock.
Result<BankLine> lock_bank_line(Transaction& transaction, const DonorVault& vault, std::int64_t id);
// What the bank told of a donor's payments, with those of whom was merged into it: an array, for an export.
Value bank_lines_of_donor(Session& session, const DonorVault& vault, std::int64_t donor_id);
// Sets state and reason and moves the version.
void update_bank_line(Transaction& transaction, const BankLine& line);

struct NewBankMatch {
  std::int64_t entry_id;
  Money amount;        // with the line's sign
  std::string how;
  bool posted;
  std::string reason;
};
void insert_bank_match(Transaction& transaction, std::int64_t line_id, const NewBankMatch& match);
// The opposite of a match, linked to it; bank_match_is_undone_once refuses a second one.
void insert_bank_match_undoing(Transaction& transaction, std::int64_t line_id, const BankMatch& match,
                               const std::string& reason);

}  // namespace kindling
