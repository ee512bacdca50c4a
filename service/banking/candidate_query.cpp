#include "banking/candidate_query.hpp"

#include <soci/soci.h>

#include "banking/line_party.hpp"
#include "core/creditor_reference.hpp"
#include "core/hex.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// What every kind selects, in this order: number, title, name of the other side, what is open (with the line's sign),
// day, two references, whether the IBAN is known.
struct CandidateRow {
  long long id = 0, open = 0;
  std::string title, name, on, reference, other_reference;
  int iban_known = 0;
};

// What every kind may ask about the line.
struct LineFacts {
  LineFacts(const DonorVault& vault, const BankLine& line)
      : rest(line.rest().minor), currency(line.amount.currency.code()), ledger_account(line.ledger_account),
        booked_on(to_string(line.booked_on)), iban(hex_of(iban_hash(vault, line.iban))) {}
  long long rest;
  std::string currency, ledger_account, booked_on, iban;  // the IBAN as its keyed hash
};

// The IBAN stood on a line that is matched with an entry of this kind: "m" and "e" are named for further joins.
constexpr const char* kKnownIban = R"(
  FROM bank_line_parties p
  JOIN bank_matches m ON m.bank_line_id = p.bank_line_id AND m.undoes_match_id IS NULL
  JOIN entries e ON e.id = m.entry_id
  WHERE p.iban_hash = decode(:iban, 'hex')
    AND NOT EXISTS (SELECT 1 FROM bank_matches u WHERE u.undoes_match_id = m.id))";

void read(soci::session& sql, const char* kind, const std::string& text, const LineFacts& facts, Currency currency,
          std::vector<Candidate>& candidates) {
  CandidateRow row;
  const auto whole = "WITH known AS (SELECT DISTINCT e.document_kind, e.document_id " + std::string(kKnownIban) +
                     "), found AS (" + text + R"()
    SELECT id, title, name, open, on_day::text, reference, other_reference, iban_known::int
    FROM found
    WHERE :currency::text <> '' AND :ledger_account::text <> '' AND :booked_on::text <> ''
    ORDER BY abs(open - :rest::bigint), id
    LIMIT 40)";
  soci::statement rows = (sql.prepare << whole, soci::into(row.id), soci::into(row.title), soci::into(row.name),
                          soci::into(row.open), soci::into(row.on), soci::into(row.reference),
                          soci::into(row.other_reference), soci::into(row.iban_known), soci::use(facts.iban, "iban"),
                          soci::use(facts.currency, "currency"), soci::use(facts.ledger_account, "ledger_account"),
                          soci::use(facts.booked_on, "booked_on"), soci::use(facts.rest, "rest"));
  rows.execute();
  while (rows.fetch()) {
    const auto structured = parse_creditor_reference(row.reference);
    candidates.push_back({.target = {kind, row.id}, .title = row.title, .name = row.name,
                          .open = {row.open, currency}, .on = Date::of(row.on),
                          .references = {row.reference, row.other_reference},
                          .structured_reference = structured ? *structured : std::string(),
                          .iban_known = row.iban_known != 0});
  }
}

// What the ledger has on this account and no line has matched yet, three months around. What was reversed is none.
constexpr const char* kEntries = R"(
  SELECT e.id,
         CASE WHEN e.description = '' THEN e.kind ELSE e.description END AS title,
         '' AS name,
         moved.minor - COALESCE((SELECT sum(m.amount_minor) FROM bank_matches m WHERE m.entry_id = e.id), 0)::bigint AS open,
         e.booked_on AS on_day,
         COALESCE(r.reference, '') AS reference,
         '' AS other_reference,
         false AS iban_known
  FROM entries e
  JOIN LATERAL (SELECT sum(p.amount_minor)::bigint AS minor
                FROM postings p
                WHERE p.entry_id = e.id
                  AND p.account_code = :ledger_account
                  AND p.currency = :currency) moved ON moved.minor <> 0
  LEFT JOIN instalment_receipts r ON r.entry_id = e.id
  WHERE e.booked_on BETWEEN :booked_on::date - 92 AND :booked_on::date + 92
    AND e.kind <> 'bank_opening'
    AND e.reverses_entry_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.reverses_entry_id = e.id)
    AND sign(moved.minor) = sign(:rest::bigint)
    AND moved.minor <> COALESCE((SELECT sum(m.amount_minor) FROM bank_matches m WHERE m.entry_id = e.id), 0))";

