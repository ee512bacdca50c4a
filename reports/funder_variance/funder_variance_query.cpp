#include <soci/soci.h>

#include "reports/funder_variance/funder_variance.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Report = FunderVarianceReport;

std::optional<Date> date_of(const std::string& text) { return Date::parse(text); }

// False where there is no such grant.
bool read_cover(soci::session& sql, const FunderVarianceRequest& request, Report::Cover& cover, long long& fund_id,
                long long& version_id) {
  std::string currency, starts_on, ends_on, approved_on;
  long long grant_id = request.grant_id, awarded = 0;
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
           COALESCE(g.fund_id, 0),
           COALESCE(v.id, 0),
           COALESCE(v.number, 0),
           COALESCE(v.approved_at::date::text, '')
    FROM grants g
    JOIN organisations o ON o.id = g.funder_id
    LEFT JOIN grant_partners p ON p.grant_id = g.id AND p.role = 'coordinator'
    LEFT JOIN organisations c ON c.id = p.organisation_id
    LEFT JOIN budget_versions v ON v.grant_id = g.id AND v.state = 'approved'
    WHERE g.id = :grant_id)",
      soci::into(cover.grant_title), soci::into(cover.reference), soci::into(cover.programme),
      soci::into(cover.funder), soci::into(cover.coordinator), soci::into(cover.state), soci::into(currency),
      soci::into(starts_on), soci::into(ends_on), soci::into(funding_rate), soci::into(indirect_rate),
      soci::into(awarded), soci::into(fund_id), soci::into(version_id), soci::into(cover.budget_version),
      soci::into(approved_on), soci::use(grant_id, "grant_id");
  if (!sql.got_data()) return false;
  cover.platform = request.platform;
  cover.period = request.period;
  cover.eligibility = {Date::of(starts_on), Date::of(ends_on)};
  cover.funding_rate = {funding_rate};
  cover.indirect_rate = {indirect_rate};
  cover.awarded = {awarded, Currency::of(currency)};
  cover.approved_on = date_of(approved_on);
  return true;
}

// What all statements on actual costs share: postings to the grant's budget lines, sealed up to the position. A posting
// names the root of its line; a category is the one of the line in force, of its root where it is in force no more.
constexpr const char* kActual = R"(
    actual AS (
      SELECT r.id AS root_id,
             COALESCE(l.category_code, r.category_code) AS category_code,
             COALESCE(sum(p.amount_minor) FILTER (WHERE e.booked_on >= :first::date), 0)::bigint AS period_minor,
             sum(p.amount_minor)::bigint AS to_date_minor
      FROM budget_versions v
      JOIN budget_lines r ON r.budget_version_id = v.id
      JOIN postings p ON p.budget_line_id = r.id
      JOIN entries e ON e.id = p.entry_id
      JOIN seals s ON s.entry_id = e.id AND s.position <= :position
      JOIN accounts a ON a.code = p.account_code AND a.kind = 'expense'
      LEFT JOIN budget_lines l ON l.budget_version_id = :version_id AND l.root_id = r.id
      WHERE v.grant_id = :grant_id
        AND e.booked_on <= :last::date
      GROUP BY r.id, r.category_code, l.category_code
    ), open AS (
      SELECT line_id, committed_minor
      FROM budget_line_figures(ARRAY[:version_id]::bigint[], :last::date, :known_at::timestamptz)
    ))";

struct Bounds {
  long long grant_id;
  long long position;
  std::string first;
  std::string last;
  std::string known_at;
};

void read_categories(soci::session& sql, const Bounds& bounds, long long version_id, Report& report) {
  std::string code, name;
  int in_base = 0;
  long long budget = 0, period = 0, to_date = 0, committed = 0;
  soci::statement statement = (sql.prepare << std::string("WITH") + kActual + R"(
    SELECT c.code,
           c.name,
           c.in_indirect_base::int,
           COALESCE(b.budget_minor, 0),
           COALESCE(t.period_minor, 0),
           COALESCE(t.to_date_minor, 0),
           COALESCE(b.committed_minor, 0)
    FROM grant_categories c
    LEFT JOIN (SELECT category_code,
                      sum(amount_minor)::bigint AS budget_minor,
                      sum(open.committed_minor)::bigint AS committed_minor
               FROM budget_lines
               JOIN open ON open.line_id = id
               WHERE budget_version_id = :version_id
               GROUP BY category_code) b ON b.category_code = c.code
    LEFT JOIN (SELECT category_code,
                      sum(period_minor)::bigint AS period_minor,
                      sum(to_date_minor)::bigint AS to_date_minor
               FROM actual
               GROUP BY category_code) t ON t.category_code = c.code
    WHERE c.grant_id = :grant_id
    ORDER BY c.position, c.code)",
      soci::into(code), soci::into(name), soci::into(in_base), soci::into(budget), soci::into(period),
      soci::into(to_date), soci::into(committed), soci::use(bounds.first, "first"),
      soci::use(bounds.position, "position"), soci::use(bounds.grant_id, "grant_id"), soci::use(bounds.last, "last"),
      soci::use(version_id, "version_id"), soci::use(bounds.known_at, "known_at"));
  statement.execute();
  while (statement.fetch()) report.categories.push_back({code, name, in_base != 0, budget, period, to_date, committed});
}

