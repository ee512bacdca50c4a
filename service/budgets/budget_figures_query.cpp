#include "budgets/budget_figures_query.hpp"

#include <algorithm>
#include <map>

#include <soci/soci.h>

#include "funding/grant_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::string as_of_text(const Moment& moment) { return moment.as_of ? to_string(*moment.as_of) : "infinity"; }
std::string known_at_text(const Moment& moment) { return moment.known_at.empty() ? "infinity" : moment.known_at; }

// "{1,2,3}"
template <typename Range, typename Projection>
std::string array_of(const Range& range, Projection text) {
  std::string array = "{";
  for (const auto& item : range) array += (array.size() > 1 ? "," : "") + text(item);
  return array + "}";
}

std::vector<GrantBudget> read_heads(soci::session& sql, const Moment& moment, long long grant) {
  long long id = 0, maximum = 0, match = 0, version_id = 0;
  int number = 0, funding_rate = 0, indirect_rate = 0;
  std::string title, funder, state, currency, starts_on, ends_on, approved_on;
  const auto as_of = as_of_text(moment), known_at = known_at_text(moment);
  soci::statement rows = (sql.prepare << R"(
    SELECT g.id, g.title, o.name, g.state, g.currency, g.starts_on::text, g.ends_on::text, g.funding_rate_bp,
           g.indirect_rate_bp, COALESCE(g.awarded_minor, g.requested_minor, 0), g.match_required_minor, v.id, v.number,
           v.approved_at::date::text
    FROM budget_versions_at(:as_of::date, :known_at::timestamptz) b
    JOIN budget_versions v ON v.id = b.version_id
    JOIN grants g ON g.id = b.grant_id
    JOIN organisations o ON o.id = g.funder_id
    WHERE :grant_id::bigint = 0
       OR b.grant_id = :grant_id::bigint
    ORDER BY g.id)",
                          soci::into(id), soci::into(title), soci::into(funder), soci::into(state), soci::into(currency),
                          soci::into(starts_on), soci::into(ends_on), soci::into(funding_rate),
                          soci::into(indirect_rate), soci::into(maximum), soci::into(match), soci::into(version_id), soci::into(number),
                          soci::into(approved_on), soci::use(as_of, "as_of"), soci::use(known_at, "known_at"),
                          soci::use(grant, "grant_id"));
  rows.execute();
  std::vector<GrantBudget> budgets;
  while (rows.fetch()) {
    const auto money = Currency::of(currency);
    budgets.push_back({.grant_id = id, .title = title, .funder = funder, .state = state,
                       .period = {Date::of(starts_on), Date::of(ends_on)}, .version_id = version_id, .version = number,
                       .approved_on = Date::of(approved_on),
                       .terms = {money, {indirect_rate}, {funding_rate}, {maximum, money}, {}, {}}, .lines = {},
                       .match = {.required_minor = match}});
  }
  return budgets;
}

using ByGrant = std::map<std::int64_t, GrantBudget*>;

// A row a category, and one a line where it has lines.
void read_lines(soci::session& sql, const Moment& moment, const std::vector<GrantBudget>& budgets, const ByGrant& at) {
  const auto versions = array_of(budgets, [](const auto& budget) { return std::to_string(budget.version_id); });
  const auto as_of = as_of_text(moment), known_at = known_at_text(moment);
  long long grant_id = 0, spent = 0, committed = 0, drafts = 0, amount = 0;
  int in_base = 0;
  std::optional<long long> id, continues, partner;
  std::optional<std::string> starts_on, ends_on;
  std::string code, name, work_package, description;
  soci::statement rows = (sql.prepare << R"(
    SELECT v.grant_id, c.code, c.name, c.in_indirect_base::int, l.id, l.continues_id, COALESCE(l.work_package, ''),
           l.partner_id, l.starts_on::text, l.ends_on::text, COALESCE(l.description, ''), COALESCE(f.planned_minor, 0),
           COALESCE(f.spent_minor, 0), COALESCE(f.committed_minor, 0), COALESCE(f.drafts_minor, 0)
    FROM budget_versions v
    JOIN grant_categories c ON c.grant_id = v.grant_id
    LEFT JOIN (budget_line_figures(:versions::bigint[], :as_of::date, :known_at::timestamptz) f
               JOIN budget_lines l ON l.id = f.line_id) ON f.version_id = v.id AND l.category_code = c.code
    WHERE v.id = ANY (:versions::bigint[])
    ORDER BY v.grant_id, c.position, c.code, l.line_no)",
                          soci::into(grant_id), soci::into(code), soci::into(name), soci::into(in_base), soci::into(id),
                          soci::into(continues), soci::into(work_package), soci::into(partner), soci::into(starts_on),
                          soci::into(ends_on), soci::into(description), soci::into(amount), soci::into(spent),
                          soci::into(committed), soci::into(drafts), soci::use(versions, "versions"),
                          soci::use(as_of, "as_of"), soci::use(known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    auto& budget = *at.at(grant_id);
    auto& categories = budget.terms.categories;
    if (categories.empty() || categories.back().code != code) {
      categories.push_back({.code = code, .name = name, .in_indirect_base = in_base != 0});
    }
    if (!id) continue;
    BudgetLine line;
    line.id = *id;
    line.continues_id = continues ? std::optional<std::int64_t>(*continues) : std::nullopt;
    line.work_package = work_package;
    line.category_code = code;
    line.partner_id = partner ? std::optional<std::int64_t>(*partner) : std::nullopt;
    line.starts_on = starts_on ? Date::parse(*starts_on) : std::nullopt;
    line.ends_on = ends_on ? Date::parse(*ends_on) : std::nullopt;
    line.description = description;
    line.amount_minor = amount;
    line.spent_minor = spent;
    line.committed_minor = committed;
    line.drafts_minor = drafts;
    budget.lines.push_back(std::move(line));
  }
}