constexpr const char* kInstalments = R"(
  SELECT i.id,
         i.title || ' of ' || g.title AS title,
         o.name AS name,
         i.amount_minor - COALESCE((SELECT sum(r.amount_minor)
                                    FROM instalment_receipts r
                                    WHERE r.instalment_id = i.id
                                      AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.reverses_entry_id = r.entry_id)),
                                   0)::bigint AS open,
         i.due_on AS on_day,
         COALESCE(g.reference, '') AS reference,
         '' AS other_reference,
         EXISTS (SELECT 1 FROM known k JOIN instalments j ON j.id = k.document_id
                 WHERE k.document_kind = 'instalment' AND j.grant_id = g.id) AS iban_known
  FROM instalments i
  JOIN grants g ON g.id = i.grant_id
  JOIN organisations o ON o.id = g.funder_id
  WHERE i.state IN ('planned', 'requested')
    AND i.currency = :currency
    AND :rest::bigint > 0
    AND g.fund_id IS NOT NULL
    AND g.state IN ('awarded', 'active', 'suspended', 'closing'))";

constexpr const char* kDonations = R"(
  SELECT d.id,
         'Donation ' || d.id || COALESCE(' to ' || c.name, '') AS title,
         '' AS name,
         d.gross_minor - d.fee_minor AS open,
         d.given_on AS on_day,
         d.reference AS reference,
         o.reference AS other_reference,
         EXISTS (SELECT 1 FROM known k JOIN donations e ON e.id = k.document_id
                 WHERE k.document_kind = 'donation' AND e.donor_id = d.donor_id) AS iban_known
  FROM donations d
  LEFT JOIN campaigns c ON c.id = d.campaign_id
  LEFT JOIN donors o ON o.id = d.donor_id
  WHERE d.state = 'pending'
    AND d.kind = 'cash'
    AND d.currency = :currency
    AND :rest::bigint > 0)";

// Any amount at any time: found by its creditor reference alone.
constexpr const char* kCampaigns = R"(
  SELECT c.id, 'Gift to ' || c.name AS title, '' AS name, 0::bigint AS open, c.starts_on AS on_day,
         c.reference AS reference, '' AS other_reference, false AS iban_known
  FROM campaigns c
  WHERE c.currency = :currency
    AND :rest::bigint > 0)";

constexpr const char* kExpenditures = R"(
  SELECT e.id,
         concat_ws(': ', COALESCE(o.name, e.person), e.description) AS title,
         COALESCE(o.name, e.person, '') AS name,
         e.reversed_minor - e.amount_minor AS open,
         e.document_on AS on_day,
         COALESCE(e.document_number, '') AS reference,
         '' AS other_reference,
         EXISTS (SELECT 1 FROM known k JOIN expenditures x ON x.id = k.document_id
                 WHERE k.document_kind = 'expenditure' AND x.supplier_id = e.supplier_id) AS iban_known
  FROM expenditures e
  LEFT JOIN organisations o ON o.id = e.supplier_id
  WHERE e.state IN ('approved', 'reported')
    AND e.kind <> 'in_kind'
    AND e.payment_entry_id IS NULL
    AND e.paid_on IS NULL
    AND e.amount_minor > e.reversed_minor
    AND e.currency = :currency
    AND :rest::bigint < 0)";

// A gift of the same amount within the last 13 months; the end-to-end id is that of the line that brought it.
constexpr const char* kChargebacks = R"(
  SELECT d.id,
         'Donation ' || d.id || ' is taken back' AS title,
         '' AS name,
         :rest::bigint AS open,
         d.cleared_on AS on_day,
         d.reference AS reference,
         COALESCE(b.end_to_end_id, '') AS other_reference,
         EXISTS (SELECT 1 FROM known k WHERE k.document_kind = 'donation' AND k.document_id = d.id) AS iban_known
  FROM donations d
  LEFT JOIN LATERAL (SELECT l.end_to_end_id
                     FROM bank_matches m
                     JOIN bank_lines l ON l.id = m.bank_line_id
                     WHERE m.entry_id = d.entry_id
                     LIMIT 1) b ON true
  WHERE d.state = 'cleared'
    AND d.refunded_minor = 0
    AND d.currency = :currency
    AND d.gross_minor = -(:rest::bigint)
    AND d.cleared_on BETWEEN :booked_on::date - 400 AND :booked_on::date)";

}  // namespace

std::vector<Candidate> list_candidates(Session& session, const DonorVault& vault, const BankLine& line) {
  const LineFacts facts(vault, line);
  const auto currency = line.amount.currency;
  std::vector<Candidate> candidates;
  read(session.sql(), "entry", kEntries, facts, currency, candidates);
  if (line.amount.minor < 0) {
    read(session.sql(), "expenditure", kExpenditures, facts, currency, candidates);
    read(session.sql(), "chargeback", kChargebacks, facts, currency, candidates);
    return candidates;
  }
  read(session.sql(), "instalment", kInstalments, facts, currency, candidates);
  read(session.sql(), "donation", kDonations, facts, currency, candidates);
  const auto first_campaign = candidates.size();
  read(session.sql(), "campaign", kCampaigns, facts, currency, candidates);
  for (auto i = first_campaign; i < candidates.size(); ++i) {
    candidates[i].structured_reference = make_creditor_reference(candidates[i].references.front());
  }
  return candidates;
}

}  // namespace kindling
