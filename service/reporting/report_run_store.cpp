#include "reporting/report_run_store.hpp"

#include <cstdlib>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::optional<std::int64_t> or_none(long long id) { return id == 0 ? std::nullopt : std::optional<std::int64_t>(id); }

// Columns as SOCI takes them; 0 and "" stand for NULL.
struct RunRow {
  ReportRun run;
  Job job;
  long long id = 0, grant = 0, funder = 0, previous = 0, next = 0, obligation = 0, position = 0, size = 0, creator = 0,
            proposer = 0, approver = 0, job_id = 0, done = 0, total = 0;
  int for_funder = 0, scheduled = 0, cancel = 0;

  ReportRun done_run() const {
    auto made = run;
    made.id = id;
    made.grant_id = or_none(grant);
    made.funder_id = funder;
    made.previous_run_id = or_none(previous);
    made.next_run_id = or_none(next);
    made.obligation_id = or_none(obligation);
    made.for_funder = for_funder != 0;
    made.scheduled = scheduled != 0;
    if (position >= 0) made.ledger_position = position;
    made.size_bytes = size;
    made.created_by.id = creator;
    made.proposed_by.id = proposer;
    made.approved_by.id = approver;
    if (job_id != 0) {
      made.job = job;
      made.job->id = job_id;
      made.job->kind = kReportJob;
      made.job->subject_id = id;
      made.job->done_units = done;
      made.job->total_units = total;
      made.job->cancel_requested = cancel != 0;
    }
    return made;
  }
};

