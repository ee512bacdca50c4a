#include <utility>

#include <soci/soci.h>

#include "reports/sealed_snapshot.hpp"
#include "reports/sf425/sf425.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

struct Bounds {
  long long grant_id = 0;
  long long fund_id = 0;
  long long position = 0;
  std::string known_at = {};
  std::string as_of = {};
};

void read_recipient(soci::session& sql, const Bounds& bounds, Sf425& report) {
  auto& recipient = report.recipient;
  sql << R"(
    SELECT o.name,
           concat_ws(', ', o.address_line, NULLIF(concat_ws(' ', o.postal_code, o.city), ''), o.country),
           COALESCE((SELECT min(i.value)
                     FROM organisation_identifiers i
                     WHERE i.organisation_id = o.id
                       AND i.scheme = 'other'), ''),
           COALESCE(o.vat_number, '')
    FROM grant_partners p
    JOIN organisations o ON o.id = p.organisation_id
    WHERE p.grant_id = :grant_id
      AND p.role = 'coordinator')",
      soci::into(recipient.name), soci::into(recipient.address), soci::into(recipient.uei), soci::into(recipient.ein),
      soci::use(bounds.grant_id, "grant_id");
  if (!sql.got_data()) recipient = {.name = report.grant.platform};
}

// A cost is paid from the day of its payment on, with what stood of it then: what is taken back later was paid, and is
// owed by the supplier. What a closing adds at the pinned rates counts with it.
void read_categories(soci::session& sql, const Bounds& bounds, Sf425& report) {
  Sf425::Category category;
  int in_base = 0;
  long long spent = 0, paid = 0, paid_here = 0, committed = 0;
  soci::statement rows = (sql.prepare << R"(
    WITH posted AS (
      SELECT l.category_code,
             l.id AS root_id,
             e.kind,
             e.document_id,
             e.document_kind,
             s.position,
             p.amount_minor
      FROM postings p
      JOIN accounts a ON a.code = p.account_code AND a.kind = 'expense'
      JOIN entries e ON e.id = p.entry_id AND e.booked_on <= :as_of::date
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      JOIN budget_lines l ON l.id = p.budget_line_id
      WHERE p.fund_id = :fund_id
    ), paid AS (
      SELECT c.id, c.currency, s.position
      FROM expenditures c
      JOIN entries e ON e.id = c.payment_entry_id AND e.booked_on <= :as_of::date
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    ), costs AS (
      SELECT o.category_code,
             sum(o.amount_minor)::bigint AS spent_minor,
             COALESCE(sum(o.amount_minor) FILTER (WHERE o.position < d.position OR o.kind = 'exchange_difference'), 0)::bigint
               AS paid_minor,
             COALESCE(sum(o.amount_minor) FILTER (WHERE o.position < d.position AND d.currency = g.currency), 0)::bigint
               AS paid_here_minor
      FROM posted o
      JOIN grants g ON g.id = :grant_id
      LEFT JOIN paid d ON o.document_kind = 'expenditure' AND d.id = o.document_id
      GROUP BY o.category_code
    ), roots AS (
      SELECT l.id, l.category_code
      FROM budget_lines l
      JOIN budget_versions v ON v.id = l.budget_version_id
      WHERE v.grant_id = :grant_id
        AND l.continues_id IS NULL
    ), ordered AS (
      SELECT r.category_code, sum(c.reserved_minor)::bigint AS minor
      FROM commitments_at(ARRAY(SELECT id FROM roots), :as_of::date, :known_at::timestamptz) c
      JOIN roots r ON r.id = c.budget_line_id
      GROUP BY r.category_code
    )
    SELECT k.code,
           k.name,
           k.in_indirect_base::int,
           COALESCE(c.spent_minor, 0),
           COALESCE(c.paid_minor, 0),
           COALESCE(c.paid_here_minor, 0),
           COALESCE(o.minor, 0)
    FROM grant_categories k
    LEFT JOIN costs c ON c.category_code = k.code
    LEFT JOIN ordered o ON o.category_code = k.code
    WHERE k.grant_id = :grant_id
    ORDER BY k.position, k.code)",
                          soci::into(category.code), soci::into(category.name), soci::into(in_base), soci::into(spent),
                          soci::into(paid), soci::into(paid_here), soci::into(committed),
                          soci::use(bounds.as_of, "as_of"), soci::use(bounds.position, "position"),
                          soci::use(bounds.fund_id, "fund_id"), soci::use(bounds.grant_id, "grant_id"),
                          soci::use(bounds.known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    report.categories.push_back({category.code, category.name, in_base != 0, spent, paid, committed});
    report.paid_in_grant_currency_minor += paid_here;
  }
}

