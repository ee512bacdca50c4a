#include <algorithm>

#include <soci/soci.h>

#include "reports/eu_financial_statement/eu_financial_statement.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

using Statement = EuFinancialStatement;

struct Bounds {
  long long grant_id = 0;
  long long fund_id = 0;
  long long period_id = 0;
  int period_number = 0;
  long long position = 0;
  std::string known_at = {};
  std::string first = {};
  std::string last = {};
};

void read_lines(soci::session& sql, const Bounds& bounds, Statement& statement) {
  Annex4Line line;
  int in_base = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT lower(c.code), c.name, c.in_indirect_base::int
    FROM grant_categories c
    WHERE c.grant_id = :grant_id
    ORDER BY c.position, c.code)",
                          soci::into(line.letter), soci::into(line.name), soci::into(in_base),
                          soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  std::vector<Annex4Line> own;
  while (rows.fetch()) own.push_back({line.letter, line.name, in_base != 0});
  statement.lines = annex4_lines(own);
}

void read_partners(soci::session& sql, const Bounds& bounds, Statement& statement) {
  Statement::Partner partner;
  std::optional<long long> share;
  soci::statement rows = (sql.prepare << R"(
    SELECT p.position,
           o.name,
           COALESCE(i.value, ''),
           p.share_minor
    FROM grant_partners p
    JOIN organisations o ON o.id = p.organisation_id
    LEFT JOIN LATERAL (SELECT min(x.value) AS value
                       FROM organisation_identifiers x
                       WHERE x.organisation_id = o.id
                         AND x.scheme = 'PIC') i ON true
    WHERE p.grant_id = :grant_id
    ORDER BY p.position, p.id)",
                          soci::into(partner.number), soci::into(partner.name), soci::into(partner.pic), soci::into(share),
                          soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) {
    partner.share_minor = share ? std::optional<std::int64_t>(*share) : std::nullopt;
    statement.partners.push_back(partner);
  }
}

// Line h of the period, of those who ask for less. Costs without a partner stand in a statement of their own.
void read_asked(soci::session& sql, const Bounds& bounds, Statement& statement) {
  int number = 0;
  long long amount = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT COALESCE(p.position, 0),
           a.amount_minor
    FROM contributions_asked(:period_id, :known_at::timestamptz) a
    LEFT JOIN grant_partners p ON p.id = a.partner_id)",
                          soci::into(number), soci::into(amount), soci::use(bounds.period_id, "period_id"),
                          soci::use(bounds.known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    const auto partner = std::ranges::find(statement.partners, number, &Statement::Partner::number);
    if (partner != statement.partners.end()) partner->asked_minor = amount;
  }
}

