#include "banking/bank_account_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// All, or the one with this id or IBAN.
std::vector<BankAccount> read_accounts(soci::session& sql, long long only_id, const std::string& only_iban) {
  long long id = 0, opening = 0, balance = 0, new_lines = 0;
  int version = 0, is_public = 0, is_booked = 0;
  std::string name, holder, iban, currency, ledger_account, opening_on;
  std::optional<std::string> bic, closed_on;
  soci::statement rows = (sql.prepare << R"(
    SELECT a.id, a.version, a.name, a.holder, a.iban, a.bic, a.currency, a.ledger_account, a.opening_on::text,
           a.opening_minor, EXISTS (SELECT 1 FROM bank_opening_entries c WHERE c.bank_account_id = a.id)::int,
           a.is_public::int, last.ends_on::text, COALESCE(last.closing_minor, a.opening_minor),
           (SELECT count(*) FROM bank_lines l WHERE l.bank_account_id = a.id AND l.state = 'new')
    FROM bank_accounts a
    LEFT JOIN LATERAL (SELECT s.ends_on, s.closing_minor
                       FROM bank_statements s
                       WHERE s.bank_account_id = a.id
                       ORDER BY s.ends_on DESC, s.starts_on DESC, s.id DESC
                       LIMIT 1) last ON true
    WHERE (:only_id::bigint = 0 OR a.id = :only_id)
      AND (:only_iban = '' OR a.iban = :only_iban)
    ORDER BY lower(a.name), a.id)",
                          soci::into(id), soci::into(version), soci::into(name), soci::into(holder), soci::into(iban),
                          soci::into(bic), soci::into(currency), soci::into(ledger_account), soci::into(opening_on),
                          soci::into(opening), soci::into(is_booked), soci::into(is_public), soci::into(closed_on),
                          soci::into(balance), soci::into(new_lines), soci::use(only_id, "only_id"), soci::use(only_iban, "only_iban"));
  rows.execute();
  std::vector<BankAccount> accounts;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    accounts.push_back({NewBankAccount{.name = name, .holder = holder, .iban = iban, .bic = bic,
                                       .is_public = is_public != 0, .opening_on = Date::of(opening_on),
                                       .opening = {opening, of}, .opening_is_booked = is_booked != 0},
                        id, version, ledger_account, closed_on ? Date::parse(*closed_on) : std::nullopt,
                        {balance, of}, new_lines});
  }
  return accounts;
}

Result<BankAccount> only(std::vector<BankAccount> found) {
  if (found.empty()) return not_found("bank_account_not_found", "There is no such bank account.");
  return std::move(found.front());
}

}  // namespace

std::vector<BankAccount> list_bank_accounts(Session& session) { return read_accounts(session.sql(), 0, ""); }

Result<BankAccount> find_bank_account(Session& session, std::int64_t id) {
  return only(id == 0 ? std::vector<BankAccount>{} : read_accounts(session.sql(), id, ""));
}

Result<BankAccount> find_bank_account_by_iban(Session& session, std::string_view iban) {
  return only(iban.empty() ? std::vector<BankAccount>{} : read_accounts(session.sql(), 0, std::string(iban)));
}

std::vector<Money> list_open_at_bank(Session& session, Date until) {
  long long minor = 0;
  std::string currency;
  const auto day = to_string(until);
  soci::statement rows = (session.sql().prepare << R"(
    SELECT c.currency, o.minor
    FROM (SELECT DISTINCT b.currency FROM balances b WHERE b.account_code = 'bank') c
    CROSS JOIN LATERAL (SELECT sum(o.amount_minor)::bigint AS minor
                        FROM bank_entries_open('bank', c.currency, :day::date) o) o
    WHERE o.minor <> 0
    ORDER BY c.currency)",
                          soci::into(currency), soci::into(minor), soci::use(day, "day"));
  rows.execute();
  std::vector<Money> open;
  while (rows.fetch()) open.push_back({minor, Currency::of(currency)});
  return open;
}

