#include <soci/soci.h>

#include "banking/bank_account_store.hpp"
#include "banking/reconciliation.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// All differences of the accounts that share a ledger account and a currency. Each row is one, bank less ledger.
constexpr const char* kDifferences = R"(
  WITH ours AS (
    SELECT a.id, a.currency
    FROM bank_accounts a
    WHERE a.ledger_account = :ledger_account
      AND a.currency = :currency
  ), open AS (
    SELECT e.id, e.booked_on, e.kind, e.description, e.reverses_entry_id, o.amount_minor AS left_minor,
           CASE e.document_kind WHEN 'donation' THEN e.document_id END AS donation_id
    FROM bank_entries_open(:ledger_account, :currency, 'infinity') o
    JOIN entries e ON e.id = o.entry_id
  ), differences AS (
    SELECT CASE WHEN l.state = 'ignored' THEN 'ignored_line'
                WHEN COALESCE(s.minor, 0) = 0 THEN 'new_line'
                ELSE 'partial_line' END AS kind,
           l.id,
           l.booked_on AS on_day,
           COALESCE(l.ignored_reason, l.bank_reference) AS description,
           l.amount_minor - COALESCE(s.minor, 0) AS minor
    FROM bank_lines l
    JOIN ours ON ours.id = l.bank_account_id
    LEFT JOIN LATERAL (SELECT sum(m.amount_minor)::bigint AS minor FROM bank_matches m WHERE m.bank_line_id = l.id) s ON true
    WHERE l.state <> 'matched'
    UNION ALL
    -- An entry and its reversal, or a gift and its refund, of which neither is on the bank say nothing to the bank.
    SELECT 'entry', o.id, o.booked_on, CASE WHEN o.description = '' THEN o.kind ELSE o.description END, -o.left_minor
    FROM open o
    WHERE NOT EXISTS (SELECT 1 FROM open x
                      WHERE (x.reverses_entry_id = o.id OR o.reverses_entry_id = x.id OR x.donation_id = o.donation_id)
                        AND x.left_minor = -o.left_minor)
    UNION ALL
    SELECT 'statement_gap', s.id, s.starts_on, s.identification, step.difference_minor + known.minor
    FROM bank_statement_steps step
    JOIN bank_statements s ON s.id = step.bank_statement_id
    JOIN ours ON ours.id = s.bank_account_id
    -- Lines that another statement had brought stand in this one's sum, but count once.
    JOIN LATERAL (SELECT s.closing_minor - s.opening_minor - COALESCE(sum(l.amount_minor), 0)::bigint AS minor
                  FROM bank_lines l
                  WHERE l.bank_statement_id = s.id) known ON true
    WHERE step.difference_minor + known.minor <> 0
  )
  SELECT kind, id, on_day::text, description, minor, count(*) OVER (), (sum(minor) OVER ())::bigint
  FROM differences
  ORDER BY on_day, id
  LIMIT 500)";

void read_differences(soci::session& sql, const std::string& currency, Reconciliation& reconciliation) {
  const auto of = reconciliation.bank.currency;
  std::string kind, on, description;
  long long id = 0, minor = 0, count = 0, sum = 0;
  soci::statement rows = (sql.prepare << kDifferences, soci::into(kind), soci::into(id), soci::into(on),
                          soci::into(description), soci::into(minor), soci::into(count), soci::into(sum),
                          soci::use(reconciliation.ledger_account, "ledger_account"),
                          soci::use(currency, "currency"));
  rows.execute();
  while (rows.fetch()) {
    reconciliation.differences.push_back({kind, id, Date::of(on), description, {minor, of}});
    reconciliation.count = count;
    reconciliation.listed = {sum, of};
  }
}

}  // namespace

Result<Reconciliation> reconcile(Session& session, std::int64_t account_id) {
  soci::transaction moment(session.sql());
  session.sql() << "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
  const auto account = find_bank_account(session, account_id);
  if (!account) return account.error();
  const auto of = account->opening.currency;
  Reconciliation reconciliation{.ledger_account = account->ledger_account, .accounts = {}, .bank = {0, of},
                                .ledger = {0, of}, .differences = {}, .listed = {0, of}};
  for (const auto& other : list_bank_accounts(session)) {
    if (other.ledger_account != account->ledger_account || other.opening.currency != of) continue;
    reconciliation.accounts.push_back({other.id, other.name, other.closed_on, other.balance});
    reconciliation.bank = reconciliation.bank + other.balance;
  }
  const std::string currency(of.code());
  long long ledger = 0;
  session.sql() << R"(
    SELECT COALESCE(sum(amount_minor), 0)::bigint
    FROM balances
    WHERE account_code = :account
      AND currency = :currency)",
      soci::into(ledger), soci::use(reconciliation.ledger_account, "account"), soci::use(currency, "currency");
  reconciliation.ledger = {ledger, of};
  read_differences(session.sql(), currency, reconciliation);
  return reconciliation;
}

}  // namespace kindling
