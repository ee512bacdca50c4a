#include "jobs/job_runner.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "jobs/job_store.hpp"
#include "storage/copy.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Clock = std::chrono::steady_clock;

// Pages come first: the scheduler gives them the core that a job would take.
constexpr int kNice = 10;
constexpr int kSliceMs = 50;

class Attempt final : public JobRun {
 public:
  Attempt(Job job, Actor actor, Database& database, Clock::time_point deadline)
      : JobRun(std::move(job), std::move(actor), database), shown_(job_), deadline_(deadline) {}

  void progress(std::string_view step, std::int64_t done, std::int64_t total) override {
    {
      const std::lock_guard lock(mutex_);
      shown_.step = step;
      shown_.done_units = done;
      shown_.total_units = total;
    }
    check();
  }

  void finish(Transaction& transaction) override {
    check();
    if (!finish_job(transaction, job_)) throw JobStop(JobStop::kCancelled);
  }

  // What the watch writes into the queue.
  Job shown() const {
    const std::lock_guard lock(mutex_);
    return shown_;
  }
  void stop(JobStop why) {
    int none = -1;
    stop_.compare_exchange_strong(none, static_cast<int>(why));
  }
  bool late() const { return Clock::now() > deadline_; }

 private:
  void check() const {
    if (const int why = stop_; why >= 0) throw static_cast<JobStop>(why);
  }

  mutable std::mutex mutex_;
  Job shown_;
  Clock::time_point deadline_;
  std::atomic<int> stop_{-1};
};

}  // namespace

struct JobRunner::Impl {
  Impl(Database& of, JobRunnerConfig with) : database(of), config(with) {}

  struct Kind {
    std::chrono::seconds timeout;
    JobWork work;
  };

  Database& database;
  JobRunnerConfig config;
  std::map<std::string, Kind> kinds = {};
  std::vector<std::string> kind_names = {};
  std::function<void(std::exception_ptr)> log = [](std::exception_ptr) {};

  std::mutex mutex = {};
  std::condition_variable wake = {};
  bool stopping = false;
  int waiting = 0;  // slots that were told of work and have not looked yet
  std::set<Attempt*> running = {};
  std::vector<std::thread> threads = {};

  bool is_stopping() {
    const std::lock_guard lock(mutex);
    return stopping;
  }
  void watch();
  void watch_once(Session& session);
  void work_in_slot();
  void attempt(const Job& job);
  Outcome run(Attempt& attempt, const Kind& kind, std::string_view& ended);
  void with_session(const std::function<void(Session&)>& act);
};

// Hears of new jobs, shows the progress of running ones, and renews their leases.
void JobRunner::Impl::watch() {
  std::unique_ptr<Session> session;
  while (true) {
    if (is_stopping()) return;
    try {
      if (!session) {
        session = database.connect();
        listen(*session, "kindling_jobs");
      }
      watch_once(*session);
      // In slices, so that a stop waits for nobody.
      const auto until = Clock::now() + config.look;
      while (Clock::now() < until && !is_stopping() && !wait_notification(*session, kSliceMs)) {
      }
    } catch (...) {
      if (!error_of(std::current_exception())) log(std::current_exception());
      session.reset();
      std::unique_lock lock(mutex);
      wake.wait_for(lock, config.look, [this] { return stopping; });
    }
  }
}

void JobRunner::Impl::watch_once(Session& session) {
  {
    const std::lock_guard lock(mutex);
    for (auto* attempt : running) {
      const auto renewal = renew_job(session, attempt->shown());
      if (!renewal.mine) attempt->stop(JobStop::kLost);
      if (renewal.cancel_requested) attempt->stop(JobStop::kCancelled);
      if (attempt->late()) attempt->stop(JobStop::kTimedOut);
    }
  }
  if (has_waiting_job(session)) {
    const std::lock_guard lock(mutex);
    waiting = static_cast<int>(threads.size()) - 1;
    wake.notify_all();
  }
}

