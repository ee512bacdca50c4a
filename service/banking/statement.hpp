// A bank's statement as it was read, from camt.053 or from CSV alike. Types and rules, without I/O.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

// One movement of the account; a batch that the bank booked as one entry is one line for each transaction in it.
struct BankStatementLine {
  std::string bank_reference;        // what tells this line from any other of the account; see identify_lines
  Date booked_on;
  Date value_on;
  Money amount;                      // a credit is positive, a debit negative
  bool reversal = false;             // the bank takes back an earlier line: a credit then takes back a debit
  std::string counterparty_name = {};
  std::string counterparty_iban = {};     // as the bank gives it
  std::string end_to_end_id = {};         // the payer's own, "" where it is NOTPROVIDED
  std::string structured_reference = {};  // as the payer gave it: it may be wrong
  std::string text = {};                  // what the payer wrote
};

struct Statement {
  std::string identification;        // the bank's name for it
  std::string iban;
  Date starts_on;
  Date ends_on;
  Money opening;
  Money closing;
  bool balances_computed = false;    // the file had none: they follow from what is there, and from its lines
  std::vector<BankStatementLine> lines;  // in the order of the file, booked ones only
};

// Opening + credits - debits = closing, in one currency. kInvalid "statement_does_not_add_up" with the figures.
Outcome check_sum(const Statement& statement);

// Gives each line the reference under which it counts once: the bank's own; where the bank gave none, one made of
// what the line says (`hash_of`: keyed, since it says who paid). Of lines with the same reference, day and amount the second
// is numbered "~2", and so on.
void identify_lines(Statement& statement, const std::function<std::string(std::string_view)>& hash_of);

}  // namespace kindling