void read_lines(soci::session& sql, const Bounds& bounds, long long version_id, Report& report) {
  Report::Line line;
  std::string starts_on, ends_on;
  long long budget = 0, period = 0, to_date = 0, committed = 0;
  soci::statement statement = (sql.prepare << std::string("WITH") + kActual + R"(
    SELECT l.line_no,
           COALESCE(l.work_package, ''),
           l.category_code,
           COALESCE(o.name, ''),
           COALESCE(l.description, ''),
           COALESCE(l.starts_on::text, ''),
           COALESCE(l.ends_on::text, ''),
           l.amount_minor,
           COALESCE(t.period_minor, 0),
           COALESCE(t.to_date_minor, 0),
           open.committed_minor
    FROM budget_lines l
    JOIN open ON open.line_id = l.id
    LEFT JOIN grant_partners p ON p.id = l.partner_id
    LEFT JOIN organisations o ON o.id = p.organisation_id
    LEFT JOIN actual t ON t.root_id = l.root_id
    WHERE l.budget_version_id = :version_id
    ORDER BY l.line_no)",
      soci::into(line.number), soci::into(line.work_package), soci::into(line.category), soci::into(line.partner),
      soci::into(line.description), soci::into(starts_on), soci::into(ends_on), soci::into(budget),
      soci::into(period), soci::into(to_date), soci::into(committed), soci::use(bounds.first, "first"),
      soci::use(bounds.position, "position"), soci::use(bounds.grant_id, "grant_id"),
      soci::use(bounds.last, "last"), soci::use(version_id, "version_id"), soci::use(bounds.known_at, "known_at"));
  statement.execute();
  while (statement.fetch()) {
    line.starts_on = date_of(starts_on);
    line.ends_on = date_of(ends_on);
    line.budget_minor = budget;
    line.period_minor = period;
    line.to_date_minor = to_date;
    line.committed_minor = committed;
    report.lines.push_back(line);
  }
}

// A receipt that was reversed up to the position does not count.
void read_instalments(soci::session& sql, const Bounds& bounds, Report& report) {
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
    row.due_on = date_of(due_on);
    row.planned_minor = planned;
    row.received_minor = received;
    row.last_received_on = date_of(last_received_on);
    report.instalments.push_back(row);
  }
}

// By the grant's fund, not by its lines or documents: another way to the same figures.
void read_ledger(soci::session& sql, const Bounds& bounds, long long fund_id, Report::Independent& ledger) {
  long long period = 0, to_date = 0, received = 0;
  sql << R"(
    SELECT COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = 'expense' AND e.booked_on >= :first::date), 0)::bigint,
           COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = 'expense'), 0)::bigint,
           COALESCE(-sum(p.amount_minor) FILTER (WHERE a.code = 'income_grants'), 0)::bigint
    FROM postings p
    JOIN entries e ON e.id = p.entry_id
    JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    JOIN accounts a ON a.code = p.account_code
    WHERE p.fund_id = :fund_id
      AND e.booked_on <= :last::date)",
      soci::into(period), soci::into(to_date), soci::into(received), soci::use(bounds.first, "first"),
      soci::use(bounds.position, "position"), soci::use(fund_id, "fund_id"), soci::use(bounds.last, "last");
  ledger = {period, to_date, received};
}

}  // namespace

Result<FunderVarianceReport> query_funder_variance(const SealedSnapshot& snapshot, const FunderVarianceRequest& request) {
  auto& sql = snapshot.session().sql();
  FunderVarianceReport report{.cover = {.platform = {}, .grant_title = {}, .reference = {}, .programme = {},
                                        .funder = {}, .coordinator = {}, .state = {},
                                        .eligibility = request.period, .period = request.period,
                                        .funding_rate = {}, .indirect_rate = {},
                                        .awarded = {0, Currency::of("EUR")}, .approved_on = {}, .ledger_hash = {}},
                              .categories = {}, .lines = {}, .instalments = {}, .ledger = {}};
  long long fund_id = 0, version_id = 0;
  if (!read_cover(sql, request, report.cover, fund_id, version_id)) {
    return not_found("grant_not_found", "There is no such grant.");
  }
  report.cover.ledger_position = snapshot.position();
  report.cover.ledger_hash = snapshot.hash();
  report.cover.sealed_at_s = snapshot.sealed_at_s();
  const Bounds bounds{request.grant_id, report.cover.ledger_position, to_string(request.period.first),
                      to_string(request.period.last), snapshot.known_at()};
  read_categories(sql, bounds, version_id, report);
  read_lines(sql, bounds, version_id, report);
  read_instalments(sql, bounds, report);
  read_ledger(sql, bounds, fund_id, report.ledger);
  return report;
}

}  // namespace kindling