void read_partners(soci::session& sql, const std::vector<GrantBudget>& budgets, const ByGrant& at) {
  const auto grants = array_of(budgets, [](const auto& budget) { return std::to_string(budget.grant_id); });
  long long grant_id = 0, id = 0;
  std::string name;
  soci::statement rows = (sql.prepare << R"(
    SELECT p.grant_id, p.id, o.name
    FROM grant_partners p
    JOIN organisations o ON o.id = p.organisation_id
    WHERE p.grant_id = ANY (:grants::bigint[])
    ORDER BY p.grant_id, p.position, p.id)",
                          soci::into(grant_id), soci::into(id), soci::into(name), soci::use(grants, "grants"));
  rows.execute();
  while (rows.fetch()) at.at(grant_id)->terms.partners.push_back({id, name});
}

void read_match(soci::session& sql, const Moment& moment, const std::vector<GrantBudget>& budgets, const ByGrant& at) {
  const auto grants = array_of(budgets, [](const auto& budget) { return std::to_string(budget.grant_id); });
  const auto as_of = as_of_text(moment), known_at = known_at_text(moment);
  long long grant_id = 0, paid = 0, in_kind = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT m.grant_id, m.paid_minor, m.in_kind_minor
    FROM grant_match_at(:grants::bigint[], :as_of::date, :known_at::timestamptz) m)",
                          soci::into(grant_id), soci::into(paid), soci::into(in_kind), soci::use(grants, "grants"),
                          soci::use(as_of, "as_of"), soci::use(known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    auto& match = at.at(grant_id)->match;
    match.paid_minor = paid;
    match.in_kind_minor = in_kind;
  }
}

// Postings of expense accounts on the lines, an entry a row, newest first.
FigureSources list_entries_of(soci::session& sql, const std::string& roots, const Moment& moment, std::string_view after,
                              int limit) {
  const auto as_of = as_of_text(moment), known_at = known_at_text(moment);
  const auto cursor = decode_cursor(after).value_or(Cursor{"infinity", INT64_MAX});
  const std::string before = Date::parse(cursor.key) ? cursor.key : "infinity";
  long long before_id = cursor.id, id = 0, root = 0, document_id = 0, amount = 0;
  int rows_max = limit + 1;
  FigureSource row{.kind = "entry", .date = {}, .description = {}, .document_kind = {}};
  soci::statement rows = (sql.prepare << R"(
    SELECT e.id, min(p.budget_line_id), e.booked_on::text, e.description, e.document_kind, e.document_id,
           sum(p.amount_minor)::bigint
    FROM postings p
    JOIN accounts a ON a.code = p.account_code AND a.kind = 'expense'
    JOIN entries e ON e.id = p.entry_id
    WHERE p.budget_line_id = ANY (:roots::bigint[])
      AND e.booked_on <= :as_of::date
      AND e.recorded_at <= :known_at::timestamptz
      AND (e.booked_on, e.id) < (:before::date, :before_id)
    GROUP BY e.id
    ORDER BY e.booked_on DESC, e.id DESC
    LIMIT :rows_max)",
                          soci::into(id), soci::into(root), soci::into(row.date), soci::into(row.description),
                          soci::into(row.document_kind), soci::into(document_id), soci::into(amount),
                          soci::use(roots, "roots"), soci::use(as_of, "as_of"), soci::use(known_at, "known_at"),
                          soci::use(before, "before"), soci::use(before_id, "before_id"),
                          soci::use(rows_max, "rows_max"));
  rows.execute();
  FigureSources found;
  while (rows.fetch()) {
    if (static_cast<int>(found.sources.size()) == limit) {
      found.next_cursor = encode_cursor({found.sources.back().date, found.sources.back().id});
      break;
    }
    row.id = id;
    row.root_id = root;
    row.document_id = document_id;
    row.amount_minor = amount;
    found.sources.push_back(row);
  }
  return found;
}

