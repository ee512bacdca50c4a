#include "banking/import_statement.hpp"

#include <sodium.h>

#include "audit/audit.hpp"
#include "banking/bank_account_store.hpp"
#include "banking/camt.hpp"
#include "banking/record_match.hpp"
#include "banking/statement_store.hpp"
#include "core/check_digits.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

std::string sha256_hex(std::string_view bytes) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  char hex[sizeof hash * 2 + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
}

// Its account is ours, and in the same currency.
Result<BankAccount> account_of(Session& session, const Statement& statement) {
  auto account = find_bank_account_by_iban(session, statement.iban);
  if (!account) {
    return invalid_field("file", "account_not_recorded",
                         "Statement " + statement.identification + " is of the account " +
                             in_groups_of_four(statement.iban) + ", which is not recorded. Record it first.");
  }
  const auto currency = account->opening.currency;
  if (statement.opening.currency != currency) {
    return invalid_field("file", "other_currency",
                         "Statement " + statement.identification + " is in " +
                             std::string(statement.opening.currency.code()) + ", but the account " + account->name +
                             " is in " + std::string(currency.code()) + ".");
  }
  return account;
}

StatementOutcome import_one(Transaction& transaction, const BankAccount& account, const Statement& statement,
                            const std::string& file_sha256, const ImportRules& rules) {
  StatementOutcome outcome{.account_id = account.id, .identification = statement.identification,
                           .lines = static_cast<std::int64_t>(statement.lines.size())};
  const auto id = insert_statement(transaction, account.id, statement, file_sha256);
  outcome.known = !id;
  if (!id) return outcome;
  const auto added = insert_lines(transaction, account.id, *id, statement.lines);
  outcome.new_lines = static_cast<std::int64_t>(added.size());
  for (const auto& line : added) {
    if (!line.referenced) continue;  // nothing else is ever certain
    outcome.matched_lines += match_if_certain(transaction, {line.id, 1, rules.today, rules.platform});
  }
  record_audit(transaction, {.action = "bank_statement.imported", .object_kind = "bank_account",
                             .object_id = account.id, .fields = {}, .reason = {}});
  return outcome;
}

}  // namespace

Result<std::vector<StatementOutcome>> import_statements(Transaction& transaction, std::string_view file,
                                                        const ImportRules& rules) {
  const auto statements = read_camt(file);
  if (!statements) return statements.error();
  const auto file_sha256 = sha256_hex(file);
  std::vector<StatementOutcome> outcomes;
  for (const auto& statement : *statements) {
    const auto account = account_of(transaction.session, statement);
    if (!account) return account.error();
    outcomes.push_back(import_one(transaction, *account, statement, file_sha256, rules));
  }
  return outcomes;
}

Value statement_outcome_value(const StatementOutcome& outcome) {
  return Value::object({{"account_id", outcome.account_id},
                        {"identification", outcome.identification},
                        {"known", outcome.known},
                        {"lines", outcome.lines},
                        {"new_lines", outcome.new_lines},
                        {"matched_lines", outcome.matched_lines}});
}

}  // namespace kindling
