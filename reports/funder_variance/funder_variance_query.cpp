#include <algorithm>
#include <cstdlib>

#include <soci/soci.h>

#include "reports/funder_variance/funder_variance.hpp"
#include "reports/funder_variance/variance_bounds.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Report = FunderVarianceReport;

// False where there is no such grant.
bool read_cover(soci::session& sql, const FunderVarianceRequest& request, VarianceBounds& bounds, Report::Cover& cover) {
  std::string currency, starts_on, ends_on, approved_on;
  long long awarded = 0, match = 0;
  int funding_rate = 0, indirect_rate = 0;
  sql << R"(
    SELECT g.title,
           COALESCE(g.reference, ''),
           g.programme_code,
           o.name,
           COALESCE(c.name, ''),
           g.state,
           g.currency,
           g.starts_on::text,
           g.ends_on::text,
           g.funding_rate_bp,
           g.indirect_rate_bp,
           COALESCE(g.awarded_minor, 0),
           g.match_required_minor,
           COALESCE(g.fund_id, 0),
           COALESCE(v.id, 0),
           COALESCE(v.number, 0),
           COALESCE(v.approved_at::date::text, '')
    FROM grants g
    JOIN organisations o ON o.id = g.funder_id
    LEFT JOIN grant_partners p ON p.grant_id = g.id AND p.role = 'coordinator'
    LEFT JOIN organisations c ON c.id = p.organisation_id
    LEFT JOIN budget_versions_at(:last::date, :known_at::timestamptz) a ON a.grant_id = g.id
    LEFT JOIN budget_versions v ON v.id = a.version_id
    WHERE g.id = :grant_id)",
      soci::into(cover.grant_title), soci::into(cover.reference), soci::into(cover.programme),
      soci::into(cover.funder), soci::into(cover.coordinator), soci::into(cover.state), soci::into(currency),
      soci::into(starts_on), soci::into(ends_on), soci::into(funding_rate), soci::into(indirect_rate),
      soci::into(awarded), soci::into(match), soci::into(bounds.fund_id), soci::into(bounds.version_id),
      soci::into(cover.budget_version), soci::into(approved_on), soci::use(bounds.grant_id, "grant_id"),
      soci::use(bounds.last, "last"), soci::use(bounds.known_at, "known_at");
  if (!sql.got_data()) return false;
  cover.platform = request.platform;
  cover.identifier = request.identifier;
  cover.letter = request.letter;
  cover.explain_above = request.explain_above;
  cover.period = request.period;
  cover.eligibility = {Date::of(starts_on), Date::of(ends_on)};
  cover.funding_rate = {funding_rate};
  cover.indirect_rate = {indirect_rate};
  cover.awarded = {awarded, Currency::of(currency)};
  cover.match_required = {match, Currency::of(currency)};
  cover.approved_on = Date::parse(approved_on);
  return true;
}

void read_categories(soci::session& sql, const VarianceBounds& bounds, Report& report) {
  std::string code, name;
  int in_base = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT code,
           name,
           in_indirect_base::int
    FROM grant_categories
    WHERE grant_id = :grant_id
    ORDER BY position, code)",
                          soci::into(code), soci::into(name), soci::into(in_base),
                          soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) report.categories.push_back({code, name, in_base != 0});
}

