// Runs jobs on threads and sessions of their own, so that requests keep theirs.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/actor.hpp"
#include "core/result.hpp"
#include "jobs/job.hpp"

namespace kindling {

class Database;

// Why an attempt stops before its end; thrown by JobRun and caught by the runner. Nothing of it is to be handled.
enum class JobStop { kCancelled, kTimedOut, kLost, kStopping };

// One attempt, as its work sees it.
class JobRun {
 public:
  virtual ~JobRun() = default;
  const Job& job() const { return job_; }
  const Actor& actor() const { return actor_; }  // who asked for it
  Database& database() const { return database_; }  // the jobs' own sessions

  // Costs nothing: shown by the runner within a second. Throws JobStop where the attempt is to end.
  virtual void progress(std::string_view step, std::int64_t done, std::int64_t total) = 0;
  // The last thing in the transaction that makes the effect visible. Throws JobStop where another attempt holds the job
  // or it was cancelled, and the transaction rolls back: an effect stands once or not at all.
  virtual void finish(Transaction& transaction) = 0;

 protected:
  JobRun(Job job, Actor actor, Database& database)
      : job_(std::move(job)), actor_(std::move(actor)), database_(database) {}
  Job job_;
  Actor actor_;
  Database& database_;
};

// Ok only after finish(). An Error ends the job as failed with its message; an exception that means "the database is
// away" leaves it to the next attempt, any other fails it.
using JobWork = std::function<Outcome(JobRun&)>;

struct JobRunnerConfig {
  int slots = 1;                        // at once; at most one a core
  std::chrono::milliseconds look{500};  // how often progress is shown and forgotten work is looked for
};

class JobRunner {
 public:
  // `database` has sessions for all slots and one more; it outlives the runner.
  JobRunner(Database& database, JobRunnerConfig config);
  ~JobRunner();  // stop()

  void add(std::string kind, std::chrono::seconds timeout, JobWork work);  // before start()
  // Told of exceptions that are nobody's mistake.
  void on_exception(std::function<void(std::exception_ptr)> log);
  void start();
  void stop();  // gives running jobs back to the queue; idempotent

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling
