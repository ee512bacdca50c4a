#include "budgets/platform_figures_query.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "budgets/platform_budget_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::vector<PlatformSource> read_sources(soci::session& sql, const PlatformBudget& budget, const std::string& as_of,
                                         const std::string& known_at) {
  int year = budget.year;
  const std::string currency(budget.currency.code());
  long long document_id = 0;
  std::string figure, need, on, document_kind, description;
  std::optional<long long> grant_id, entry_id, amount;
  soci::statement rows = (sql.prepare << R"(
    SELECT s.figure, s.need, s.on_day::text, s.document_kind, s.document_id, s.grant_id, s.entry_id, s.description,
           s.amount_minor
    FROM platform_sources(:year, :currency, :as_of::date, :known_at::timestamptz) s
    ORDER BY s.on_day DESC, s.document_kind, s.document_id DESC, s.amount_minor)",
                          soci::into(figure), soci::into(need), soci::into(on), soci::into(document_kind),
                          soci::into(document_id), soci::into(grant_id), soci::into(entry_id), soci::into(description),
                          soci::into(amount), soci::use(year, "year"), soci::use(currency, "currency"),
                          soci::use(as_of, "as_of"), soci::use(known_at, "known_at"));
  const auto or_none = [](const std::optional<long long>& found) {
    return found ? std::optional<std::int64_t>(*found) : std::nullopt;
  };
  rows.execute();
  std::vector<PlatformSource> sources;
  while (rows.fetch()) {
    sources.push_back({.figure = *find_figure(figure), .need = need, .on = Date::of(on), .document_kind = document_kind,
                       .document_id = document_id, .grant_id = or_none(grant_id), .entry_id = or_none(entry_id),
                       .description = description, .amount_minor = or_none(amount)});
  }
  return sources;
}

std::string known_at_text(const Moment& moment) { return moment.known_at.empty() ? "infinity" : moment.known_at; }

// "{2026-01-31,2026-02-15}": as of which day each month that has begun is read; what comes after the year counts in
// December.
std::string last_days(int year, Date last) {
  std::string days = "{";
  for (int month = 1; month <= kMonths; ++month) {
    const auto in_year = std::chrono::year(year) / month;
    if (Date(in_year / 1) > last) break;
    const auto day = month == kMonths ? last : std::min(Date(in_year / std::chrono::last), last);
    days += (days.size() > 1 ? "," : "") + to_string(day);
  }
  return days + "}";
}

}  // namespace

Result<PlatformYear> find_platform_year(Session& session, int year, const Moment& moment) {
  const std::string as_of = moment.as_of ? to_string(*moment.as_of) : "infinity";
  const auto known_at = known_at_text(moment);
  std::optional<long long> id;
  session.sql() << "SELECT platform_budget_at(:year, :as_of::date, :known_at::timestamptz)", soci::use(year, "year"),
      soci::use(as_of, "as_of"), soci::use(known_at, "known_at"), soci::into(id);
  if (!id) return not_found("no_active_budget", "No budget of the platform for this year was approved by then.");
  auto budget = find_platform_budget(session, *id);
  if (!budget) return budget.error();
  auto sources = read_sources(session.sql(), *budget, as_of, known_at);
  return PlatformYear{*std::move(budget), list_platform_months(session, *id), std::move(sources)};
}

// The same list that the figures are made of, as it stood at the end of each month.
std::vector<PlatformPoint> list_platform_series(Session& session, const PlatformYear& year, const Moment& moment, Date last) {
  auto points = series_of(year, last);
  int number = year.budget.year;
  const std::string currency(year.budget.currency.code());
  const auto days = last_days(number, last), known_at = known_at_text(moment);
  long long committed = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT COALESCE(sum(s.amount_minor), 0)::bigint
    FROM unnest(:days::date[]) WITH ORDINALITY AS d (day, place)
    LEFT JOIN LATERAL platform_sources(:year, :currency, d.day, :known_at::timestamptz) s ON s.figure = 'committed'
    GROUP BY d.place
    ORDER BY d.place)",
                          soci::into(committed), soci::use(days, "days"), soci::use(number, "year"),
                          soci::use(currency, "currency"), soci::use(known_at, "known_at"));
  rows.execute();
  for (std::size_t i = 0; rows.fetch(); ++i) points.at(i).committed_minor = committed;
  return points;
}

}  // namespace kindling
