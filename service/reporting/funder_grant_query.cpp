#include "reporting/funder_grant_query.hpp"

#include <soci/soci.h>

#include "reporting/report_run_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr const char* kStates = "('applied', 'awarded', 'active', 'suspended', 'closing', 'closed', 'rejected')";

// All of a funder, or one of them. A grant that has another funder by now is listed with the reports that were addressed to
// this one, and nothing else of it: what it has become is the other one's business.
std::vector<FunderGrant> select_grants(Session& session, std::int64_t funder_id, std::int64_t grant_id) {
  long long funder = funder_id, only = grant_id, id = 0, awarded = 0, reports = 0;
  std::string title, reference, programme, state, name, starts_on, ends_on, currency;
  soci::statement rows = (session.sql().prepare << std::string(R"(
    SELECT g.id,
           g.title,
           CASE WHEN g.funder_id = o.id THEN COALESCE(g.reference, '') ELSE '' END,
           g.programme_code,
           CASE WHEN g.funder_id = o.id THEN g.state ELSE 'with another funder' END,
           o.name,
           g.starts_on::text,
           g.ends_on::text,
           g.currency,
           CASE WHEN g.funder_id = o.id THEN COALESCE(g.awarded_minor, 0) ELSE 0 END,
           (SELECT count(*) FROM report_runs r WHERE r.grant_id = g.id AND r.submitted_to = o.id)
    FROM organisations o
    JOIN grants g
      ON (g.funder_id = o.id AND g.state IN )") + kStates + R"()
         OR EXISTS (SELECT 1 FROM report_runs r WHERE r.grant_id = g.id AND r.submitted_to = o.id)
    WHERE o.id = :funder
      AND (:only::bigint = 0 OR g.id = :only)
    ORDER BY lower(g.title), g.id
    LIMIT 1000)",
                          soci::into(id), soci::into(title), soci::into(reference), soci::into(programme), soci::into(state),
                          soci::into(name), soci::into(starts_on), soci::into(ends_on), soci::into(currency),
                          soci::into(awarded), soci::into(reports), soci::use(funder, "funder"), soci::use(only, "only"));
  rows.execute();
  std::vector<FunderGrant> grants;
  while (rows.fetch()) {
    FunderGrant grant{.id = id, .title = title, .reference = reference, .programme = programme, .state = state,
                      .funder = name, .starts_on = Date::of(starts_on), .ends_on = Date::of(ends_on), .awarded = {},
                      .reports = reports};
    if (awarded != 0) grant.awarded = Money{awarded, Currency::of(currency)};
    grants.push_back(std::move(grant));
  }
  return grants;
}

bool seen_by(const ReportRun& run, std::int64_t funder_id) {
  return funder_id != 0 && run.for_funder && run.submitted() && run.funder_id == funder_id;
}

}  // namespace

std::vector<FunderGrant> list_grants_of_funder(Session& session, std::int64_t funder_id) {
  return select_grants(session, funder_id, 0);
}

Result<FunderGrant> find_grant_of_funder(Session& session, std::int64_t funder_id, std::int64_t grant_id) {
  // 0 is no grant; in the statement it would be all of them.
  auto found = grant_id == 0 ? std::vector<FunderGrant>() : select_grants(session, funder_id, grant_id);
  if (found.empty()) return not_found("grant_not_found", "There is no such grant.");
  return std::move(found.front());
}

std::vector<ReportRun> list_reports_of_funder(Session& session, std::int64_t funder_id, std::int64_t grant_id) {
  auto runs = list_submitted_runs(session, grant_id);
  std::erase_if(runs, [&](const ReportRun& run) { return !seen_by(run, funder_id); });
  return runs;
}

Result<ReportRun> find_report_of_funder(Session& session, std::int64_t funder_id, std::int64_t run_id) {
  auto run = find_report_run(session, run_id);
  if (!run || !seen_by(*run, funder_id)) return not_found("report_run_not_found", "There is no such report.");
  return run;
}

}  // namespace kindling
