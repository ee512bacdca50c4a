// All SQL of bank accounts.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "banking/bank_account.hpp"

namespace kindling {

struct Transaction;
class Session;

// All, by name, each with its last balance and how many lines wait: one statement.
std::vector<BankAccount> list_bank_accounts(Session& session);
// kNotFound "bank_account_not_found".
Result<BankAccount> find_bank_account(Session& session, std::int64_t id);
Result<BankAccount> find_bank_account_by_iban(Session& session, std::string_view iban);

// What entries up to a day moved at the bank and neither a statement nor an opening shows, by currency.
std::vector<Money> list_open_at_bank(Session& session, Date until);

// The same of one currency, as far as an opening on that day may cover it: what was booked after another account of the
// currency was opened may come on that one's statements.
Money open_for_opening(Session& session, Currency currency, Date opening_on);
// Until the transaction ends no entry is matched: what its opening covers is settled in it.
void lock_openings(Transaction& transaction);
std::int64_t insert_bank_account(Transaction& transaction, const NewBankAccount& account,
                                 std::optional<std::int64_t> opening_entry_id);
// Its opening covers all that open_for_opening told.
void cover_open_entries(Transaction& transaction, std::int64_t account_id);
// False where the version is no longer `expected`.
bool update_bank_account(Transaction& transaction, std::int64_t id, int expected, const BankAccountChange& change);
// The general fund: what a fee is paid from, and where an opening balance lies.
std::int64_t general_fund_id(Session& session);
// Number and name of the general fund, and of each that money came to or left.
std::vector<std::pair<std::int64_t, std::string>> list_funds_with_money(Session& session);

}  // namespace kindling
