#include "reporting/due_report_query.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {

std::vector<DueReport> list_due_reports(Session& session, Date first, Date last) {
  const auto from = to_string(first), to = to_string(last);
  std::string layout, starts_on, ends_on;
  long long obligation = 0, grant = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT o.id,
           o.grant_id,
           g.report_layout,
           COALESCE(p.starts_on, g.starts_on)::text,
           COALESCE(p.ends_on, LEAST(g.ends_on, GREATEST(o.due_on, g.starts_on)))::text
    FROM obligations o
    JOIN grants g ON g.id = o.grant_id
    LEFT JOIN reporting_periods p ON p.obligation_id = o.id
    WHERE o.kind = 'report'
      AND o.state = 'open'
      AND o.due_on BETWEEN :first::date AND :last::date
      AND g.state IN ('awarded', 'active', 'suspended', 'closing')
      AND NOT EXISTS (SELECT 1 FROM report_runs r WHERE r.obligation_id = o.id)
    ORDER BY o.due_on, o.id
    LIMIT 200)",
                          soci::into(obligation), soci::into(grant), soci::into(layout), soci::into(starts_on),
                          soci::into(ends_on), soci::use(from, "first"), soci::use(to, "last"));
  rows.execute();
  std::vector<DueReport> due;
  while (rows.fetch()) due.push_back({obligation, grant, layout, {Date::of(starts_on), Date::of(ends_on)}});
  return due;
}

std::optional<Period> proposed_report_period(Session& session, std::int64_t grant_id, Date today) {
  long long grant = grant_id;
  const auto day = to_string(today);
  std::string starts_on, ends_on;
  session.sql() << R"(
    SELECT COALESCE(p.starts_on, g.starts_on)::text,
           COALESCE(p.ends_on, g.ends_on)::text
    FROM grants g
    LEFT JOIN LATERAL (SELECT starts_on, ends_on
                       FROM reporting_periods
                       WHERE grant_id = g.id
                         AND starts_on <= :day::date
                       ORDER BY number DESC
                       LIMIT 1) p ON true
    WHERE g.id = :grant)",
      soci::use(day, "day"), soci::use(grant, "grant"), soci::into(starts_on), soci::into(ends_on);
  if (!session.sql().got_data()) return std::nullopt;
  return Period{Date::of(starts_on), Date::of(ends_on)};
}

std::vector<std::pair<std::int64_t, std::string>> list_reported_grants(Session& session) {
  long long id = 0;
  std::string title;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT id,
           title
    FROM grants
    WHERE awarded_minor IS NOT NULL
    ORDER BY lower(title), id
    LIMIT 1000)",
                          soci::into(id), soci::into(title));
  rows.execute();
  std::vector<std::pair<std::int64_t, std::string>> grants;
  while (rows.fetch()) grants.emplace_back(id, title);
  return grants;
}

}  // namespace kindling
