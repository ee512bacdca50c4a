#include "spending/breach_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

using OptionalId = std::optional<long long>;
using OptionalText = std::optional<std::string>;

std::optional<std::int64_t> id_of(const OptionalId& id) { return id ? std::optional<std::int64_t>(*id) : std::nullopt; }

struct SelectBreaches {
  long long id = 0;
  std::string code, title, label, category;
  int hard = 0, stops = 0, overridden = 0;
  OptionalId grant_id, line_id, limit, total;
  OptionalText currency, first_day, last_day;
  soci::statement statement;

  // A cost that is not submitted yet would be from now on, so a rule that was switched before does not stop it.
  explicit SelectBreaches(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT b.code,
                 b.hard::int,
                 (NOT b.hard AND (g.overspend_rule = 'stop'
                                  OR (e.state <> 'draft' AND g.overspend_rule_since > e.submitted_at)))::int,
                 EXISTS (SELECT 1
                         FROM expenditure_overrides o
                         WHERE o.expenditure_id = e.id
                           AND o.submission = e.submissions
                           AND o.code = b.code
                           AND o.grant_id = b.grant_id
                           AND o.budget_line_id IS NOT DISTINCT FROM b.budget_line_id
                           AND o.category_code IS NOT DISTINCT FROM b.category_code
                           AND o.excess_minor >= b.total_minor - b.limit_minor
                           AND e.state <> 'draft')::int,
                 b.grant_id, COALESCE(g.title, ''), b.budget_line_id,
                 COALESCE(concat_ws(', ', NULLIF(l.work_package, ''), l.category_code, NULLIF(l.description, '')), ''),
                 COALESCE(b.category_code, l.category_code, ''), b.limit_minor, b.total_minor, g.currency,
                 b.first_day::text, b.last_day::text
          FROM expenditures e
          CROSS JOIN LATERAL spending_breaches(e.id) b
          LEFT JOIN grants g ON g.id = b.grant_id
          LEFT JOIN budget_lines l ON l.id = b.budget_line_id
          WHERE e.id = :id
          ORDER BY b.hard DESC, b.code, b.grant_id, b.budget_line_id)",
                   soci::use(id, "id"), soci::into(code), soci::into(hard), soci::into(stops),
                   soci::into(overridden), soci::into(grant_id), soci::into(title), soci::into(line_id),
                   soci::into(label), soci::into(category), soci::into(limit), soci::into(total),
                   soci::into(currency), soci::into(first_day), soci::into(last_day))) {}
};

std::vector<LineImpact> list_line_impacts(soci::session& sql, long long id) {
  long long line = 0, grant = 0, planned = 0, spent = 0, committed = 0, drafts = 0, own = 0, consumed = 0;
  std::string title, label, currency;
  soci::statement rows = (sql.prepare << R"(
    WITH claims AS (
      SELECT a.grant_id, a.budget_line_id, COALESCE(sum(a.grant_minor), 0)::bigint AS minor
      FROM expenditure_allocations a
      WHERE a.expenditure_id = :id
        AND a.used_as = 'claimed'
      GROUP BY a.grant_id, a.budget_line_id
    )
    SELECT f.root_id, g.id, g.title, g.currency,
           concat_ws(', ', NULLIF(l.work_package, ''), k.code || ' ' || k.name, o.name, NULLIF(l.description, '')),
           f.planned_minor, f.spent_minor, f.committed_minor, f.drafts_minor - c.minor, c.minor,
           COALESCE(own_commitment_minor(:id, f.root_id), 0)
    FROM (SELECT DISTINCT grant_id FROM claims) x
    JOIN grants g ON g.id = x.grant_id
    JOIN budget_versions v ON v.grant_id = g.id AND v.state = 'approved'
    CROSS JOIN LATERAL budget_line_figures(v.id) f
    JOIN claims c ON c.budget_line_id = f.root_id
    JOIN budget_lines l ON l.id = f.line_id
    LEFT JOIN grant_categories k ON k.grant_id = g.id AND k.code = l.category_code
    LEFT JOIN grant_partners p ON p.id = l.partner_id
    LEFT JOIN organisations o ON o.id = p.organisation_id
    ORDER BY g.title, l.line_no)",
                          soci::use(id, "id"), soci::into(line), soci::into(grant), soci::into(title),
                          soci::into(currency), soci::into(label), soci::into(planned), soci::into(spent),
                          soci::into(committed), soci::into(drafts), soci::into(own), soci::into(consumed));
  rows.execute();
  std::vector<LineImpact> lines;
  while (rows.fetch()) {
    lines.push_back({.budget_line_id = line, .grant_id = grant, .grant_title = title, .label = label,
                     .currency = Currency::of(currency), .planned_minor = planned, .spent_minor = spent,
                     .committed_minor = committed, .drafts_minor = drafts, .this_minor = own,
                     .consumed_minor = consumed});
  }
  return lines;
}

