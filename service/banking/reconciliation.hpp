// Does the bank's balance equal the ledger's? Every difference is listed, and what is left unexplained is said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

class Session;

struct Difference {
  // new_line and ignored_line: on the bank, not in the ledger; partial_line: a part of it. entry: in the ledger, not on
  // the bank. statement_gap: lines are missing before a statement, or it overlaps with the one before.
  std::string kind;
  std::int64_t id = 0;         // of the line, entry or statement
  Date on;
  std::string description;     // no name: the other side stands with the line itself
  Money amount;                // bank less ledger
};

// Of all accounts that share a ledger account and a currency: the ledger does not tell them apart.
struct Reconciliation {
  std::string ledger_account;
  struct Account {
    std::int64_t id;
    std::string name;
    std::optional<Date> closed_on;
    Money balance;
  };
  std::vector<Account> accounts;
  Money bank;
  Money ledger;
  std::vector<Difference> differences;  // by day, at most 500 shown
  Money listed;                         // the sum of all differences, also of those that are not shown
  std::int64_t count = 0;               // of all differences

  Money unexplained() const { return bank - ledger - listed; }
  bool holds() const { return unexplained().minor == 0; }
};

// One read-only look at one moment; kNotFound "bank_account_not_found".
Result<Reconciliation> reconcile(Session& session, std::int64_t account_id);

Value reconciliation_value(const Reconciliation& reconciliation);  // schema "Reconciliation"

}  // namespace kindling