Money open_for_opening(Session& session, Currency currency, Date opening_on) {
  long long minor = 0;
  const std::string code(currency.code()), day = to_string(opening_on);
  session.sql() << R"(
    SELECT COALESCE(sum(o.amount_minor), 0)::bigint
    FROM bank_entries_open('bank', :currency, opening_covers_until('bank', :currency, :day::date)) o)",
      soci::use(code, "currency"), soci::use(day, "day"), soci::into(minor);
  return {minor, currency};
}

void lock_openings(Transaction& transaction) {
  transaction.sql() << "SELECT pg_advisory_xact_lock(hashtextextended('bank_opening', 0))";
}

void cover_open_entries(Transaction& transaction, std::int64_t account_id) {
  long long id = account_id;
  transaction.sql() << R"(
    INSERT INTO bank_opening_entries (entry_id, currency, bank_account_id, amount_minor)
    SELECT o.entry_id, a.currency, a.id, o.amount_minor
    FROM bank_accounts a
    CROSS JOIN LATERAL bank_entries_open(a.ledger_account, a.currency,
                                         opening_covers_until(a.ledger_account, a.currency, a.opening_on)) o
    WHERE a.id = :id)",
      soci::use(id, "id");
}

std::int64_t insert_bank_account(Transaction& transaction, const NewBankAccount& account,
                                 std::optional<std::int64_t> opening_entry_id) {
  long long id = 0, opening = account.opening.minor, actor = transaction.actor.id;
  const std::optional<long long> entry =
      opening_entry_id ? std::optional<long long>(*opening_entry_id) : std::nullopt;
  const std::string currency(account.opening.currency.code()), opening_on = to_string(account.opening_on);
  const int is_public = account.is_public;
  transaction.sql() << R"(
    INSERT INTO bank_accounts (name, holder, iban, bic, currency, opening_on, opening_minor, opening_entry_id,
                               is_public, created_by)
    VALUES (:name, :holder, :iban, :bic, :currency, :opening_on::date, :opening, :entry, :is_public::int::boolean,
            NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(account.name, "name"), soci::use(account.holder, "holder"), soci::use(account.iban, "iban"),
      soci::use(account.bic, "bic"), soci::use(currency, "currency"), soci::use(opening_on, "opening_on"),
      soci::use(opening, "opening"), soci::use(entry, "entry"), soci::use(is_public, "is_public"),
      soci::use(actor, "actor"), soci::into(id);
  return id;
}

bool update_bank_account(Transaction& transaction, std::int64_t account_id, int expected,
                         const BankAccountChange& change) {
  long long id = account_id;
  const int is_public = change.is_public;
  int updated = 0;
  transaction.sql() << R"(
    UPDATE bank_accounts
    SET name = :name, holder = :holder, bic = :bic, is_public = :is_public::int::boolean, version = version + 1
    WHERE id = :id
      AND version = :expected
    RETURNING 1)",
      soci::use(change.name, "name"), soci::use(change.holder, "holder"), soci::use(change.bic, "bic"),
      soci::use(is_public, "is_public"), soci::use(id, "id"), soci::use(expected, "expected"), soci::into(updated);
  return transaction.sql().got_data();
}

std::int64_t general_fund_id(Session& session) {
  long long id = 0;
  session.sql() << "SELECT id FROM funds WHERE code = 'general'", soci::into(id);
  return id;
}

std::vector<std::pair<std::int64_t, std::string>> list_funds_with_money(Session& session) {
  std::vector<std::pair<std::int64_t, std::string>> funds;
  long long id = 0;
  std::string name;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.id, f.name
    FROM funds f
    WHERE f.code = 'general'
       OR EXISTS (SELECT 1 FROM balances b WHERE b.fund_id = f.id AND b.account_code = 'bank')
    ORDER BY f.id)",
                          soci::into(id), soci::into(name));
  rows.execute();
  while (rows.fetch()) funds.emplace_back(id, name);
  return funds;
}

}  // namespace kindling