void JobRunner::Impl::work_in_slot() {
  // Nice is of the thread on Linux.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
  while (true) {
    {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return stopping || waiting > 0; });
      if (stopping) return;
      --waiting;
    }
    try {
      while (auto job = take_job(*database.lease(), kind_names)) {
        attempt(*job);
        if (is_stopping()) return;
      }
    } catch (...) {  // the watch tries again
      if (!error_of(std::current_exception())) log(std::current_exception());
    }
  }
}

void JobRunner::Impl::with_session(const std::function<void(Session&)>& act) {
  try {
    act(*database.lease());
  } catch (...) {  // the lease runs out, and the job is taken up again
    if (!error_of(std::current_exception())) log(std::current_exception());
  }
}

void JobRunner::Impl::attempt(const Job& job) {
  if (job.attempts > kJobAttemptsMax) {
    with_session([&](Session& session) {
      end_job(session, job, "failed", "given_up", "This was interrupted several times and was given up. Start it again.");
    });
    return;
  }
  const auto& kind = kinds.at(job.kind);
  Actor actor;
  actor.id = job.created_by.value_or(0);
  Attempt attempt(job, actor, database, Clock::now() + kind.timeout);
  {
    const std::lock_guard lock(mutex);
    running.insert(&attempt);
    if (stopping) attempt.stop(JobStop::kStopping);
  }
  std::string_view ended = "failed";
  const auto outcome = run(attempt, kind, ended);
  {
    const std::lock_guard lock(mutex);
    running.erase(&attempt);
  }
  if (outcome) return;
  with_session([&](Session& session) {
    const bool failed = ended == "failed";
    if (ended == "left") return;  // another attempt has it, or will once the lease has run out
    if (ended == "given back") return give_back_job(session, job);
    end_job(session, job, ended, failed ? outcome.error().code : "", failed ? outcome.error().message : "");
  });
}

Outcome JobRunner::Impl::run(Attempt& attempt, const Kind& kind, std::string_view& ended) {
  try {
    if (attempt.job().cancel_requested) throw JobStop(JobStop::kCancelled);
    return kind.work(attempt);
  } catch (const JobStop why) {
    static constexpr std::string_view kEnds[] = {"cancelled", "failed", "left", "given back"};
    ended = kEnds[static_cast<int>(why)];
    return Error{ErrorKind::kUnavailable, "took_too_long", "This took too long and was given up. Nothing was changed.", {}};
  } catch (...) {
    const auto exception = std::current_exception();
    if (auto error = error_of(exception)) {
      if (error->kind == ErrorKind::kUnavailable && error->code != "took_too_long") ended = "left";
      return *std::move(error);
    }
    log(exception);
    return Error{ErrorKind::kUnavailable, "unexpected", "Something unexpected happened; nothing was changed. Tell an administrator.", {}};
  }
}

JobRunner::JobRunner(Database& database, JobRunnerConfig config)
    : impl_(std::make_unique<Impl>(database, config)) {}

JobRunner::~JobRunner() { stop(); }

void JobRunner::add(std::string kind, std::chrono::seconds timeout, JobWork work) {
  impl_->kind_names.push_back(kind);
  impl_->kinds.emplace(std::move(kind), Impl::Kind{timeout, std::move(work)});
}

void JobRunner::on_exception(std::function<void(std::exception_ptr)> log) { impl_->log = std::move(log); }

void JobRunner::start() {
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const int slots = std::clamp(impl_->config.slots, 1, cores);
  const std::lock_guard lock(impl_->mutex);
  for (int i = 0; i < slots; ++i) impl_->threads.emplace_back([this] { impl_->work_in_slot(); });
  impl_->threads.emplace_back([this] { impl_->watch(); });
}

void JobRunner::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    for (auto* attempt : impl_->running) attempt->stop(JobStop::kStopping);
  }
  impl_->wake.notify_all();
  for (auto& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

}  // namespace kindling
