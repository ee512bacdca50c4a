// Where the income of the whole months came from, and whether the year's needs are covered.
#include <algorithm>

#include "budgets/platform_budget.hpp"
#include "insight/steering_query.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// A row of the plan with what of it is certain.
struct PlanCell {
  PlatformMonth month;
  std::int64_t secured_minor = 0;
};

std::vector<PlanCell> read_plan(soci::session& sql, const SteeringMoment& moment, int of_year) {
  int year = of_year;
  const std::string currency(moment.currency.code()), as_of = to_string(moment.as_of);
  const std::string known_at = moment.known_at.empty() ? "infinity" : moment.known_at;
  long long source = 0, needed = 0, planned = 0, weighted = 0, secured = 0;
  PlatformMonth cell;
  soci::statement rows = (sql.prepare << R"(
    SELECT m.need,
           COALESCE(m.funding_source_id, 0),
           COALESCE(f.name, ''),
           m.month,
           sum(m.needed_minor)::bigint,
           sum(m.planned_minor)::bigint,
           sum(m.weighted_minor)::bigint,
           COALESCE(sum(m.planned_minor) FILTER (WHERE s.probability_bp = 10000), 0)::bigint
    FROM platform_budget_months m
    LEFT JOIN funding_sources f ON f.id = m.funding_source_id
    LEFT JOIN platform_budget_sources s ON s.platform_budget_line_id = m.line_id
                                       AND s.funding_source_id = m.funding_source_id
    WHERE m.platform_budget_id = platform_budget_at(:year, :as_of::date, :known_at::timestamptz)
      AND m.currency = :currency
    GROUP BY m.need, m.funding_source_id, f.name, m.month
    ORDER BY m.need, m.funding_source_id NULLS FIRST, m.month)",
                          soci::into(cell.need), soci::into(source), soci::into(cell.source_name), soci::into(cell.month),
                          soci::into(needed), soci::into(planned), soci::into(weighted), soci::into(secured),
                          soci::use(year, "year"), soci::use(as_of, "as_of"), soci::use(known_at, "known_at"),
                          soci::use(currency, "currency"));
  rows.execute();
  std::vector<PlanCell> plan;
  while (rows.fetch()) {
    cell.funding_source_id = source;
    cell.needed_minor = needed;
    cell.planned_minor = planned;
    cell.weighted_minor = weighted;
    plan.push_back({cell, secured});
  }
  return plan;
}

// The platform budget's own sums say what is uncovered: once by what is likely, once by what is certain.
GapYear gap_of(int year, const std::vector<PlanCell>& plan) {
  GapYear gap{.year = year, .cells = {}, .months = {}, .quarters = {}};
  std::vector<PlatformMonth> likely, certain;
  for (const auto& cell : plan) {
    likely.push_back(cell.month);
    certain.push_back(cell.month);
    certain.back().weighted_minor = cell.secured_minor;
    const auto& month = cell.month;
    if (gap.cells.empty() || gap.cells.back().need != month.need || gap.cells.back().source != month.source_name) {
      gap.cells.push_back({month.need, month.source_name, {}});
    }
    gap.cells.back().minor.at(static_cast<std::size_t>(month.month - 1)) =
        month.funding_source_id == 0 ? month.needed_minor : month.weighted_minor;
  }
  const auto by_likely = sums_of(likely), by_certain = sums_of(certain);
  gap.first_uncovered_month = by_likely.first_uncovered_month;
  gap.first_unsecured_month = by_certain.first_uncovered_month;
  for (int month = 1; month <= kMonths; ++month) {
    const auto at = static_cast<std::size_t>(month - 1);
    gap.months.push_back({month, by_likely.months[at].needed_minor, by_certain.months[at].weighted_minor,
                          by_likely.months[at].weighted_minor});
  }
  return gap;
}