constexpr const char* kSelect = R"(
    SELECT r.id,
           r.version,
           r.kind,
           r.parameters,
           COALESCE(r.grant_id, 0),
           COALESCE(g.title, ''),
           COALESCE(r.submitted_to, g.funder_id, 0),
           COALESCE(o.name, ''),
           r.for_funder::int,
           r.state,
           COALESCE(r.previous_run_id, 0),
           COALESCE((SELECT n.id FROM report_runs n WHERE n.previous_run_id = r.id), 0),
           COALESCE(r.obligation_id, 0),
           (r.schedule_key IS NOT NULL)::int,
           COALESCE(r.ledger_position, -1),
           COALESCE(r.known_at::text, ''),
           COALESCE(r.identifier, ''),
           COALESCE(r.file_name, ''),
           COALESCE(r.content_type, ''),
           COALESCE(r.size_bytes, 0),
           COALESCE(encode(r.sha256, 'hex'), ''),
           COALESCE(to_char(r.made_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
           COALESCE(r.created_by, 0),
           COALESCE(c.name, ''),
           COALESCE(r.proposed_by, 0),
           COALESCE(p.name, ''),
           COALESCE(r.approved_by, 0),
           COALESCE(a.name, ''),
           to_char(r.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           COALESCE(to_char(r.submitted_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''),
           COALESCE(r.change_reason, ''),
           COALESCE(j.id, 0),
           COALESCE(j.state, ''),
           COALESCE(j.attempts, 0),
           COALESCE(j.step, ''),
           COALESCE(j.done_units, 0),
           COALESCE(j.total_units, 0),
           COALESCE(j.cancel_requested::int, 0),
           COALESCE(j.error_code, ''),
           COALESCE(j.error_message, '')
    FROM report_runs r
    LEFT JOIN grants g ON g.id = r.grant_id
    LEFT JOIN organisations o ON o.id = COALESCE(r.submitted_to, g.funder_id)
    LEFT JOIN users c ON c.id = r.created_by
    LEFT JOIN users p ON p.id = r.proposed_by
    LEFT JOIN users a ON a.id = r.approved_by
    LEFT JOIN LATERAL (SELECT *
                       FROM jobs
                       WHERE kind = 'report'
                         AND subject_id = r.id
                       ORDER BY id DESC
                       LIMIT 1) j ON true )";

// Binds the columns of kSelect to `row`.
soci::details::prepare_temp_type selecting(soci::session& sql, const std::string& tail, RunRow& row) {
  auto statement = sql.prepare << kSelect + tail;
  auto& run = row.run;
  statement, soci::into(row.id), soci::into(run.version), soci::into(run.kind), soci::into(run.parameters),
      soci::into(row.grant), soci::into(run.grant_title), soci::into(row.funder), soci::into(run.funder_name),
      soci::into(row.for_funder), soci::into(run.state), soci::into(row.previous), soci::into(row.next),
      soci::into(row.obligation), soci::into(row.scheduled), soci::into(row.position), soci::into(run.known_at),
      soci::into(run.identifier), soci::into(run.file_name), soci::into(run.content_type), soci::into(row.size),
      soci::into(run.sha256), soci::into(run.made_at), soci::into(row.creator), soci::into(run.created_by.name),
      soci::into(row.proposer), soci::into(run.proposed_by.name), soci::into(row.approver),
      soci::into(run.approved_by.name), soci::into(run.created_at), soci::into(run.submitted_at),
      soci::into(run.change_reason), soci::into(row.job_id), soci::into(row.job.state), soci::into(row.job.attempts),
      soci::into(row.job.step), soci::into(row.done), soci::into(row.total), soci::into(row.cancel),
      soci::into(row.job.error_code), soci::into(row.job.error_message);
  return statement;
}

template <typename Key>
std::optional<ReportRun> select_one(soci::session& sql, const std::string& tail, const Key& key) {
  RunRow row;
  soci::statement one = (selecting(sql, tail, row), soci::use(key, "key"));
  if (!one.execute(true)) return std::nullopt;
  return row.done_run();
}

Result<ReportRun> found(std::optional<ReportRun> run) {
  if (!run) return not_found("report_run_not_found", "There is no such report.");
  return *std::move(run);
}

// The days that it reports on, where it has them; of a report as of a day, the last one alone.
std::optional<Period> days_of(const ReportParameters& parameters) {
  if (parameters.period) return parameters.period;
  if (!parameters.year) return std::nullopt;
  const auto year = std::to_string(*parameters.year);
  return Period{Date::of(year + "-01-01"), Date::of(year + "-12-31")};
}

}  // namespace

std::optional<std::int64_t> insert_report_run(Transaction& transaction, const NewReportRun& run) {
  const auto canonical = canonical_text(run.parameters);
  const auto days = days_of(run.parameters);
  const std::string first = days ? to_string(days->first) : "";
  const std::string last = days ? to_string(days->last) : run.parameters.choice("as_of");
  const int for_funder = run.kind->for_funder ? 1 : 0;
  long long grant = run.parameters.grant_id.value_or(0), previous = run.previous_run_id.value_or(0),
            obligation = run.obligation_id.value_or(0), actor = transaction.actor.id, id = 0;
  transaction.sql() << R"(
    INSERT INTO report_runs (kind, parameters, grant_id, first_day, last_day, for_funder, previous_run_id, obligation_id,
                             schedule_key, created_by)
    VALUES (:kind, :parameters, NULLIF(:grant::bigint, 0), NULLIF(:first, '')::date, NULLIF(:last, '')::date,
            :for_funder = 1, NULLIF(:previous::bigint, 0), NULLIF(:obligation::bigint, 0), NULLIF(:key, ''),
            NULLIF(:actor::bigint, 0))
    ON CONFLICT (schedule_key) DO NOTHING
    RETURNING id)",
      soci::use(run.kind->key, "kind"), soci::use(canonical, "parameters"), soci::use(grant, "grant"),
      soci::use(first, "first"), soci::use(last, "last"), soci::use(for_funder, "for_funder"),
      soci::use(previous, "previous"), soci::use(obligation, "obligation"), soci::use(run.schedule_key, "key"),
      soci::use(actor, "actor"), soci::into(id);
  return or_none(id);
}

Result<ReportRun> find_report_run(Session& session, std::int64_t id) {
  return found(select_one(session.sql(), "WHERE r.id = :key", static_cast<long long>(id)));
}

Result<ReportRun> lock_report_run(Transaction& transaction, std::int64_t id) {
  return found(select_one(transaction.sql(), "WHERE r.id = :key FOR UPDATE OF r", static_cast<long long>(id)));
}

ReportRunList list_report_runs(Session& session, const ListQuery& query) {
  const auto cursor = decode_cursor(query.after);
  long long before = cursor ? cursor->id : 0, grant = std::atoll(query.filter("grant").c_str());
  const int limit = query.limit + 1;
  const auto kind = query.filter("report"), state = query.filter("state");
  RunRow row;
  soci::statement rows = (selecting(session.sql(), R"(
    WHERE (:before::bigint = 0 OR r.id < :before)
      AND (:kind = '' OR r.kind = :kind)
      AND (:state = '' OR r.state = :state)
      AND (:grant::bigint = 0 OR r.grant_id = :grant)
    ORDER BY r.id DESC
    LIMIT :limit)",
                                    row),
                          soci::use(before, "before"), soci::use(kind, "kind"), soci::use(state, "state"),
                          soci::use(grant, "grant"), soci::use(limit, "limit"));
  rows.execute();
  ReportRunList list;
  while (rows.fetch()) {
    if (static_cast<int>(list.runs.size()) == query.limit) {
      list.next_cursor = encode_cursor({"", list.runs.back().id});
      break;
    }
    list.runs.push_back(row.done_run());
  }
  return list;
}