// One row an entry and line. A correction of an earlier period's cost is known by the document that it takes back. The
// days of a staff cost go with the part of it that the line bears, and come back with the part that is taken back.
void read_costs(soci::session& sql, const Bounds& bounds, Statement& statement) {
  Statement::Cost cost{.booked_on = Date::of("2000-01-01")};
  std::string booked_on;
  long long entry_id = 0, document_minor = 0, minor = 0, days = 0;
  soci::statement rows = (sql.prepare << R"(
    WITH posted AS (
      SELECT e.id, x.budget_line_id, sum(x.amount_minor)::bigint AS minor
      FROM postings x
      JOIN accounts a ON a.code = x.account_code AND a.kind = 'expense'
      JOIN entries e ON e.id = x.entry_id AND e.booked_on BETWEEN :first::date AND :last::date
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      WHERE x.fund_id = :fund_id
        AND x.budget_line_id IS NOT NULL
      GROUP BY e.id, x.budget_line_id
    ), claimed AS (
      SELECT a.expenditure_id, a.budget_line_id, sum(a.amount_minor) AS minor
      FROM expenditure_allocations a
      WHERE a.grant_id = :grant_id
        AND a.used_as = 'claimed'
      GROUP BY a.expenditure_id, a.budget_line_id
    )
    SELECT e.booked_on::text,
           e.id,
           CASE WHEN v.id IS NOT NULL THEN 'expenditure_reversed' ELSE e.kind END,
           COALESCE(c.document_number, ''),
           COALESCE(o.name, ''),
           e.description,
           COALESCE(n.work_package, l.work_package),
           lower(l.category_code),
           COALESCE(r.position, 0),
           COALESCE(q.number, 0),
           COALESCE(CASE WHEN c.currency <> g.currency THEN c.currency END, ''),
           COALESCE(CASE WHEN c.currency <> g.currency AND c.entry_id = e.id THEN k.minor END, 0)::bigint,
           p.minor,
           COALESCE(CASE WHEN c.entry_id = e.id THEN round(c.person_days_hundredths * k.minor / c.amount_minor)
                         WHEN v.id IS NOT NULL
                         THEN -round(c.person_days_hundredths * k.minor * v.amount_minor
                                     / (c.amount_minor::numeric * c.amount_minor))
                    END, 0)::bigint
    FROM posted p
    JOIN entries e ON e.id = p.id
    JOIN budget_lines l ON l.id = p.budget_line_id
    JOIN grants g ON g.id = :grant_id
    LEFT JOIN budget_versions_at(:last::date, :known_at::timestamptz) b ON b.grant_id = g.id
    LEFT JOIN budget_lines n ON n.budget_version_id = b.version_id AND n.root_id = l.id
    LEFT JOIN grant_partners r ON r.id = l.partner_id
    LEFT JOIN expenditures c ON e.document_kind = 'expenditure' AND c.id = e.document_id
    LEFT JOIN expenditure_reversals v ON v.entry_id = e.id
    LEFT JOIN claimed k ON k.expenditure_id = c.id AND k.budget_line_id = l.id
    LEFT JOIN organisations o ON o.id = c.supplier_id
    LEFT JOIN reporting_periods q
      ON v.id IS NOT NULL AND q.grant_id = g.id AND q.number < :number AND c.document_on BETWEEN q.starts_on AND q.ends_on
    WHERE p.minor <> 0
    ORDER BY e.booked_on, e.id, l.line_no, l.id)",
                          soci::into(booked_on), soci::into(entry_id), soci::into(cost.kind), soci::into(cost.document),
                          soci::into(cost.supplier), soci::into(cost.description), soci::into(cost.work_package),
                          soci::into(cost.letter), soci::into(cost.partner), soci::into(cost.adjusts),
                          soci::into(cost.document_currency), soci::into(document_minor), soci::into(minor),
                          soci::into(days), soci::use(bounds.first, "first"), soci::use(bounds.last, "last"),
                          soci::use(bounds.position, "position"), soci::use(bounds.fund_id, "fund_id"),
                          soci::use(bounds.grant_id, "grant_id"), soci::use(bounds.known_at, "known_at"),
                          soci::use(bounds.period_number, "number"));
  rows.execute();
  bool without_partner = false;
  while (rows.fetch()) {
    cost.booked_on = Date::of(booked_on);
    cost.entry_id = entry_id;
    cost.document_minor = document_minor;
    cost.minor = minor;
    cost.days_hundredths = days;
    without_partner = without_partner || cost.partner == 0;
    statement.costs.push_back(cost);
  }
  if (without_partner) statement.partners.emplace_back();
}

void read_rates(soci::session& sql, const Bounds& bounds, Statement& statement) {
  std::string currency, starts_on, ends_on, units, source;
  int pinned = 0, days = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT r.currency,
           r.starts_on::text,
           r.ends_on::text,
           COALESCE(trim_scale(r.units_per_euro)::text, ''),
           r.pinned::int,
           s.days,
           s.source
    FROM period_rates(:period_id) r
    CROSS JOIN LATERAL (SELECT count(*)::int AS days, COALESCE(string_agg(DISTINCT e.source, '; '), '') AS source
                        FROM effective_exchange_rates e
                        WHERE e.currency = r.currency
                          AND e.on_date BETWEEN r.starts_on - CASE WHEN r.starts_on = r.ends_on THEN 10 ELSE 0 END
                                            AND r.ends_on) s
    ORDER BY r.currency, r.starts_on)",
                          soci::into(currency), soci::into(starts_on), soci::into(ends_on), soci::into(units),
                          soci::into(pinned), soci::into(days), soci::into(source), soci::use(bounds.period_id, "period_id"));
  rows.execute();
  while (rows.fetch()) {
    const Period span{Date::of(starts_on), Date::of(ends_on)};
    statement.rates.push_back({.currency = Currency::of(currency), .days = span, .units_per_euro = units,
                               .pinned = pinned != 0, .published_days = span.first == span.last ? 1 : days,
                               .source = source});
  }
}

