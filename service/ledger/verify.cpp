
#include <soci/soci.h>

#include "ledger/keeper.hpp"
#include "ledger/seal.hpp"
#include "ledger/seal_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kFindingsMax = 1'000;

void find(VerifyReport& report, std::string rule, std::string where, std::string message) {
  if (report.findings.size() < kFindingsMax) {
    report.findings.push_back({std::move(rule), std::move(where), std::move(message)});
  }
}

// The chain from its start: each stored hash must be the one that the rows give.
void verify_chain(soci::session& sql, VerifyReport& report) {
  auto expected = first_seal();
  std::int64_t position = 0;
  for_each_sealed_entry(sql, [&](const SealedEntry& entry, const SealHash& stored) {
    ++report.entries;
    report.postings += static_cast<std::int64_t>(entry.postings.size());
    const auto where = "entry " + std::to_string(entry.id) + ", position " + std::to_string(entry.position);
    if (entry.position != ++position) {
      find(report, "seal_has_no_gap", where, "position " + std::to_string(position) + " is missing");
      position = entry.position;
    }
    expected = seal_of(expected, entry);
    if (expected != stored) {
      find(report, "seal_matches", where, "the entry, its postings or its seal were altered");
      expected = stored;  // goes on from what is stored, so that each altered entry is told once
    }
  });
  const auto head = read_head(sql);
  report.position = head.position;
  report.head = to_hex(head.hash);
  if (head.position != position) {
    find(report, "head_matches", "ledger_head", "the head says position " + std::to_string(head.position) +
                                                    ", the chain ends at " + std::to_string(position));
  } else if (head.hash != expected) {
    find(report, "head_matches", "ledger_head", "the head's hash is not that of the last seal");
  }
}

// Each row of the query is a finding: rule, where, message.
void collect(soci::session& sql, VerifyReport& report, const std::string& query) {
  std::string rule, where, message;
  soci::statement rows = (sql.prepare << query, soci::into(rule), soci::into(where), soci::into(message));
  rows.execute();
  while (rows.fetch()) find(report, rule, where, message);
}

constexpr const char* kUnbalanced = R"(
    SELECT CASE WHEN count(p.line_no) <> e.posting_count THEN 'entry_is_complete' ELSE 'entry_balances' END,
           'entry ' || e.id,
           'has ' || count(p.line_no) || ' of ' || e.posting_count || ' postings, or does not add up to zero'
    FROM entries e
    LEFT JOIN (SELECT entry_id, line_no, sum(amount_minor) OVER (PARTITION BY entry_id, currency) AS total
               FROM postings) p ON p.entry_id = e.id
    GROUP BY e.id, e.posting_count
    HAVING count(p.line_no) <> e.posting_count OR bool_or(p.total <> 0)
    ORDER BY e.id)";

constexpr const char* kReversals = R"(
    SELECT 'reversal_negates_entry',
           'entry ' || r.id,
           'is not the exact negation of entry ' || r.reverses_entry_id
    FROM entries r
    JOIN entries o ON o.id = r.reverses_entry_id
    WHERE o.reverses_entry_id IS NOT NULL
       OR EXISTS (SELECT line_no, account_code, fund_id, budget_line_id, -amount_minor, currency
                  FROM postings WHERE entry_id = o.id
                  EXCEPT
                  SELECT line_no, account_code, fund_id, budget_line_id, amount_minor, currency
                  FROM postings WHERE entry_id = r.id)
    ORDER BY r.id)";

// An entry below the horizon without a seal would be in no report and in no balance.
constexpr const char* kUnsealed = R"(
    SELECT 'entry_is_sealed',
           'entry ' || e.id,
           'lies below the horizon, but has no seal'
    FROM entries e
    LEFT JOIN seals s ON s.entry_id = e.id
    WHERE e.xid < (SELECT horizon FROM ledger_head)
      AND s.position IS NULL
    ORDER BY e.id)";

constexpr const char* kBeyond = R"(
    SELECT 'seal_is_below_horizon',
           'entry ' || e.id,
           'is sealed, but lies beyond the horizon and would be counted twice'
    FROM entries e
    JOIN seals s ON s.entry_id = e.id
    WHERE e.xid >= (SELECT horizon FROM ledger_head)
    ORDER BY e.id)";

constexpr const char* kRollUp = R"(
    SELECT 'roll_up_matches',
           'account ' || COALESCE(b.account_code, n.account_code) || ', fund ' || COALESCE(b.fund_id, n.fund_id)
             || ', budget line ' || COALESCE(b.budget_line_id, n.budget_line_id) || ', '
             || COALESCE(b.currency, n.currency) || ', ' || to_char(COALESCE(b.month, n.month), 'YYYY-MM'),
           'the roll-up has ' || COALESCE(b.amount_minor, 0) || ' in ' || COALESCE(b.posting_count, 0)
             || ' postings, the ledger ' || COALESCE(n.amount_minor, 0) || ' in ' || COALESCE(n.posting_count, 0)
    FROM balance_months b
    FULL JOIN (SELECT p.account_code,
                      p.fund_id,
                      COALESCE(p.budget_line_id, 0) AS budget_line_id,
                      p.currency,
                      date_trunc('month', e.booked_on)::date AS month,
                      sum(p.amount_minor) AS amount_minor,
                      count(*) AS posting_count
               FROM entries e
               JOIN postings p ON p.entry_id = e.id
               WHERE e.xid < (SELECT horizon FROM ledger_head)
               GROUP BY 1, 2, 3, 4, 5) n USING (account_code, fund_id, budget_line_id, currency, month)
    WHERE b.amount_minor IS DISTINCT FROM n.amount_minor
       OR b.posting_count IS DISTINCT FROM n.posting_count
    ORDER BY 2)";

// What documents say they posted. A receipt is an entry over the same amount; a reversed one stays a receipt.
constexpr const char* kReceipts = R"(
    SELECT 'receipt_matches_entry',
           'instalment receipt ' || r.id,
           'its amount is not what entry ' || r.entry_id || ' posts to the bank'
    FROM instalment_receipts r
    LEFT JOIN (SELECT entry_id, sum(amount_minor) AS amount_minor
               FROM postings
               WHERE account_code = 'bank'
               GROUP BY entry_id) p ON p.entry_id = r.entry_id
    WHERE p.amount_minor IS DISTINCT FROM r.amount_minor
    ORDER BY r.id)";

}  // namespace

VerifyReport verify_ledger(Session& session) {
  auto& sql = session.sql();
  VerifyReport report;
  sql << "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
  try {
    sql << "SET LOCAL statement_timeout = 0";
    verify_chain(sql, report);
    for (const auto* query : {kUnbalanced, kReversals, kUnsealed, kBeyond, kRollUp, kReceipts}) {
      collect(sql, report, query);
    }
    sql << "ROLLBACK";
  } catch (...) {
    sql << "ROLLBACK";
    throw;
  }
  return report;
}

}  // namespace kindling