// Costs are postings to the grant's budget lines, sealed up to the position. A posting names the root of its line. Lines
// that are in force no more come last, where costs stand on them.
void read_lines(soci::session& sql, const VarianceBounds& bounds, Report& report) {
  long long root_id = 0, budget = 0, period = 0, to_date = 0, committed = 0;
  int number = 0;
  std::string work_package, category, partner, description, starts_on, ends_on, explanation, explained_by;
  soci::statement rows = (sql.prepare << R"(
    WITH actual AS (
      SELECT r.id AS root_id,
             COALESCE(sum(p.amount_minor) FILTER (WHERE e.booked_on >= :first::date), 0)::bigint AS period_minor,
             sum(p.amount_minor)::bigint AS to_date_minor
      FROM budget_versions v
      JOIN budget_lines r ON r.budget_version_id = v.id
      JOIN postings p ON p.budget_line_id = r.id
      JOIN entries e ON e.id = p.entry_id
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      JOIN accounts a ON a.code = p.account_code AND a.kind = 'expense'
      WHERE v.grant_id = :grant_id
        AND e.booked_on <= :last::date
      GROUP BY r.id
    ), figures AS (
      SELECT line_id, root_id, planned_minor, committed_minor
      FROM budget_line_figures(ARRAY[:version_id]::bigint[], :last::date, :known_at::timestamptz)
    ), lines AS (
      SELECT l.id, l.root_id, l.line_no, f.planned_minor, f.committed_minor
      FROM figures f
      JOIN budget_lines l ON l.id = f.line_id
      UNION ALL
      SELECT t.root_id, t.root_id, 0, 0, 0
      FROM actual t
      WHERE t.root_id NOT IN (SELECT root_id FROM figures)
    ), explained AS (
      SELECT DISTINCT ON (x.budget_line_id) x.budget_line_id, x.explanation, u.name
      FROM variance_explanations x
      JOIN users u ON u.id = x.written_by
      WHERE x.grant_id = :grant_id
        AND x.starts_on = :first::date
        AND x.ends_on = :last::date
        AND x.written_at <= :known_at::timestamptz
      ORDER BY x.budget_line_id, x.id DESC
    )
    SELECT l.root_id,
           l.line_no,
           b.work_package,
           b.category_code,
           COALESCE(o.name, ''),
           b.description,
           COALESCE(b.starts_on, g.starts_on)::text,
           COALESCE(b.ends_on, g.ends_on)::text,
           l.planned_minor,
           COALESCE(t.period_minor, 0),
           COALESCE(t.to_date_minor, 0),
           l.committed_minor,
           COALESCE(x.explanation, ''),
           CASE WHEN x.explanation = '' THEN '' ELSE COALESCE(x.name, '') END
    FROM lines l
    JOIN budget_lines b ON b.id = l.id
    JOIN grants g ON g.id = :grant_id
    LEFT JOIN grant_partners p ON p.id = b.partner_id
    LEFT JOIN organisations o ON o.id = p.organisation_id
    LEFT JOIN actual t ON t.root_id = l.root_id
    LEFT JOIN explained x ON x.budget_line_id = l.root_id
    ORDER BY l.line_no = 0, l.line_no, l.root_id)",
                          soci::into(root_id), soci::into(number), soci::into(work_package), soci::into(category),
                          soci::into(partner), soci::into(description), soci::into(starts_on), soci::into(ends_on),
                          soci::into(budget), soci::into(period), soci::into(to_date), soci::into(committed),
                          soci::into(explanation), soci::into(explained_by), soci::use(bounds.first, "first"),
                          soci::use(bounds.position, "position"), soci::use(bounds.grant_id, "grant_id"),
                          soci::use(bounds.last, "last"), soci::use(bounds.version_id, "version_id"),
                          soci::use(bounds.known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    report.lines.push_back({.root_id = root_id, .number = number, .work_package = work_package, .category = category,
                            .partner = partner, .description = description,
                            .days = {Date::of(starts_on), Date::of(ends_on)}, .budget_minor = budget,
                            .period_minor = period, .to_date_minor = to_date, .committed_minor = committed,
                            .explanation = explanation, .explained_by = explained_by});
  }
}

// A receipt that was reversed up to the position does not count.
void read_instalments(soci::session& sql, const VarianceBounds& bounds, Report& report) {
  Report::Instalment row;
  std::string due_on, last_received_on;
  long long planned = 0, received = 0;
  soci::statement statement = (sql.prepare << R"(
    SELECT i.title,
           i.kind,
           i.state,
           COALESCE(i.due_on::text, ''),
           i.amount_minor,
           COALESCE(r.received_minor, 0),
           COALESCE(r.last_received_on::text, '')
    FROM instalments i
    LEFT JOIN (SELECT r.instalment_id,
                      sum(r.amount_minor)::bigint AS received_minor,
                      max(r.received_on) AS last_received_on
               FROM instalment_receipts r
               JOIN instalments i ON i.id = r.instalment_id
               JOIN seals s ON s.entry_id = r.entry_id AND s.position <= :position
               WHERE i.grant_id = :grant_id
                 AND r.received_on <= :last::date
                 AND NOT EXISTS (SELECT 1
                                 FROM entries x
                                 JOIN seals xs ON xs.entry_id = x.id AND xs.position <= :position
                                 WHERE x.reverses_entry_id = r.entry_id
                                   AND x.booked_on <= :last::date)
               GROUP BY r.instalment_id) r ON r.instalment_id = i.id
    WHERE i.grant_id = :grant_id
    ORDER BY i.due_on, i.id)",
      soci::into(row.title), soci::into(row.kind), soci::into(row.state), soci::into(due_on), soci::into(planned),
      soci::into(received), soci::into(last_received_on), soci::use(bounds.position, "position"),
      soci::use(bounds.grant_id, "grant_id"), soci::use(bounds.last, "last"));
  statement.execute();
  while (statement.fetch()) {
    row.due_on = Date::parse(due_on);
    row.planned_minor = planned;
    row.received_minor = received;
    row.last_received_on = Date::parse(last_received_on);
    report.instalments.push_back(row);
  }
}