// Received less spent: of the fund and in the currency of each grant that the cost is claimed from, and of each other
// restricted fund that bears a part of it, in the document's.
std::vector<FundImpact> list_fund_impacts(soci::session& sql, long long id) {
  long long fund = 0, cash = 0, own = 0;
  std::optional<long long> grant;
  std::string title, currency;
  soci::statement rows = (sql.prepare << R"(
    SELECT x.fund_id, x.grant_id, x.title, x.currency,
           COALESCE((SELECT -sum(b.amount_minor)
                     FROM balances b
                     JOIN accounts t ON t.code = b.account_code AND t.kind IN ('income', 'expense')
                     WHERE b.fund_id = x.fund_id
                       AND b.currency = x.currency), 0)::bigint,
           x.minor
    FROM (SELECT g.fund_id, g.id AS grant_id, g.title, g.currency, COALESCE(sum(a.grant_minor), 0)::bigint AS minor
          FROM expenditure_allocations a
          JOIN grants g ON g.id = a.grant_id
          WHERE a.expenditure_id = :id
            AND a.used_as = 'claimed'
          GROUP BY g.id
          UNION ALL
          SELECT f.id, NULL, f.name, e.currency, sum(a.amount_minor)::bigint
          FROM expenditure_allocations a
          JOIN expenditures e ON e.id = a.expenditure_id AND e.kind <> 'in_kind'
          JOIN funds f ON f.id = a.fund_id AND f.restriction = 'restricted'
          WHERE a.expenditure_id = :id
            AND a.used_as <> 'claimed'
          GROUP BY f.id, f.name, e.currency) x
    ORDER BY x.title)",
                          soci::use(id, "id"), soci::into(fund), soci::into(grant), soci::into(title),
                          soci::into(currency), soci::into(cash), soci::into(own));
  rows.execute();
  std::vector<FundImpact> funds;
  while (rows.fetch()) {
    funds.push_back({.fund_id = fund, .grant_id = id_of(grant), .title = title, .currency = Currency::of(currency),
                     .cash_minor = cash, .this_minor = own});
  }
  return funds;
}

}  // namespace

std::vector<Breach> list_breaches(Session& session, std::int64_t expenditure_id) {
  auto& row = session.prepared<SelectBreaches>();
  row.id = expenditure_id;
  row.statement.execute();
  std::vector<Breach> breaches;
  while (row.statement.fetch()) {
    breaches.push_back({.code = row.code, .hard = row.hard != 0, .stops = row.stops != 0,
                        .overridden = row.overridden != 0, .grant_id = id_of(row.grant_id), .grant_title = row.title,
                        .budget_line_id = id_of(row.line_id), .line_label = row.label, .category = row.category,
                        .limit_minor = id_of(row.limit), .total_minor = id_of(row.total),
                        .currency = row.currency ? std::optional(Currency::of(*row.currency)) : std::nullopt,
                        .span = row.first_day ? std::optional(Period{Date::of(*row.first_day), Date::of(*row.last_day)})
                                              : std::nullopt});
  }
  return breaches;
}

Impact find_impact(Session& session, std::int64_t expenditure_id) {
  return {.lines = list_line_impacts(session.sql(), expenditure_id),
          .funds = list_fund_impacts(session.sql(), expenditure_id),
          .breaches = list_breaches(session, expenditure_id)};
}

void lock_grants_of(Transaction& transaction, std::int64_t expenditure_id) {
  long long id = expenditure_id;
  soci::statement lock = (transaction.sql().prepare << R"(
    SELECT 1
    FROM grants
    WHERE id IN (SELECT grant_id FROM expenditure_allocations WHERE expenditure_id = :id)
    ORDER BY id
    FOR NO KEY UPDATE)",
                          soci::use(id, "id"));
  lock.execute(true);
}

std::vector<Override> list_overrides(Session& session, std::int64_t expenditure_id) {
  long long id = expenditure_id, excess = 0;
  std::string code, title, currency, actor, reason, at;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT o.code, g.title, g.currency, o.excess_minor, u.name, o.reason, to_char(o.at AT TIME ZONE 'UTC', 'YYYY-MM-DD')
    FROM expenditure_overrides o
    JOIN grants g ON g.id = o.grant_id
    JOIN users u ON u.id = o.actor_id
    WHERE o.expenditure_id = :id
    ORDER BY o.id)",
                          soci::use(id, "id"), soci::into(code), soci::into(title), soci::into(currency),
                          soci::into(excess), soci::into(actor), soci::into(reason), soci::into(at));
  rows.execute();
  std::vector<Override> overrides;
  while (rows.fetch()) overrides.push_back({code, title, actor, reason, at, {excess, Currency::of(currency)}});
  return overrides;
}

int insert_overrides(Transaction& transaction, std::int64_t expenditure_id, std::string_view reason) {
  long long id = expenditure_id, actor = transaction.actor.id;
  const std::string why(reason);
  soci::statement insert = (transaction.sql().prepare << R"(
    INSERT INTO expenditure_overrides (expenditure_id, submission, code, grant_id, budget_line_id, category_code,
                                       excess_minor, reason, actor_id)
    SELECT e.id, e.submissions, b.code, b.grant_id, b.budget_line_id, b.category_code, b.total_minor - b.limit_minor,
           :reason, :actor
    FROM expenditures e
    CROSS JOIN LATERAL spending_breaches(e.id) b
    JOIN grants g ON g.id = b.grant_id
    WHERE e.id = :id
      AND NOT b.hard
      AND g.overspend_rule = 'warn'
      AND g.overspend_rule_since <= e.submitted_at)",
                            soci::use(why, "reason"), soci::use(actor, "actor"), soci::use(id, "id"));
  insert.execute(true);
  return static_cast<int>(insert.get_affected_rows());
}

}  // namespace kindling
