#include "banking/import_statement.hpp"

#include "audit/audit.hpp"
#include "banking/bank_account_store.hpp"
#include "banking/camt.hpp"
#include "banking/csv_mapping_store.hpp"
#include "banking/record_match.hpp"
#include "banking/statement_csv.hpp"
#include "banking/statement_store.hpp"
#include "core/check_digits.hpp"
#include "core/hash.hpp"
#include "core/iban.hpp"
#include "donations/donor_vault.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// Without a key nothing of a person is kept, so nothing has to be hidden.
void identify(Statement& statement, const DonorVault& vault) {
  identify_lines(statement, [&](std::string_view content) {
    return vault.is_open() ? vault.finding_hash("bank line", content) : sha256(content);
  });
}

// Its account is ours, and in the same currency.
Result<BankAccount> account_of(Session& session, const Statement& statement) {
  auto account = find_bank_account_by_iban(session, statement.iban);
  if (!account) {
    const auto of = "Statement " + statement.identification + " is of the account " + in_groups_of_four(statement.iban);
    if (!parse_iban(statement.iban)) {
      return invalid_field("file", "wrong_check_digits", of + ", whose check digits do not fit. Download it from the bank again.");
    }
    return invalid_field("file", "account_not_recorded", of + ", which is not recorded. Record it first.");
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

// A bank may date a line to its next working day, and not further.
constexpr int kDaysAheadMax = 5;
Outcome check_days(const Statement& statement, Date today) {
  for (const auto& line : statement.lines) {
    if (days_between(today, line.booked_on) <= kDaysAheadMax) continue;
    return invalid_field("file", "in_the_future",
                         "The line of " + to_display(line.amount) + " is booked on " + to_display(line.booked_on) + ", and today is " +
                             to_display(today) + ". Look at how the file's dates are written. Nothing was imported.");
  }
  return kOk;
}

StatementOutcome import_one(Transaction& transaction, const BankAccount& account, Statement statement,
                            const std::string& file_sha256, const ImportRules& rules) {
  StatementOutcome outcome{.account_id = account.id, .identification = statement.identification,
                           .lines = static_cast<std::int64_t>(statement.lines.size())};
  auto id = insert_statement(transaction, account.id, statement, file_sha256);
  // Without balances of its own, another file of the same days may come to the same: none of its lines is lost.
  for (int copy = 2; !id && statement.balances_computed && new_lines_of(transaction, account.id, statement).count > 0; ++copy) {
    statement.identification = outcome.identification + " (" + std::to_string(copy) + ")";
    id = insert_statement(transaction, account.id, statement, file_sha256);
  }
  outcome.identification = statement.identification;
  outcome.known = !id;
  if (!id) return outcome;
  const auto added = insert_lines(transaction, rules.vault, account.id, *id, statement.lines);
  outcome.new_lines = static_cast<std::int64_t>(added.size());
  for (const auto& line : added) {
    if (!line.referenced) continue;  // nothing else is ever certain
    outcome.matched_lines += match_if_certain(transaction, {line.id, 1, rules.today, rules.platform, rules.vault});
  }
  record_audit(transaction, {.action = "bank_statement.imported", .object_kind = "bank_account",
                             .object_id = account.id, .fields = {}, .reason = {}});
  return outcome;
}

}  // namespace

Result<std::vector<StatementOutcome>> import_statements(Transaction& transaction, std::string_view file,
                                                        const ImportRules& rules) {
  auto statements = read_camt(file);
  if (!statements) return statements.error();
  const auto file_sha256 = sha256_hex(file);
  std::vector<StatementOutcome> outcomes;
  for (auto& statement : *statements) {
    identify(statement, rules.vault);
    const auto account = account_of(transaction.session, statement);
    if (!account) return account.error();
    if (const auto days = check_days(statement, rules.today); !days) return days.error();
    outcomes.push_back(import_one(transaction, *account, statement, file_sha256, rules));
  }
  return outcomes;
}

// Of a file that has none: they follow from the lines that are there, and from those that it adds.
void compute_balances(Transaction& transaction, std::int64_t account_id, Statement& statement) {
  const auto added = new_lines_of(transaction, account_id, statement);
  statement.opening = balance_before(transaction.session, account_id, statement.starts_on);
  statement.closing = balance_before(transaction.session, account_id, statement.ends_on.plus_days(1)) + added.sum;
}

Result<StatementOutcome> import_csv_statement(Transaction& transaction, std::int64_t account_id, std::string_view file,
                                              const CsvStatementFile& opened, const ImportRules& rules) {
  const auto account = find_bank_account(transaction.session, account_id);
  if (!account) return account.error();
  const auto mapping = find_csv_mapping(transaction.session, account_id);
  const auto headings = mapped_headings(opened, mapping);
  if (!headings) {
    return invalid_field("columns", "csv_mapping_is_missing",
                         "Say once how the CSV files of this account are written: which heading means what.");
  }
  auto statement = read_csv_statement(opened, *headings, mapping, *account);
  if (!statement) return statement.error();
  if (const auto days = check_days(*statement, rules.today); !days) return days.error();
  identify(*statement, rules.vault);
  if (statement->balances_computed) compute_balances(transaction, account_id, *statement);
  return import_one(transaction, *account, *statement, sha256_hex(file), rules);
}

Outcome save_csv_mapping(Transaction& transaction, std::int64_t account_id, const Input& input) {
  const auto account = find_bank_account(transaction.session, account_id);
  if (!account) return account.error();
  const auto mapping = parse_csv_mapping(input);
  if (!mapping) return mapping.error();
  replace_csv_mapping(transaction, account_id, *mapping);
  record_audit(transaction, {.action = "bank_account.csv_mapped", .object_kind = "bank_account", .object_id = account_id,
                             .fields = {}, .reason = {}});
  return kOk;
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
