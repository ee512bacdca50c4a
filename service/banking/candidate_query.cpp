#include "banking/candidate_query.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "banking/bank_account_store.hpp"
#include "banking/line_party.hpp"
#include "core/check_digits.hpp"
#include "core/creditor_reference.hpp"
#include "core/hex.hpp"
#include "donations/donor_vault.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// What every kind selects: number, title, name of the other side, what is open (with the line's sign and in its currency),
// what that is in the document's own currency (NULL: the same), day, two references, and whether IBAN and name are known.
struct CandidateRow {
  long long id = 0, open = 0;
  std::optional<long long> own_minor;
  std::string own_currency, title, name, on, reference, other_reference;
  int iban_known = 0, name_known = 0;
};

// "D-7KX2QMPA" in a message: two letters and eight that stand for a donor.
std::string donor_reference_in(std::string_view message) {
  static constexpr std::size_t kCharacters = 10;
  for (auto at = message.find("D-"); at != std::string_view::npos; at = message.find("D-", at + 1)) {
    const auto reference = message.substr(at, kCharacters);
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '9'); };
    if (reference.size() == kCharacters && std::ranges::all_of(reference.substr(2), fits)) return std::string(reference);
  }
  return {};
}

// What every kind may ask about the line. Who paid is asked about by keyed hashes alone.
struct LineFacts {
  LineFacts(const DonorVault& vault, const BankLine& line)
      : rest(line.rest().minor), currency(line.amount.currency.code()), ledger_account(line.ledger_account),
        booked_on(to_string(line.booked_on)), iban(hex_of(iban_hash(vault, line.iban))),
        name(vault.is_open() && !line.name.empty() ? hex_of(vault.name_hash(line.name)) : std::string()),
        donor_reference(donor_reference_in(line.message)) {}
  long long rest;
  std::string currency, ledger_account, booked_on, iban, name, donor_reference;
};

// The IBAN stood on a line that is matched with an entry of this kind: "m" and "e" are named for further joins.
constexpr const char* kKnownIban = R"(
  FROM bank_line_parties p
  JOIN bank_matches m ON m.bank_line_id = p.bank_line_id AND m.undoes_match_id IS NULL
  JOIN entries e ON e.id = m.entry_id
  WHERE p.iban_hash = decode(:iban, 'hex')
    AND NOT EXISTS (SELECT 1 FROM bank_matches u WHERE u.undoes_match_id = m.id))";

// By the IBAN of an earlier gift, and by the whole name; those that were merged count as the one that was kept.
constexpr const char* kKnownDonors = R"(, known_donors AS (
    SELECT DISTINCT COALESCE(o.merged_into_id, o.id) AS id
    FROM known k
    JOIN donations d ON d.id = k.document_id
    JOIN donors o ON o.id = d.donor_id
    WHERE k.document_kind = 'donation'
  ), named_donors AS (
    SELECT DISTINCT COALESCE(o.merged_into_id, o.id) AS id
    FROM donor_identities i
    JOIN donors o ON o.id = i.donor_id
    WHERE :name <> ''
      AND i.name_hash = decode(:name, 'hex')
  ))";

void read(soci::session& sql, const char* kind, const std::string& text, const LineFacts& facts, Currency currency,
          std::vector<Candidate>& candidates) {
  CandidateRow row;
  const auto whole = "WITH known AS (SELECT DISTINCT e.document_kind, e.document_id " + std::string(kKnownIban) + ")" +
                     kKnownDonors + ", found AS (" + text + R"()
    SELECT id, title, name, open, own_minor, COALESCE(own_currency, ''), on_day::text, reference, other_reference,
           iban_known::int, name_known::int
    FROM found
    WHERE :currency::text <> '' AND :ledger_account::text <> '' AND :booked_on::text <> '' AND :name::text IS NOT NULL
    ORDER BY reference <> '' AND reference = :donor_reference DESC, iban_known DESC, name_known DESC,
             abs(open - :rest::bigint), id
    LIMIT 40)";
  soci::statement rows = (sql.prepare << whole, soci::into(row.id), soci::into(row.title), soci::into(row.name),
                          soci::into(row.open), soci::into(row.own_minor), soci::into(row.own_currency),
                          soci::into(row.on), soci::into(row.reference), soci::into(row.other_reference),
                          soci::into(row.iban_known), soci::into(row.name_known), soci::use(facts.iban, "iban"),
                          soci::use(facts.name, "name"), soci::use(facts.donor_reference, "donor_reference"),
                          soci::use(facts.currency, "currency"), soci::use(facts.ledger_account, "ledger_account"),
                          soci::use(facts.booked_on, "booked_on"), soci::use(facts.rest, "rest"));
  rows.execute();
  while (rows.fetch()) {
    const auto structured = parse_creditor_reference(row.reference);
    candidates.push_back({.target = {kind, row.id}, .title = row.title, .name = row.name,
                          .open = {row.open, currency},
                          .own = row.own_minor ? std::optional(Money{*row.own_minor, Currency::of(row.own_currency)}) : std::nullopt,
                          .on = Date::of(row.on),
                          .references = {row.reference, row.other_reference},
                          .structured_reference = structured ? *structured : std::string(),
                          .iban_known = row.iban_known != 0, .name_known = row.name_known != 0});
  }
}

