// The ledger: append-only double entry. Documents post entries here; nothing else moves money.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;
class Session;

// A debit is positive, a credit negative. account_code is of the chart of accounts (migrations: accounts).
struct NewPosting {
  std::string account_code;               // "bank", "income_grants", ...
  std::int64_t fund_id;
  std::optional<std::int64_t> budget_line_id;
  Money amount;
};

struct NewEntry {
  Date booked_on;                         // accounting date
  std::string kind;                       // "instalment_received", "reversal", ...
  std::string document_kind;              // "instalment_receipt"
  std::int64_t document_id = 0;
  std::string description;                // no personal data
  std::vector<NewPosting> postings;       // 2 to 1000, balanced per currency
};

// Appends an entry; its id. The database checks balance and closure at commit (entry_balances, entry_is_complete).
// kInvalid "entry_unbalanced" / "entry_too_short" before that, as a courtesy.
Result<std::int64_t> append_entry(Transaction& transaction, const NewEntry& entry);

// The exact negation of an entry, linked to it, once: kConflict "entry_already_reversed", kNotFound.
Result<std::int64_t> reverse_entry(Transaction& transaction, std::int64_t entry_id, Date booked_on,
                                   std::string_view reason);

// Makes a fund; `code` is unique. restriction is "unrestricted" or "restricted".
std::int64_t create_fund(Transaction& transaction, std::string_view code, std::string_view name,
                         std::string_view restriction);

struct Balance {
  std::string account_code;
  std::int64_t fund_id;
  Money amount;                           // debit positive
};
// Balances of a fund per account and currency, as of now (roll-up + rest).
std::vector<Balance> fund_balances(Session& session, std::int64_t fund_id);

// The position of the ledger: how many entries are sealed. Reports are bound to one.
struct LedgerPosition {
  std::int64_t position = 0;
  std::string hash;                       // hexadecimal SHA-256 of the chain's head
};
LedgerPosition ledger_position(Session& session);

}  // namespace kindling
