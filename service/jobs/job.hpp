// Jobs: work in the background, kept in PostgreSQL, done by any instance, its effect visible once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/value.hpp"

namespace kindling {

struct Transaction;
class Session;

// An attempt that a crash ended is taken up again; after this many the job has failed.
inline constexpr int kJobAttemptsMax = 3;

struct Job {
  std::int64_t id = 0;
  std::string kind;             // "import"
  std::int64_t subject_id = 0;
  std::string state;            // queued, running, done, failed, cancelled
  int attempts = 0;
  std::string step;             // "Checking rows"
  std::int64_t done_units = 0;
  std::int64_t total_units = 0;  // 0: not known
  bool cancel_requested = false;
  std::string error_code, error_message;  // of a failed one, for its user
  std::optional<std::int64_t> created_by;

  bool open() const { return state == "queued" || state == "running"; }
  int percent() const;          // 0 to 100
};

// Queues work on a subject; it begins when the transaction commits. kConflict "one_open_job" through the database where
// one is open already.
std::int64_t enqueue_job(Transaction& transaction, std::string_view kind, std::int64_t subject_id);
// The latest of a subject.
std::optional<Job> find_job(Session& session, std::string_view kind, std::int64_t subject_id);
// A queued one ends at once, a running one at its next step. False where none is open.
bool cancel_job(Transaction& transaction, std::string_view kind, std::int64_t subject_id);

Value job_value(const Job& job);  // schema "Job"
Value job_schema();

}  // namespace kindling