// What the ledger has on this account and no line has matched yet, three months around. What was reversed is none, nor
// what a line had posted and its match was undone.
constexpr const char* kEntries = R"(
  SELECT e.id,
         CASE WHEN e.description = '' THEN e.kind ELSE e.description END AS title,
         '' AS name,
         moved.minor - COALESCE((SELECT sum(m.amount_minor) FROM bank_matches m WHERE m.entry_id = e.id), 0)::bigint AS open,
         e.booked_on AS on_day,
         COALESCE(r.reference, '') AS reference,
         '' AS other_reference,
         NULL::bigint AS own_minor, NULL::text AS own_currency, false AS iban_known, false AS name_known
  FROM entries e
  JOIN LATERAL (SELECT sum(p.amount_minor)::bigint AS minor
                FROM postings p
                WHERE p.entry_id = e.id
                  AND p.account_code = :ledger_account
                  AND p.currency = :currency) moved ON moved.minor <> 0
  LEFT JOIN instalment_receipts r ON r.entry_id = e.id
  WHERE e.booked_on BETWEEN :booked_on::date - 92 AND :booked_on::date + 92
    AND e.kind <> 'bank_opening'
    AND NOT EXISTS (SELECT 1 FROM bank_opening_entries c WHERE c.entry_id = e.id AND c.currency = :currency)
    AND e.reverses_entry_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.reverses_entry_id = e.id)
    AND NOT EXISTS (SELECT 1
                    FROM bank_matches m
                    JOIN bank_matches u ON u.undoes_match_id = m.id
                    WHERE m.entry_id = e.id
                      AND m.posted)
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
         NULL::bigint AS own_minor, NULL::text AS own_currency,
         EXISTS (SELECT 1 FROM known k JOIN instalments j ON j.id = k.document_id
                 WHERE k.document_kind = 'instalment' AND j.grant_id = g.id) AS iban_known,
         false AS name_known
  FROM instalments i
  JOIN grants g ON g.id = i.grant_id
  JOIN organisations o ON o.id = g.funder_id
  WHERE i.state IN ('planned', 'requested')
    AND i.currency = :currency
    AND :rest::bigint > 0
    AND g.fund_id IS NOT NULL
    AND g.state IN ('awarded', 'active', 'suspended', 'closing'))";

// On an account of its own currency a gift is its net; on another one what its rate, or those of the day, make of that.
constexpr const char* kDonations = R"(
  SELECT d.id,
         'Donation ' || d.id || COALESCE(' to ' || c.name, '') AS title,
         '' AS name,
         worth.minor AS open,
         CASE WHEN d.currency <> :currency THEN d.gross_minor - d.fee_minor END AS own_minor,
         d.currency::text AS own_currency,
         d.given_on AS on_day,
         d.reference AS reference,
         COALESCE(o.reference, '') AS other_reference,
         EXISTS (SELECT 1 FROM known_donors k WHERE k.id = COALESCE(o.merged_into_id, o.id)) AS iban_known,
         EXISTS (SELECT 1 FROM named_donors n WHERE n.id = COALESCE(o.merged_into_id, o.id)) AS name_known
  FROM donations d
  LEFT JOIN campaigns c ON c.id = d.campaign_id
  LEFT JOIN donors o ON o.id = d.donor_id
  CROSS JOIN LATERAL (SELECT CASE :currency WHEN d.currency THEN d.gross_minor - d.fee_minor
                                            WHEN d.base_currency THEN d.base_gross_minor - d.base_fee_minor
                                            ELSE converted_minor(d.gross_minor - d.fee_minor, d.currency, :currency,
                                                                 rate_on(d.currency, :booked_on::date),
                                                                 rate_on(:currency, :booked_on::date)) END AS minor) worth
  WHERE d.state = 'pending'
    AND d.kind = 'cash'
    AND worth.minor > 0
    AND :rest::bigint > 0)";