// By the grant's fund, not by its lines or documents: another way to the same figures. What pinned exchange rates moved is
// the platform's gain or loss, no cost of the grant.
void read_ledger(soci::session& sql, const VarianceBounds& bounds, Report::Independent& ledger) {
  long long period = 0, to_date = 0, received = 0, corrected = 0;
  sql << R"(
    WITH own AS (
      SELECT e.id, e.booked_on, p.account_code, p.amount_minor,
             a.kind = 'expense' AND a.code <> 'exchange_differences' AS is_cost
      FROM postings p
      JOIN entries e ON e.id = p.entry_id
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      JOIN accounts a ON a.code = p.account_code
      WHERE p.fund_id = :fund_id
        AND e.booked_on <= :last::date
    )
    SELECT COALESCE(sum(o.amount_minor) FILTER (WHERE o.is_cost AND o.booked_on >= :first::date), 0)::bigint,
           COALESCE(sum(o.amount_minor) FILTER (WHERE o.is_cost), 0)::bigint,
           COALESCE(-sum(o.amount_minor) FILTER (WHERE o.account_code = 'income_grants'), 0)::bigint,
           COALESCE(sum(o.amount_minor) FILTER (WHERE o.is_cost AND o.booked_on >= :first::date AND r.booked_on < :first::date),
                    0)::bigint
    FROM own o
    LEFT JOIN LATERAL (SELECT min(x.booked_on) AS booked_on
                       FROM entries e
                       JOIN entries x ON x.document_kind = e.document_kind
                                     AND x.document_id = e.document_id
                                     AND x.kind = 'expenditure_approved'
                       WHERE e.id = o.id
                         AND e.document_kind = 'expenditure') r ON true)",
      soci::into(period), soci::into(to_date), soci::into(received), soci::into(corrected),
      soci::use(bounds.first, "first"), soci::use(bounds.position, "position"), soci::use(bounds.fund_id, "fund_id"),
      soci::use(bounds.last, "last");
  ledger = {period, to_date, received, corrected};
}

std::int64_t elapsed_days(const Report::Line& line, Date last) {
  return std::clamp(days_between(line.days.first, last) + 1, 0, line.days.days());
}

}  // namespace

std::int64_t expected_minor(const Report::Line& line, Date last) {
  return round_div(line.budget_minor, elapsed_days(line, last), line.days.days());
}

bool asks_for_explanation(const Report::Line& line, Date last, Percent explain_above) {
  const auto variance = expected_minor(line, last) - line.to_date_minor;
  return std::abs(variance) > round_div(line.budget_minor, explain_above.basis_points, 10'000);
}

namespace {

Result<VarianceBounds> read_lines_of_grant(const SealedSnapshot& snapshot, const FunderVarianceRequest& request,
                                           Report& report) {
  auto& sql = snapshot.session().sql();
  VarianceBounds bounds{.grant_id = request.grant_id, .position = snapshot.position(),
                        .first = to_string(request.period.first), .last = to_string(request.period.last),
                        .known_at = snapshot.known_at()};
  if (!read_cover(sql, request, bounds, report.cover)) return not_found("grant_not_found", "There is no such grant.");
  report.cover.ledger_position = snapshot.position();
  report.cover.ledger_hash = snapshot.hash();
  report.cover.sealed_at_s = snapshot.sealed_at_s();
  read_categories(sql, bounds, report);
  read_lines(sql, bounds, report);
  return bounds;
}

Report empty_report(const Period& period) {
  const Money nothing{0, Currency::of("EUR")};
  return {.cover = {.platform = {}, .identifier = {}, .letter = {}, .grant_title = {}, .reference = {}, .programme = {},
                    .funder = {}, .coordinator = {}, .state = {}, .eligibility = period, .period = period,
                    .funding_rate = {}, .indirect_rate = {}, .explain_above = {}, .awarded = nothing,
                    .match_required = nothing, .approved_on = {}, .ledger_hash = {}},
          .categories = {}, .lines = {}, .instalments = {}, .modifications = {}, .costs = {}, .evidence = {},
          .matches = {}, .ledger = {}};
}

}  // namespace

Result<FunderVarianceReport> query_variance_lines(const SealedSnapshot& snapshot, const FunderVarianceRequest& request) {
  auto report = empty_report(request.period);
  const auto bounds = read_lines_of_grant(snapshot, request, report);
  if (!bounds) return bounds.error();
  return report;
}

Result<FunderVarianceReport> query_funder_variance(const SealedSnapshot& snapshot, const FunderVarianceRequest& request) {
  auto report = empty_report(request.period);
  const auto bounds = read_lines_of_grant(snapshot, request, report);
  if (!bounds) return bounds.error();
  auto& session = snapshot.session();
  read_instalments(session.sql(), *bounds, report);
  read_ledger(session.sql(), *bounds, report.ledger);
  read_modifications(session, *bounds, report);
  read_costs(session, *bounds, report);
  read_evidence(session, *bounds, report);
  read_matches(session, *bounds, report);
  return report;
}

}  // namespace kindling