// By the grant's fund and the entries alone. What closing a period gains or loses on exchange is the platform's, and
// therefore no cost; the cost that moved with it stands on its line.
void read_ledger(soci::session& sql, const Bounds& bounds, Statement::Independent& ledger) {
  long long spent = 0, taken_back = 0, income = 0;
  sql << R"(
    WITH own AS (
      SELECT e.booked_on,
             e.document_kind,
             e.document_id,
             e.kind,
             a.kind AS account_kind,
             a.code,
             p.amount_minor
      FROM postings p
      JOIN accounts a ON a.code = p.account_code
      JOIN entries e ON e.id = p.entry_id
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      WHERE p.fund_id = :fund_id
        AND p.currency = (SELECT currency FROM grants WHERE id = :grant_id)
        AND e.booked_on <= :last::date
    ), costs AS (
      SELECT o.document_id, o.kind, o.booked_on, o.amount_minor
      FROM own o
      WHERE o.account_kind = 'expense'
        AND o.code <> 'exchange_differences'
        AND o.booked_on >= :first::date
    )
    SELECT (SELECT COALESCE(sum(c.amount_minor), 0) FROM costs c)::bigint,
           (SELECT COALESCE(sum(c.amount_minor), 0)
            FROM costs c
            WHERE c.kind IN ('reversal', 'expenditure_reversed')
              AND EXISTS (SELECT 1
                          FROM entries e
                          WHERE e.document_kind = 'expenditure'
                            AND e.document_id = c.document_id
                            AND e.kind = 'expenditure_approved'
                            AND e.booked_on < :first::date))::bigint,
           (SELECT COALESCE(-sum(o.amount_minor), 0)
            FROM own o
            WHERE o.account_kind = 'income'
              AND o.code NOT IN ('income_grants', 'income_in_kind')
              AND o.booked_on >= :first::date)::bigint)",
      soci::into(spent), soci::into(taken_back), soci::into(income),
      soci::use(bounds.position, "position"), soci::use(bounds.fund_id, "fund_id"), soci::use(bounds.grant_id, "grant_id"),
      soci::use(bounds.last, "last"), soci::use(bounds.first, "first");
  ledger = {spent, taken_back, income};
}

}  // namespace

Result<EuFinancialStatement> query_eu_financial_statement(const SealedSnapshot& snapshot,
                                                          const EuFinancialStatementRequest& request) {
  const auto grant = read_grant_cover(snapshot, request.grant_id, request.platform);
  if (!grant) return grant.error();
  const auto period = read_grant_period(snapshot, *grant, request.period);
  if (!period) return period.error();
  const Bounds bounds{.grant_id = grant->grant_id, .fund_id = grant->fund_id, .period_id = period->id,
                      .period_number = period->number, .position = snapshot.position(), .known_at = snapshot.known_at(),
                      .first = to_string(request.period.first), .last = to_string(request.period.last)};
  EuFinancialStatement statement{.grant = *grant, .period = *period,
                                 .received = read_received(snapshot, *grant, request.period.last)};
  auto& sql = snapshot.session().sql();
  read_lines(sql, bounds, statement);
  read_partners(sql, bounds, statement);
  read_costs(sql, bounds, statement);
  read_asked(sql, bounds, statement);
  read_rates(sql, bounds, statement);
  read_ledger(sql, bounds, statement.ledger);
  complete(statement);
  return statement;
}

}  // namespace kindling