// The recipient's own part is known by the documents that say so; the ledger books it in the general fund.
void read_match(soci::session& sql, const Bounds& bounds, Sf425& report) {
  long long spent = 0, paid = 0, in_kind = 0;
  sql << R"(
    WITH taken_back AS (
      SELECT v.expenditure_id, sum(v.amount_minor) AS minor
      FROM expenditure_reversals v
      JOIN entries e ON e.id = v.entry_id AND e.booked_on <= :as_of::date
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      GROUP BY v.expenditure_id
    ), matched AS (
      SELECT c.kind,
             a.grant_minor - CASE WHEN COALESCE(t.minor, 0) = c.reversed_minor THEN a.grant_reversed_minor
                                  ELSE round(a.grant_minor * t.minor / c.amount_minor) END AS minor,
             x.position IS NOT NULL AS is_paid
      FROM expenditure_allocations a
      JOIN expenditures c ON c.id = a.expenditure_id
      JOIN entries e ON e.id = c.entry_id AND e.booked_on <= :as_of::date
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      LEFT JOIN taken_back t ON t.expenditure_id = c.id
      LEFT JOIN entries y ON y.id = c.payment_entry_id AND y.booked_on <= :as_of::date
      LEFT JOIN seals x ON x.entry_id = y.id AND x.position <= :position
      WHERE a.grant_id = :grant_id
        AND a.used_as = 'match'
    )
    SELECT COALESCE(sum(minor) FILTER (WHERE kind <> 'in_kind'), 0)::bigint,
           COALESCE(sum(minor) FILTER (WHERE kind <> 'in_kind' AND is_paid), 0)::bigint,
           COALESCE(sum(minor) FILTER (WHERE kind = 'in_kind'), 0)::bigint
    FROM matched)",
      soci::into(spent), soci::into(paid), soci::into(in_kind), soci::use(bounds.as_of, "as_of"),
      soci::use(bounds.position, "position"), soci::use(bounds.grant_id, "grant_id");
  report.match_spent_minor = spent;
  report.match_paid_minor = paid;
  report.match_in_kind_minor = in_kind;
}

// By the grant's fund alone. Any income of it that the agency did not pay is program income.
void read_ledger(soci::session& sql, const Bounds& bounds, Sf425& report) {
  long long spent = 0, paid = 0, income = 0;
  sql << R"(
    SELECT COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = 'expense' AND a.code <> 'exchange_differences'), 0)::bigint,
           COALESCE(sum(p.amount_minor) FILTER (WHERE a.code = 'payables' AND e.kind = 'expenditure_paid'), 0)::bigint,
           COALESCE(-sum(p.amount_minor) FILTER (WHERE a.kind = 'income'
                                                   AND a.code NOT IN ('income_grants', 'income_in_kind')), 0)::bigint
    FROM postings p
    JOIN accounts a ON a.code = p.account_code
    JOIN entries e ON e.id = p.entry_id AND e.booked_on <= :as_of::date
    JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    WHERE p.fund_id = :fund_id
      AND p.currency = (SELECT currency FROM grants WHERE id = :grant_id))",
      soci::into(spent), soci::into(paid), soci::into(income), soci::use(bounds.as_of, "as_of"),
      soci::use(bounds.position, "position"), soci::use(bounds.fund_id, "fund_id"), soci::use(bounds.grant_id, "grant_id");
  report.ledger = {spent, paid};
  report.program_income_minor = income;
}

}  // namespace

Result<Sf425> query_sf425(const SealedSnapshot& snapshot, const Sf425Request& request) {
  auto grant = read_grant_cover(snapshot, request.grant_id, request.platform);
  if (!grant) return grant.error();
  if (grant->fund_id == 0) return conflict("grant_is_not_awarded", "This report is of an awarded grant.");
  Sf425 report{.grant = *std::move(grant), .as_of = request.as_of, .basis = request.basis,
               .alternative = request.alternative, .type = request.type};
  const Bounds bounds{.grant_id = report.grant.grant_id, .fund_id = report.grant.fund_id, .position = snapshot.position(),
                      .known_at = snapshot.known_at(), .as_of = to_string(request.as_of)};
  auto& sql = snapshot.session().sql();
  read_recipient(sql, bounds, report);
  read_categories(sql, bounds, report);
  read_match(sql, bounds, report);
  read_ledger(sql, bounds, report);
  report.received = read_received(snapshot, report.grant, request.as_of);
  return report;
}

}  // namespace kindling
