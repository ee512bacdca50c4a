#include "banking/record_bank_account.hpp"

#include <optional>

#include "audit/audit.hpp"
#include "banking/bank_account_store.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// What of the opening the ledger has already.
Money booked(Transaction& transaction, const NewBankAccount& account) {
  const auto currency = account.opening.currency;
  return account.opening_is_booked ? open_for_opening(transaction.session, currency, account.opening_on) : Money{0, currency};
}

Result<std::int64_t> post_opening(Transaction& transaction, const NewBankAccount& account, Money missing) {
  const auto fund = general_fund_id(transaction.session);
  return append_entry(transaction, {.booked_on = account.opening_on,
                                    .kind = "bank_opening",
                                    .document_kind = "bank_account",
                                    .document_id = 0,
                                    .description = "Opening balance of " + account.name,
                                    .postings = {{"bank", fund, std::nullopt, missing},
                                                 {"opening", fund, std::nullopt, -missing}}});
}

}  // namespace

Result<std::int64_t> record_bank_account(Transaction& transaction, const Input& input, Date today) {
  const auto account = parse_bank_account(input, today);
  if (!account) return account.error();
  std::optional<std::int64_t> entry;
  lock_openings(transaction);
  const auto missing = account->opening - booked(transaction, *account);
  if (missing.minor != 0) {
    const auto posted = post_opening(transaction, *account, missing);
    if (!posted) return posted.error();
    entry = *posted;
  }
  const auto id = insert_bank_account(transaction, *account, entry);
  if (account->opening_is_booked) cover_open_entries(transaction, id);
  record_audit(transaction, {.action = "bank_account.recorded", .object_kind = "bank_account", .object_id = id,
                             .fields = {}, .reason = {}});
  return id;
}

Outcome change_bank_account(Transaction& transaction, std::int64_t id, int expected, const Input& input) {
  const auto change = parse_bank_account_change(input);
  if (!change) return change.error();
  const auto account = find_bank_account(transaction.session, id);
  if (!account) return account.error();
  if (!update_bank_account(transaction, id, expected, *change)) return stale();
  record_audit(transaction, {.action = "bank_account.changed", .object_kind = "bank_account", .object_id = id,
                             .fields = {}, .reason = {}});
  return kOk;
}

}  // namespace kindling