std::vector<ReportRun> list_submitted_runs(Session& session, std::int64_t grant_id) {
  long long grant = grant_id;
  RunRow row;
  soci::statement rows = (selecting(session.sql(), R"(
    WHERE r.grant_id = :grant
      AND r.approved_by IS NOT NULL
    ORDER BY r.id DESC
    LIMIT 500)",
                                    row),
                          soci::use(grant, "grant"));
  rows.execute();
  std::vector<ReportRun> runs;
  while (rows.fetch()) runs.push_back(row.done_run());
  return runs;
}

std::vector<ReportRun> list_comparable_runs(Session& session, const ReportRun& run) {
  long long id = run.id, grant = run.grant_id.value_or(0);
  RunRow row;
  soci::statement rows = (selecting(session.sql(), R"(
    WHERE r.kind = :kind
      AND COALESCE(r.grant_id, 0) = :grant
      AND r.id <> :id
      AND r.made_at IS NOT NULL
    ORDER BY r.id DESC
    LIMIT 50)",
                                    row),
                          soci::use(run.kind, "kind"), soci::use(grant, "grant"), soci::use(id, "id"));
  rows.execute();
  std::vector<ReportRun> runs;
  while (rows.fetch()) runs.push_back(row.done_run());
  return runs;
}

std::vector<ReportRunChange> list_report_run_changes(Session& session, std::int64_t id) {
  long long of_run = id;
  ReportRunChange change;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT COALESCE(c.from_state, ''),
           c.to_state,
           COALESCE(c.reason, ''),
           COALESCE(u.name, ''),
           to_char(c.at, 'YYYY-MM-DD HH24:MI')
    FROM report_run_changes c
    LEFT JOIN users u ON u.id = c.actor_id
    WHERE c.run_id = :id
    ORDER BY c.id)",
                          soci::into(change.from_state), soci::into(change.to_state), soci::into(change.reason),
                          soci::into(change.actor_name), soci::into(change.at), soci::use(of_run, "id"));
  rows.execute();
  std::vector<ReportRunChange> changes;
  while (rows.fetch()) changes.push_back(change);
  return changes;
}

std::vector<ReportRunRate> list_report_run_rates(Session& session, std::int64_t id) {
  long long of_run = id;
  ReportRunRate rate;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT currency,
           starts_on::text,
           ends_on::text,
           units_per_euro::text,
           trim_scale(round(units_per_euro, 8))::text
    FROM report_run_rates
    WHERE run_id = :id
    ORDER BY currency, starts_on)",
                          soci::into(rate.currency), soci::into(rate.starts_on), soci::into(rate.ends_on),
                          soci::into(rate.units_per_euro), soci::into(rate.shown),
                          soci::use(of_run, "id"));
  rows.execute();
  std::vector<ReportRunRate> rates;
  while (rows.fetch()) rates.push_back(rate);
  return rates;
}

void update_report_state(Transaction& transaction, const ReportRun& run, std::string_view state, const std::string& reason) {
  long long id = run.id, actor = transaction.actor.id;
  const std::string to(state);
  transaction.sql() << R"(
    UPDATE report_runs
    SET state = :state,
        version = version + 1,
        change_reason = NULLIF(:reason, ''),
        proposed_by = CASE WHEN :state = 'proposed' THEN :actor::bigint ELSE proposed_by END,
        approved_by = CASE WHEN :state = 'submitted' THEN :actor::bigint ELSE approved_by END,
        submitted_at = CASE WHEN :state = 'submitted' THEN now() ELSE submitted_at END
    WHERE id = :id)",
      soci::use(to, "state"), soci::use(reason, "reason"), soci::use(actor, "actor"), soci::use(id, "id");
}

void follow_report_with_obligation(Transaction& transaction, std::int64_t obligation_id, std::string_view state) {
  long long id = obligation_id;
  const std::string to(state);
  transaction.sql() << R"(
    UPDATE obligations
    SET state = :state,
        version = version + 1
    WHERE id = :id
      AND (state, :state) IN (('open', 'submitted'), ('returned', 'submitted'), ('submitted', 'accepted'),
                              ('submitted', 'returned')))",
      soci::use(to, "state"), soci::use(id, "id");
}

std::optional<ReportRun> find_run_by_hash(Session& session, std::string_view sha256) {
  return select_one(session.sql(), R"(
    WHERE r.sha256 = decode(:key, 'hex')
    ORDER BY (r.approved_by IS NOT NULL) DESC, r.id DESC
    LIMIT 1)",
                    std::string(sha256));
}

std::optional<ReportRun> find_run_by_identifier(Session& session, std::string_view identifier) {
  return select_one(session.sql(), R"(
    WHERE r.identifier = :key
    ORDER BY (r.approved_by IS NOT NULL) DESC, r.id DESC
    LIMIT 1)",
                    std::string(identifier));
}

}  // namespace kindling
