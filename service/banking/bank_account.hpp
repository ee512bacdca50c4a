// Accounts at banks: what they are called, where they lie, and what was on them when their statements begin.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct NewBankAccount {
  std::string name;                // "Main account"
  std::string holder;              // as a payer has to write it; at most 70 characters (EPC069-12)
  std::string iban;
  std::optional<std::string> bic;  // 8 or 11 characters
  bool is_public = false;          // the public page asks for gifts to it
  Date opening_on;                 // the day whose closing balance `opening` is
  Money opening;                   // may be negative; posted to the ledger
  bool opening_is_booked = false;  // it has what the ledger moved by then and no statement shows: only the rest is posted
};

struct BankAccount : NewBankAccount {
  std::int64_t id = 0;
  int version = 0;
  std::string ledger_account;      // "bank": several accounts may share it
  std::optional<Date> closed_on;   // of the last statement
  Money balance;                   // of the last statement, or the opening one
  std::int64_t new_lines = 0;      // still to be matched or ignored
};

// Fields: name, holder, iban, bic, currency, opening_on, opening, opening_is_booked, is_public.
Result<NewBankAccount> parse_bank_account(const Input& input, Date today);

// What can change later: an account's number, currency and opening stay.
struct BankAccountChange {
  std::string name;
  std::string holder;
  std::optional<std::string> bic;
  bool is_public = false;
};
// Fields: name, holder, bic, is_public; the others are passed over.
Result<BankAccountChange> parse_bank_account_change(const Input& input);

Input typed_of(const BankAccount& account);
Value bank_account_value(const BankAccount& account);  // schema "BankAccount"

}  // namespace kindling
