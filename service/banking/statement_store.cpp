#include "banking/statement_store.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "banking/line_party.hpp"
#include "core/hex.hpp"
#include "donations/donor_vault.hpp"
#include "http/json.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

constexpr std::size_t kLinesAtOnce = 1'000;

std::string rows_of(const std::vector<BankStatementLine>& lines, std::size_t first, std::size_t last) {
  auto rows = Value::array();
  for (std::size_t i = first; i < last; ++i) {
    const auto& line = lines[i];
    rows.push(Value::object({{"position", i},
                             {"bank_reference", line.bank_reference},
                             {"booked_on", to_string(line.booked_on)},
                             {"value_on", to_string(line.value_on)},
                             {"amount_minor", line.amount.minor},
                             {"reversal", line.reversal},
                             {"end_to_end_id", line.end_to_end_id},
                             {"structured_reference", line.structured_reference}}));
  }
  return http::to_json(rows);
}

void insert_parties(Transaction& transaction, const DonorVault& vault, const std::vector<BankStatementLine>& lines,
                    const std::vector<std::pair<std::int64_t, std::size_t>>& added) {  // id, position
  auto parties = Value::array();
  bool some = false;
  for (const auto& [id, position] : added) {
    const auto& line = lines[position];
    const LineParty party{.name = line.counterparty_name, .iban = line.counterparty_iban, .message = line.text};
    if (party.empty()) continue;
    some = true;
    parties.push(Value::object({{"id", id},
                                {"sealed", hex_of(seal_party(vault, party, id))},
                                {"iban_hash", hex_of(iban_hash(vault, party.iban))}}));
  }
  if (!some) return;
  const auto rows = http::to_json(parties);
  transaction.sql() << R"(
    INSERT INTO bank_line_parties (bank_line_id, sealed, iban_hash)
    SELECT r.id, decode(r.sealed, 'hex'), NULLIF(decode(r.iban_hash, 'hex'), '')
    FROM jsonb_to_recordset(:rows::jsonb) AS r (id bigint, sealed text, iban_hash text))",
      soci::use(rows, "rows");
}

}  // namespace

std::optional<std::int64_t> insert_statement(Transaction& transaction, std::int64_t account_id,
                                             const Statement& statement, std::string_view file_sha256_hex) {
  long long account = account_id, opening = statement.opening.minor, closing = statement.closing.minor;
  long long lines = static_cast<long long>(statement.lines.size()), actor = transaction.actor.id, id = 0;
  const auto starts_on = to_string(statement.starts_on), ends_on = to_string(statement.ends_on);
  const std::string sha256(file_sha256_hex);
  const int computed = statement.balances_computed ? 1 : 0;
  transaction.sql() << R"(
    INSERT INTO bank_statements (bank_account_id, identification, starts_on, ends_on, opening_minor, closing_minor,
                                 line_count, balances_computed, file_sha256, imported_by)
    VALUES (:account, :identification, :starts_on::date, :ends_on::date, :opening, :closing, :lines, :computed = 1,
            decode(:sha256, 'hex'), NULLIF(:actor::bigint, 0))
    ON CONFLICT ON CONSTRAINT bank_statement_counts_once DO NOTHING
    RETURNING id)",
      soci::use(account, "account"), soci::use(statement.identification, "identification"),
      soci::use(starts_on, "starts_on"), soci::use(ends_on, "ends_on"), soci::use(opening, "opening"),
      soci::use(closing, "closing"), soci::use(lines, "lines"), soci::use(computed, "computed"),
      soci::use(sha256, "sha256"), soci::use(actor, "actor"), soci::into(id);
  return transaction.sql().got_data() ? std::optional<std::int64_t>(id) : std::nullopt;
}

