#include "spending/work_package_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {

WorkPackages list_work_packages(Session& session, std::int64_t grant, Currency currency) {
  long long grant_id = grant, share = 0;
  int version = 0, completed = 0, reported = 0;
  std::optional<int> period;
  std::string code, note, name, recorded_on;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT l.work_package,
           sum(l.amount_minor)::bigint,
           p.number,
           COALESCE(c.completed_bp, 10000),
           COALESCE(c.note, ''),
           COALESCE(p.state = 'closed', false)::int,
           COALESCE(u.name, ''),
           COALESCE(to_char(w.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), ''),
           (SELECT count(*) + 1 FROM work_package_completions x WHERE x.grant_id = v.grant_id)::int
    FROM budget_versions v
    JOIN budget_lines l ON l.budget_version_id = v.id
    LEFT JOIN completed_work_packages(v.grant_id, 'infinity') c ON c.work_package = l.work_package
    LEFT JOIN work_package_completions w ON w.id = c.completion_id
    LEFT JOIN users u ON u.id = w.recorded_by
    LEFT JOIN reporting_periods p ON p.id = c.reporting_period_id
    WHERE v.grant_id = :grant_id
      AND v.state = 'approved'
    GROUP BY v.grant_id, l.work_package, p.number, p.state, c.completed_bp, c.note, u.name, w.recorded_at
    ORDER BY min(l.line_no))",
                          soci::into(code), soci::into(share), soci::into(period), soci::into(completed), soci::into(note),
                          soci::into(reported), soci::into(name), soci::into(recorded_on), soci::into(version),
                          soci::use(grant_id, "grant_id"));
  rows.execute();
  WorkPackages found{.version = 1, .currency = currency, .packages = {}};
  while (rows.fetch()) {
    found.version = version;
    found.packages.push_back({.code = code, .share = {share, currency}, .period_number = period, .completed = {completed},
                              .note = note, .reported = reported != 0, .recorded_by_name = name, .recorded_on = recorded_on});
  }
  return found;
}

void insert_completion(Transaction& transaction, std::int64_t grant, const NewCompletion& completion) {
  long long grant_id = grant, period_id = completion.period_id.value_or(0), actor = transaction.actor.id;
  int completed = completion.completed.basis_points;
  transaction.sql() << R"(
    INSERT INTO work_package_completions (grant_id, work_package, reporting_period_id, completed_bp, note, recorded_by)
    VALUES (:grant_id, :work_package, NULLIF(:period_id::bigint, 0), :completed, :note, :actor))",
      soci::use(grant_id, "grant_id"), soci::use(completion.work_package, "work_package"),
      soci::use(period_id, "period_id"), soci::use(completed, "completed"), soci::use(completion.note, "note"),
      soci::use(actor, "actor");
}

}  // namespace kindling