// Organisations by what they granted and contributed.
std::vector<IncomeSource> read_givers(soci::session& sql, const SteeringMoment& moment, const Period& window) {
  const auto from = to_string(window.first), to = to_string(window.last);
  const std::string currency(moment.currency.code());
  long long position = moment.position.value_or(-1), minor = 0;
  IncomeSource source;
  soci::statement rows = (sql.prepare << R"(
    WITH given AS (
      SELECT g.funder_id AS organisation_id,
             'grants' AS kind,
             -b.amount_minor AS minor
      FROM balances_at(NULLIF(:position::bigint, -1)) b
      JOIN grants g ON g.fund_id = b.fund_id
      WHERE b.account_code = 'income_grants'
        AND b.currency = :currency
        AND b.month BETWEEN :from::date AND :to::date
      UNION ALL
      SELECT s.organisation_id,
             'contributions',
             -p.amount_minor
      FROM entries e
      JOIN postings p ON p.entry_id = e.id AND p.account_code = 'income_contributions' AND p.currency = :currency
      JOIN funding_sources s ON s.id = e.document_id AND s.organisation_id IS NOT NULL
      WHERE e.document_kind = 'contribution'
        AND e.booked_on BETWEEN :from::date AND :to::date
        AND (:position::bigint = -1
             OR EXISTS (SELECT 1 FROM seals z WHERE z.entry_id = e.id AND z.position <= :position::bigint))
    )
    SELECT o.name,
           CASE WHEN count(DISTINCT given.kind) = 1 THEN min(given.kind) ELSE 'grants and contributions' END,
           sum(given.minor)::bigint
    FROM given
    JOIN organisations o ON o.id = given.organisation_id
    GROUP BY o.id, o.name
    HAVING sum(given.minor) <> 0)",
                          soci::into(source.name), soci::into(source.kind), soci::into(minor),
                          soci::use(position, "position"), soci::use(currency, "currency"), soci::use(from, "from"),
                          soci::use(to, "to"));
  rows.execute();
  std::vector<IncomeSource> sources;
  source.organisation = true;
  while (rows.fetch()) {
    source.minor = minor;
    sources.push_back(source);
  }
  return sources;
}

std::int64_t read_donated(soci::session& sql, const SteeringMoment& moment, const Period& window) {
  const auto from = to_string(window.first), to = to_string(window.last);
  const std::string currency(moment.currency.code());
  long long position = moment.position.value_or(-1), minor = 0;
  sql << R"(
    SELECT COALESCE(-sum(b.amount_minor), 0)::bigint
    FROM balances_at(NULLIF(:position::bigint, -1)) b
    WHERE b.account_code = 'income_donations'
      AND b.currency = :currency
      AND b.month BETWEEN :from::date AND :to::date)",
      soci::into(minor), soci::use(position, "position"), soci::use(currency, "currency"), soci::use(from, "from"),
      soci::use(to, "to");
  return minor;
}

}  // namespace

std::vector<GapYear> query_gap(Session& session, const SteeringMoment& moment, const CashFigures& cash) {
  const int year = static_cast<int>(moment.as_of.ymd().year());
  const int quarter = (static_cast<int>(static_cast<unsigned>(moment.as_of.ymd().month())) - 1) / 3 + 1;
  std::vector<GapYear> years;
  std::int64_t opening = cash.unrestricted_at_quarter();
  for (const int of : {year, year + 1}) {
    const auto plan = read_plan(session.sql(), moment, of);
    if (plan.empty()) break;
    auto gap = gap_of(of, plan);
    gap.quarters = quarters_from(of == year ? quarter : 1, opening, gap.months);
    const auto& last = gap.quarters.back();
    opening = std::max<std::int64_t>(last.opening_minor + last.secured_minor - last.planned_minor, 0);
    years.push_back(std::move(gap));
  }
  return years;
}

IncomeMix query_income(Session& session, const SteeringMoment& moment, const CashFigures& cash) {
  const auto window = whole_months(moment.as_of);
  IncomeMix mix{read_givers(session.sql(), moment, window)};
  const auto donated = read_donated(session.sql(), moment, window);
  if (donated != 0) mix.sources.push_back({"All donors together", "donations", false, donated});
  // What nobody in particular gave is the rest, so that the mix is the income.
  if (const auto rest = cash.income() - mix.total(); rest != 0) mix.sources.push_back({"Other income", "other", false, rest});
  std::ranges::stable_sort(mix.sources, std::greater<>(), &IncomeSource::minor);
  return mix;
}

}  // namespace kindling
