// A line of an imported statement, and which entries of the ledger it is. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/value.hpp"

namespace kindling {

// A part of a line that is (a part of) an entry. Undoing adds a row of the opposite amount; both stay.
struct BankMatch {
  std::int64_t id = 0;
  std::int64_t entry_id = 0;
  Money amount;
  std::string how;       // automatic, by_hand
  bool posted = false;   // the entry was posted from the line: undoing reverses it
  bool undone = false;
  std::string reason;
  std::string entry_kind, entry_description, document_kind;
  std::int64_t document_id = 0;
};

struct BankLine {
  std::int64_t id = 0;
  int version = 0;
  std::int64_t account_id = 0;
  std::string account_name;
  std::string ledger_account;
  std::int64_t statement_id = 0;
  std::string statement;             // its identification
  std::string bank_reference;
  Date booked_on;
  Date value_on;
  Money amount;                      // a credit is positive
  Money matched;
  bool reversal = false;
  std::string end_to_end_id;
  std::string structured_reference;
  std::string state;                 // new, matched, ignored
  std::string ignored_reason;
  std::string name, iban, message;   // of the other side; "" once erased
  std::vector<BankMatch> matches;    // find_bank_line and lock_bank_line only; oldest first, undone ones too

  Money rest() const { return amount - matched; }
};

Value bank_line_value(const BankLine& line);  // schema "BankLine"

}  // namespace kindling