// Commitments and drafts, by their date. A staff cost does not say whose, as in the ledger: dashboards read this.
FigureSources list_documents(soci::session& sql, Figure figure, const std::string& roots, const Moment& moment) {
  const auto as_of = as_of_text(moment), known_at = known_at_text(moment);
  long long id = 0, root = 0, amount = 0;
  FigureSource row{.kind = figure == Figure::kCommitted ? "commitment" : "draft", .date = {}, .description = {},
                   .document_kind = figure == Figure::kCommitted ? "commitment" : "expenditure"};
  const std::string query = figure == Figure::kCommitted ? R"(
    SELECT c.commitment_id, c.budget_line_id, c.signed_on::text, d.title, c.reserved_minor
    FROM commitments_at(:roots::bigint[], :as_of::date, :known_at::timestamptz) c
    JOIN commitments d ON d.id = c.commitment_id
    WHERE c.reserved_minor > 0
    ORDER BY c.signed_on DESC, c.commitment_id DESC)"
                                                         : R"(
    SELECT d.expenditure_id, d.budget_line_id, d.document_on::text,
           CASE x.kind WHEN 'staff' THEN 'Staff cost' ELSE x.description END, d.amount_minor
    FROM drafts_at(:roots::bigint[], :as_of::date, :known_at::timestamptz) d
    JOIN expenditures x ON x.id = d.expenditure_id
    ORDER BY d.document_on DESC, d.expenditure_id DESC)";
  soci::statement rows = (sql.prepare << query, soci::into(id), soci::into(root), soci::into(row.date),
                          soci::into(row.description), soci::into(amount), soci::use(roots, "roots"),
                          soci::use(as_of, "as_of"), soci::use(known_at, "known_at"));
  rows.execute();
  FigureSources found;
  while (rows.fetch()) {
    row.id = row.document_id = id;
    row.root_id = root;
    row.amount_minor = amount;
    found.sources.push_back(row);
  }
  return found;
}

}  // namespace

std::vector<GrantBudget> list_budgets(Session& session, const Moment& moment, std::int64_t grant_id) {
  auto& sql = session.sql();
  auto budgets = read_heads(sql, moment, grant_id);
  if (budgets.empty()) return budgets;
  ByGrant at;
  for (auto& budget : budgets) at[budget.grant_id] = &budget;
  read_lines(sql, moment, budgets, at);
  read_partners(sql, budgets, at);
  read_match(sql, moment, budgets, at);
  return budgets;
}

Result<GrantBudget> find_budget(Session& session, const Moment& moment, std::int64_t grant_id) {
  if (grant_id > 0) {  // 0 would be all of them
    auto budgets = list_budgets(session, moment, grant_id);
    if (!budgets.empty()) return std::move(budgets.front());
  }
  const auto grant = find_grant(session, grant_id);
  if (!grant) return grant.error();
  return not_found("no_active_budget", "This grant has no budget that was approved by then.");
}

std::vector<SeriesPoint> list_series(Session& session, const GrantBudget& budget, const Moment& moment, Date last) {
  const auto months = months_of(budget.period);
  const auto planned = plan_by_month(budget, months);
  std::vector<SeriesPoint> points;
  std::vector<Date> days;  // as of which each month is read; what comes after the period counts in its last month
  std::int64_t planned_to_date = 0;
  for (std::size_t i = 0; i < months.size(); ++i) {
    planned_to_date += planned[i];
    points.push_back({.month = months[i], .planned_minor = planned[i], .planned_to_date_minor = planned_to_date,
                      .spent_minor = {}, .spent_to_date_minor = {}, .committed_minor = {}});
    if (months[i].first > last) continue;
    days.push_back(i + 1 == months.size() ? last : std::min(months[i].last, last));
  }
  const auto array = array_of(days, [](Date day) { return to_string(day); });
  const auto known_at = known_at_text(moment);
  long long version_id = budget.version_id, spent = 0, committed = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT sum(f.spent_minor)::bigint, sum(f.committed_minor)::bigint
    FROM unnest(:days::date[]) WITH ORDINALITY AS d (day, place)
    CROSS JOIN LATERAL budget_line_figures(ARRAY[:version_id]::bigint[], d.day, :known_at::timestamptz) f
    GROUP BY d.place
    ORDER BY d.place)",
                          soci::into(spent), soci::into(committed), soci::use(array, "days"),
                          soci::use(version_id, "version_id"), soci::use(known_at, "known_at"));
  rows.execute();
  std::int64_t before = 0;
  for (std::size_t i = 0; rows.fetch(); ++i) {
    points[i].spent_minor = spent - before;
    points[i].spent_to_date_minor = spent;
    points[i].committed_minor = committed;
    before = spent;
  }
  return points;
}

FigureSources list_sources(Session& session, Figure figure, const std::vector<BudgetLine>& lines, const Moment& moment,
                           std::string_view after, int limit) {
  const auto roots = array_of(lines, [](const auto& line) { return std::to_string(line.root_id()); });
  if (figure == Figure::kSpent) return list_entries_of(session.sql(), roots, moment, after, limit);
  if (figure == Figure::kCommitted || figure == Figure::kDrafts) {
    return list_documents(session.sql(), figure, roots, moment);
  }
  FigureSources found;
  if (figure != Figure::kPlanned) return found;
  for (const auto& line : lines) {
    found.sources.push_back({.kind = "line", .id = line.root_id(), .root_id = line.root_id(), .date = {},
                             .description = line.description, .document_kind = "budget_line",
                             .document_id = line.root_id(), .amount_minor = line.amount_minor});
  }
  return found;
}

}  // namespace kindling