// Promises of this amount; of a promise counts the expected day that lies nearest.
constexpr const char* kPledges = R"(
  SELECT p.id,
         'Gift of ' || o.reference || ' on pledge ' || p.id || COALESCE(', to ' || c.name, '') AS title,
         '' AS name,
         p.amount_minor AS open,
         NULL::bigint AS own_minor, NULL::text AS own_currency,
         (due.month + LEAST(COALESCE(p.anchor_day, 31),
                            extract(day FROM due.month + interval '1 month' - interval '1 day')::int) - 1) AS on_day,
         o.reference AS reference,
         '' AS other_reference,
         EXISTS (SELECT 1 FROM known_donors k WHERE k.id = COALESCE(o.merged_into_id, o.id)) AS iban_known,
         EXISTS (SELECT 1 FROM named_donors n WHERE n.id = COALESCE(o.merged_into_id, o.id)) AS name_known
  FROM pledges p
  JOIN donors o ON o.id = p.donor_id
  LEFT JOIN campaigns c ON c.id = p.campaign_id
  CROSS JOIN LATERAL (SELECT CASE p.cycle WHEN 'monthly' THEN 1 WHEN 'quarterly' THEN 3 ELSE 12 END AS months,
                             (extract(year FROM :booked_on::date) - extract(year FROM p.starts_on)) * 12
                             + extract(month FROM :booked_on::date) - extract(month FROM p.starts_on) AS since) step
  CROSS JOIN LATERAL (SELECT (date_trunc('month', p.starts_on)
                              + make_interval(months => (round(step.since / step.months) * step.months)::int))::date AS month) due
  WHERE p.state = 'active'
    AND p.starts_on <= :booked_on::date + 31
    AND p.currency = :currency
    AND p.amount_minor = :rest::bigint)";

// Who gave before from this IBAN, who bears this name, or whose number is written.
constexpr const char* kDonors = R"(
  SELECT o.id, 'Gift of ' || o.reference AS title, '' AS name, 0::bigint AS open, NULL::bigint AS own_minor,
         NULL::text AS own_currency, :booked_on::date AS on_day, o.reference AS reference, '' AS other_reference,
         EXISTS (SELECT 1 FROM known_donors k WHERE k.id = o.id) AS iban_known,
         EXISTS (SELECT 1 FROM named_donors n WHERE n.id = o.id) AS name_known
  FROM donors o
  WHERE o.id IN (SELECT id FROM known_donors
                 UNION
                 SELECT id FROM named_donors
                 UNION
                 SELECT COALESCE(r.merged_into_id, r.id) FROM donors r WHERE r.reference = :donor_reference)
    AND o.erased_at IS NULL
    AND :rest::bigint > 0)";

// Any amount at any time: found by its creditor reference alone.
constexpr const char* kCampaigns = R"(
  SELECT c.id, 'Gift to ' || c.name AS title, '' AS name, 0::bigint AS open, NULL::bigint AS own_minor,
         NULL::text AS own_currency, c.starts_on AS on_day, c.reference AS reference, '' AS other_reference,
         false AS iban_known, false AS name_known
  FROM campaigns c
  WHERE :rest::bigint > 0)";

// In cash, of organisations' own budgets: what is planned and has not arrived.
constexpr const char* kContributions = R"(
  SELECT s.id, s.name AS title, COALESCE(o.name, '') AS name, s.planned_minor - r.received AS open,
         NULL::bigint AS own_minor, NULL::text AS own_currency, s.starts_on AS on_day, '' AS reference,
         '' AS other_reference,
         EXISTS (SELECT 1 FROM known k WHERE k.document_kind = 'contribution' AND k.document_id = s.id) AS iban_known,
         false AS name_known
  FROM funding_sources s
  LEFT JOIN organisations o ON o.id = s.organisation_id
  CROSS JOIN LATERAL (SELECT COALESCE(sum(c.amount_minor), 0)::bigint AS received
                      FROM contribution_receipts c
                      WHERE c.funding_source_id = s.id
                        AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.reverses_entry_id = c.entry_id)) r
  WHERE s.kind IN ('contribution', 'other')
    AND s.basis = 'cash'
    AND s.planned_minor > r.received
    AND s.currency = :currency
    AND :rest::bigint > 0)";

