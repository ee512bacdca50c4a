#include "jobs/job_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// A killed instance's work is taken up this much later at the latest; the runner renews far more often.
constexpr const char* kLease = "interval '15 seconds'";

struct JobRow {
  long long id = 0, subject_id = 0, done = 0, total = 0;
  int attempts = 0, cancel = 0;
  std::string kind, state, step, code, message;
  std::optional<long long> created_by;

  Job job() const {
    return {.id = id, .kind = kind, .subject_id = subject_id, .state = state, .attempts = attempts, .step = step,
            .done_units = done, .total_units = total, .cancel_requested = cancel != 0, .error_code = code,
            .error_message = message, .created_by = created_by};
  }
};

constexpr const char* kColumns = R"(
    id, kind, subject_id, state, attempts, step, done_units, total_units, cancel_requested::int,
    COALESCE(error_code, ''), COALESCE(error_message, ''), created_by)";

std::string array_of(const std::vector<std::string>& names) {  // ours, of letters alone
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ",") + name;
  return "{" + list + "}";
}

}  // namespace

std::int64_t enqueue_job(Transaction& transaction, std::string_view kind, std::int64_t subject_id) {
  const std::string of_kind(kind);
  long long subject = subject_id, actor = transaction.actor.id, id = 0;
  transaction.sql() << R"(
    INSERT INTO jobs (kind, subject_id, created_by)
    VALUES (:kind, :subject_id, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(of_kind, "kind"), soci::use(subject, "subject_id"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

std::optional<Job> find_job(Session& session, std::string_view kind, std::int64_t subject_id) {
  JobRow row;
  const std::string of_kind(kind);
  long long subject = subject_id;
  session.sql() << std::string("SELECT ") + kColumns + R"(
    FROM jobs
    WHERE kind = :kind
      AND subject_id = :subject_id
    ORDER BY id DESC
    LIMIT 1)",
      soci::use(of_kind, "kind"), soci::use(subject, "subject_id"), soci::into(row.id), soci::into(row.kind),
      soci::into(row.subject_id), soci::into(row.state), soci::into(row.attempts), soci::into(row.step),
      soci::into(row.done), soci::into(row.total), soci::into(row.cancel), soci::into(row.code),
      soci::into(row.message), soci::into(row.created_by);
  if (row.id == 0) return std::nullopt;
  return row.job();
}

bool cancel_job(Transaction& transaction, std::string_view kind, std::int64_t subject_id) {
  const std::string of_kind(kind);
  long long subject = subject_id, id = 0;
  transaction.sql() << R"(
    UPDATE jobs
    SET cancel_requested = true,
        state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
        finished_at = CASE state WHEN 'queued' THEN clock_timestamp() END
    WHERE kind = :kind
      AND subject_id = :subject_id
      AND state IN ('queued', 'running')
    RETURNING id)",
      soci::use(of_kind, "kind"), soci::use(subject, "subject_id"), soci::into(id);
  return id != 0;
}

std::optional<Job> take_job(Session& session, const std::vector<std::string>& kinds) {
  JobRow row;
  const auto of_kinds = array_of(kinds);
  session.sql() << std::string(R"(
    UPDATE jobs
    SET state = 'running',
        attempts = attempts + 1,
        leased_until = clock_timestamp() + )") + kLease + R"(,
        started_at = COALESCE(started_at, clock_timestamp())
    WHERE id = (SELECT id
                FROM jobs
                WHERE (state = 'queued' OR (state = 'running' AND leased_until < clock_timestamp()))
                  AND kind = ANY (:kinds::text[])
                ORDER BY id
                FOR UPDATE SKIP LOCKED
                LIMIT 1)
    RETURNING )" + kColumns,
      soci::use(of_kinds, "kinds"), soci::into(row.id), soci::into(row.kind), soci::into(row.subject_id),
      soci::into(row.state), soci::into(row.attempts), soci::into(row.step), soci::into(row.done),
      soci::into(row.total), soci::into(row.cancel), soci::into(row.code), soci::into(row.message),
      soci::into(row.created_by);
  if (row.id == 0) return std::nullopt;
  return row.job();
}

bool has_waiting_job(Session& session) {
  int waiting = 0;
  session.sql() << R"(
    SELECT EXISTS (SELECT 1
                   FROM jobs
                   WHERE state = 'queued'
                      OR (state = 'running' AND leased_until < clock_timestamp()))::int)",
      soci::into(waiting);
  return waiting != 0;
}

Renewal renew_job(Session& session, const Job& job) {
  long long id = job.id, done = job.done_units, total = job.total_units;
  int mine = 0, cancel = 0;
  session.sql() << std::string(R"(
    WITH free AS (
      SELECT id
      FROM jobs
      WHERE id = :id
        AND attempts = :attempts
        AND state = 'running'
      FOR UPDATE SKIP LOCKED
    ), renewed AS (
      UPDATE jobs
      SET leased_until = clock_timestamp() + )") + kLease + R"(,
          step = :step,
          done_units = :done,
          total_units = :total
      FROM free
      WHERE jobs.id = free.id
    )
    SELECT (state = 'running' AND attempts = :attempts)::int,
           cancel_requested::int
    FROM jobs
    WHERE id = :id)",
      soci::use(id, "id"), soci::use(job.attempts, "attempts"), soci::use(job.step, "step"), soci::use(done, "done"),
      soci::use(total, "total"), soci::into(mine), soci::into(cancel);
  return {.mine = mine != 0, .cancel_requested = cancel != 0};
}

bool finish_job(Transaction& transaction, const Job& job) {
  long long id = job.id, finished = 0;
  transaction.sql() << R"(
    UPDATE jobs
    SET state = 'done',
        leased_until = NULL,
        finished_at = clock_timestamp(),
        done_units = total_units
    WHERE id = :id
      AND attempts = :attempts
      AND state = 'running'
      AND NOT cancel_requested
    RETURNING id)",
      soci::use(id, "id"), soci::use(job.attempts, "attempts"), soci::into(finished);
  return finished != 0;
}

void end_job(Session& session, const Job& job, std::string_view state, std::string_view code,
             std::string_view message) {
  long long id = job.id;
  const std::string to(state), with_code(code), with_message(message);
  session.sql() << R"(
    UPDATE jobs
    SET state = :state,
        leased_until = NULL,
        finished_at = clock_timestamp(),
        error_code = NULLIF(:code, ''),
        error_message = NULLIF(:message, '')
    WHERE id = :id
      AND attempts = :attempts
      AND state = 'running')",
      soci::use(to, "state"), soci::use(with_code, "code"), soci::use(with_message, "message"), soci::use(id, "id"),
      soci::use(job.attempts, "attempts");
}

void give_back_job(Session& session, const Job& job) {
  long long id = job.id;
  session.sql() << R"(
    UPDATE jobs
    SET state = 'queued',
        leased_until = NULL,
        attempts = attempts - 1
    WHERE id = :id
      AND attempts = :attempts
      AND state = 'running')",
      soci::use(id, "id"), soci::use(job.attempts, "attempts");
}

}  // namespace kindling