std::vector<AddedLine> insert_lines(Transaction& transaction, const DonorVault& vault, std::int64_t account_id,
                                    std::int64_t statement_id, const std::vector<BankStatementLine>& lines) {
  std::vector<AddedLine> lines_added;
  long long account = account_id, statement = statement_id, id = 0, position = 0;
  for (std::size_t first = 0; first < lines.size(); first += kLinesAtOnce) {
    const auto rows = rows_of(lines, first, std::min(lines.size(), first + kLinesAtOnce));
    soci::statement added = (transaction.sql().prepare << R"(
      WITH given AS (
        SELECT r.*
        FROM jsonb_to_recordset(:rows::jsonb)
          AS r (position integer, bank_reference text, booked_on date, value_on date, amount_minor bigint,
                reversal boolean, end_to_end_id text, structured_reference text)
      ), added AS (
        INSERT INTO bank_lines (bank_account_id, bank_statement_id, bank_reference, booked_on, value_on, amount_minor,
                                reversal, end_to_end_id, structured_reference)
        SELECT :account::bigint, :statement::bigint, bank_reference, booked_on, value_on, amount_minor, reversal, end_to_end_id,
               structured_reference
        FROM given
        ORDER BY position
        ON CONFLICT ON CONSTRAINT bank_line_counts_once DO NOTHING
        RETURNING id, bank_reference, booked_on, amount_minor
      )
      SELECT a.id, g.position
      FROM added a
      JOIN given g USING (bank_reference, booked_on, amount_minor)
      ORDER BY a.id)",
                             soci::into(id), soci::into(position), soci::use(rows, "rows"), soci::use(account, "account"),
                             soci::use(statement, "statement"));
    added.execute();
    std::vector<std::pair<std::int64_t, std::size_t>> positions;
    while (added.fetch()) {
      positions.emplace_back(id, static_cast<std::size_t>(position));
      lines_added.push_back({id, !lines[static_cast<std::size_t>(position)].structured_reference.empty()});
    }
    if (vault.is_open()) insert_parties(transaction, vault, lines, positions);
  }
  return lines_added;
}

NewLines new_lines_of(Transaction& transaction, std::int64_t account_id, const Statement& statement) {
  NewLines found{.sum = {0, statement.opening.currency}};
  long long account = account_id, count = 0, sum = 0;
  for (std::size_t first = 0; first < statement.lines.size(); first += kLinesAtOnce) {
    const auto rows = rows_of(statement.lines, first, std::min(statement.lines.size(), first + kLinesAtOnce));
    transaction.sql() << R"(
      SELECT count(*),
             COALESCE(sum(r.amount_minor), 0)::bigint
      FROM jsonb_to_recordset(:rows::jsonb) AS r (bank_reference text, booked_on date, amount_minor bigint)
      WHERE NOT EXISTS (SELECT 1
                        FROM bank_lines l
                        WHERE l.bank_account_id = :account
                          AND l.bank_reference = r.bank_reference
                          AND l.booked_on = r.booked_on
                          AND l.amount_minor = r.amount_minor))",
        soci::use(rows, "rows"), soci::use(account, "account"), soci::into(count), soci::into(sum);
    found.count += count;
    found.sum.minor += sum;
  }
  return found;
}

Money balance_before(Session& session, std::int64_t account_id, Date day) {
  long long account = account_id, minor = 0;
  std::string currency;
  const auto before = to_string(day);
  session.sql() << R"(
    SELECT a.currency,
           (a.opening_minor + COALESCE((SELECT sum(l.amount_minor)
                                        FROM bank_lines l
                                        WHERE l.bank_account_id = a.id
                                          AND l.booked_on < :before::date), 0))::bigint
    FROM bank_accounts a
    WHERE a.id = :account)",
      soci::use(before, "before"), soci::use(account, "account"), soci::into(currency), soci::into(minor);
  return {minor, Currency::of(currency)};
}

std::vector<ImportedStatement> list_statements(Session& session, std::int64_t account_id, int limit) {
  long long account = account_id, id = 0, opening = 0, closing = 0, lines = 0, known = 0, difference = 0;
  int computed = 0;
  std::string identification, starts_on, ends_on, after_on, currency;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT s.id, s.identification, s.starts_on::text, s.ends_on::text, s.opening_minor, s.closing_minor, s.line_count,
           step.known_count, step.after_on::text, step.difference_minor, a.currency, s.balances_computed::int
    FROM bank_statements s
    JOIN bank_accounts a ON a.id = s.bank_account_id
    JOIN bank_statement_steps step ON step.bank_statement_id = s.id
    WHERE s.bank_account_id = :account
    ORDER BY s.ends_on DESC, s.starts_on DESC, s.id DESC
    LIMIT :limit)",
                          soci::into(id), soci::into(identification), soci::into(starts_on), soci::into(ends_on),
                          soci::into(opening), soci::into(closing), soci::into(lines), soci::into(known),
                          soci::into(after_on), soci::into(difference), soci::into(currency),
                          soci::into(computed), soci::use(account, "account"), soci::use(limit, "limit"));
  rows.execute();
  std::vector<ImportedStatement> statements;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    statements.push_back({.id = id, .identification = identification, .starts_on = Date::of(starts_on),
                          .ends_on = Date::of(ends_on), .opening = {opening, of}, .closing = {closing, of},
                          .lines = lines, .known_lines = known, .after_on = Date::of(after_on),
                          .balances_computed = computed != 0, .difference = {difference, of}});
  }
  return statements;
}

}  // namespace kindling