// A cost in another currency is worth what the rates of the line's day make of it, where there are such.
constexpr const char* kExpenditures = R"(
  SELECT e.id,
         concat_ws(': ', COALESCE(o.name, e.person), e.description) AS title,
         COALESCE(o.name, e.person, '') AS name,
         -worth.minor AS open,
         CASE WHEN e.currency <> :currency THEN e.amount_minor - e.reversed_minor END AS own_minor,
         e.currency::text AS own_currency,
         e.document_on AS on_day,
         COALESCE(e.document_number, '') AS reference,
         '' AS other_reference,
         EXISTS (SELECT 1 FROM known k JOIN expenditures x ON x.id = k.document_id
                 WHERE k.document_kind = 'expenditure' AND x.supplier_id = e.supplier_id) AS iban_known,
         false AS name_known
  FROM expenditures e
  LEFT JOIN organisations o ON o.id = e.supplier_id
  CROSS JOIN LATERAL (SELECT converted_minor(e.amount_minor - e.reversed_minor, e.currency, :currency,
                                             rate_on(e.currency, :booked_on::date),
                                             rate_on(:currency, :booked_on::date)) AS minor) worth
  WHERE e.state IN ('approved', 'reported')
    AND e.kind <> 'in_kind'
    AND e.payment_entry_id IS NULL
    AND e.paid_on IS NULL
    AND e.amount_minor > e.reversed_minor
    AND worth.minor IS NOT NULL
    AND :rest::bigint < 0)";

// A gift of the same amount within the last 13 months, or of about the same where the account that it came to has another
// currency; the end-to-end id is that of the line that brought it.
constexpr const char* kChargebacks = R"(
  SELECT d.id,
         'Donation ' || d.id || ' is taken back' AS title,
         '' AS name,
         -came.minor AS open,
         d.cleared_on AS on_day,
         d.reference AS reference,
         COALESCE(b.end_to_end_id, '') AS other_reference,
         CASE WHEN d.currency <> :currency THEN d.gross_minor END AS own_minor,
         d.currency::text AS own_currency,
         EXISTS (SELECT 1 FROM known k WHERE k.document_kind = 'donation' AND k.document_id = d.id) AS iban_known,
         false AS name_known
  FROM donations d
  CROSS JOIN LATERAL (SELECT CASE WHEN d.currency = :currency THEN d.gross_minor
                                  ELSE COALESCE(d.arrived_minor, d.base_gross_minor - d.base_fee_minor) END AS minor) came
  LEFT JOIN LATERAL (SELECT l.end_to_end_id
                     FROM bank_matches m
                     JOIN bank_lines l ON l.id = m.bank_line_id
                     WHERE m.entry_id = d.entry_id
                     LIMIT 1) b ON true
  WHERE d.state = 'cleared'
    AND d.refunded_minor = 0
    AND COALESCE(d.arrived_currency, d.base_currency) = :currency
    AND abs(came.minor + :rest::bigint) <= CASE WHEN d.currency = :currency THEN 0 ELSE came.minor / 10 END
    AND d.cleared_on BETWEEN :booked_on::date - 400 AND :booked_on::date)";

// The other side is an account of our own: money of the general fund, where nobody says another one.
void add_transfers(Session& session, const BankLine& line, std::vector<Candidate>& candidates) {
  const auto iban = compacted(line.iban);
  if (iban.empty()) return;
  for (const auto& account : list_bank_accounts(session)) {
    if (account.iban != iban || account.id == line.account_id) continue;
    candidates.push_back({.target = {"transfer", general_fund_id(session)}, .title = "Between own accounts: " + account.name,
                          .name = {}, .open = {0, line.amount.currency}, .on = line.booked_on, .references = {"", ""},
                          .structured_reference = {}, .iban_known = true});
  }
}

}  // namespace

std::vector<Candidate> list_candidates(Session& session, const DonorVault& vault, const BankLine& line, CandidatesAsked asked) {
  const LineFacts facts(vault, line);
  const auto currency = line.amount.currency;
  auto& sql = session.sql();
  std::vector<Candidate> candidates;
  read(sql, "entry", kEntries, facts, currency, candidates);
  if (asked == CandidatesAsked::kAll) add_transfers(session, line, candidates);
  if (line.amount.minor < 0) {
    read(sql, "expenditure", kExpenditures, facts, currency, candidates);
    read(sql, "chargeback", kChargebacks, facts, currency, candidates);
    return candidates;
  }
  read(sql, "instalment", kInstalments, facts, currency, candidates);
  read(sql, "donation", kDonations, facts, currency, candidates);
  if (asked == CandidatesAsked::kAll) {
    read(sql, "pledge", kPledges, facts, currency, candidates);
    read(sql, "donor", kDonors, facts, currency, candidates);
    read(sql, "contribution", kContributions, facts, currency, candidates);
  }
  const auto first_campaign = candidates.size();
  read(sql, "campaign", kCampaigns, facts, currency, candidates);
  for (auto i = first_campaign; i < candidates.size(); ++i) {
    candidates[i].structured_reference = make_creditor_reference(candidates[i].references.front());
  }
  return candidates;
}

}  // namespace kindling
