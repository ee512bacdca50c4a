// Jobs: done once whatever is killed, told how far they are, ended when they are told to.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <chrono>
#include <thread>

#include "jobs/job_runner.hpp"
#include "jobs/job_store.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

namespace kindling {
namespace {

using namespace std::chrono_literals;

class Jobs : public ::testing::Test {
 protected:
  Jobs() {
    auto config = database_.database().config();
    jobs_database_.emplace(config);
    runner_.emplace(*jobs_database_, JobRunnerConfig{.slots = 2, .look = 20ms});
  }

  template <typename Work>
  auto in_one(Work&& work) {
    const Actor nobody;
    return in_transaction(database_.database(), nobody, "test", {}, std::forward<Work>(work));
  }
  Outcome enqueue(std::int64_t subject) {
    return in_one([&](Transaction& transaction) -> Outcome {
      enqueue_job(transaction, "wish", subject);
      return kOk;
    });
  }
  Job job(std::int64_t subject) {
    return *reading(database_.database(), [&](Session& session) { return find_job(session, "wish", subject); });
  }
  Job wait_for(std::int64_t subject, const std::string& state) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    auto found = job(subject);
    while (found.state != state && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
      found = job(subject);
    }
    EXPECT_EQ(found.state, state);
    return found;
  }
  // As an instance that is killed: takes the next job, and its lease runs out.
  std::optional<Job> take_and_die() {
    auto lease = database_.database().lease();
    auto taken = take_job(*lease, {"wish"});
    lease->sql() << "UPDATE jobs SET leased_until = now() - interval '1 second' WHERE state = 'running'";
    return taken;
  }
  // The effect of these jobs is a row of the audit.
  static Outcome fulfil(JobRun& run) {
    return in_transaction(run.database(), run.actor(), "", {}, [&](Transaction& transaction) -> Outcome {
      transaction.sql() << "INSERT INTO audit_events (actor_id, action, object_kind, object_id) VALUES (0, 'wish.done', 'wish', 1)";
      run.finish(transaction);
      return kOk;
    });
  }
  long long effects() {
    long long count = 0;
    database_.database().lease()->sql() << "SELECT count(*) FROM audit_events WHERE action = 'wish.done'", soci::into(count);
    return count;
  }
  [[noreturn]] static Outcome go_on(JobRun& run) {
    for (std::int64_t i = 0;; ++i) {
      run.progress("Going on", i, 0);
      std::this_thread::yield();
    }
  }

  TestDatabase database_;
  std::optional<Database> jobs_database_;
  std::optional<JobRunner> runner_;
};

TEST_F(Jobs, AreDoneOnceEach) {
  runner_->add("wish", 60s, fulfil);
  runner_->start();
  for (std::int64_t subject = 1; subject <= 20; ++subject) ASSERT_TRUE(enqueue(subject).ok());
  for (std::int64_t subject = 1; subject <= 20; ++subject) wait_for(subject, "done");
  EXPECT_EQ(effects(), 20);
  EXPECT_EQ(job(20).attempts, 1);
}

TEST_F(Jobs, AreOpenOnceOnASubject) {
  ASSERT_TRUE(enqueue(1).ok());
  EXPECT_EQ(enqueue(1).error().code, "one_open_job");
  EXPECT_TRUE(enqueue(2).ok());
}

TEST_F(Jobs, FailWithTheMessageForTheirUser) {
  runner_->add("wish", 60s, [](JobRun&) -> Outcome { return conflict("no_such_wish", "Wish for something else."); });
  runner_->start();
  ASSERT_TRUE(enqueue(1).ok());
  const auto failed = wait_for(1, "failed");
  EXPECT_EQ(failed.error_code, "no_such_wish");
  EXPECT_EQ(failed.error_message, "Wish for something else.");
}

TEST_F(Jobs, ShowHowFarTheyAreAndEndWhenTheyAreCancelled) {
  runner_->add("wish", 60s, go_on);
  runner_->start();
  ASSERT_TRUE(enqueue(1).ok());
  wait_for(1, "running");
  while (job(1).step != "Going on") std::this_thread::yield();
  ASSERT_TRUE(in_one([](Transaction& transaction) -> Outcome {
    EXPECT_TRUE(cancel_job(transaction, "wish", 1));
    return kOk;
  }).ok());
  wait_for(1, "cancelled");
}

TEST_F(Jobs, HaveNoEffectOnceTheyAreCancelled) {
  ASSERT_TRUE(enqueue(1).ok());
  const auto taken = take_job(*database_.database().lease(), {"wish"});
  ASSERT_TRUE(taken.has_value());
  ASSERT_TRUE(in_one([](Transaction& transaction) -> Outcome {
    EXPECT_TRUE(cancel_job(transaction, "wish", 1));
    EXPECT_FALSE(finish_job(transaction, *find_job(transaction.session, "wish", 1)));
    return kOk;
  }).ok());
}

TEST_F(Jobs, AreTakenUpAgainAfterACrashAndTheFirstAttemptCommitsNothing) {
  ASSERT_TRUE(enqueue(1).ok());
  const auto first = take_and_die();
  ASSERT_TRUE(first.has_value());
  runner_->add("wish", 60s, fulfil);
  runner_->start();
  EXPECT_EQ(wait_for(1, "done").attempts, 2);
  ASSERT_TRUE(in_one([&](Transaction& transaction) -> Outcome {
    EXPECT_FALSE(finish_job(transaction, *first));
    return kOk;
  }).ok());
  EXPECT_EQ(effects(), 1);
}

TEST_F(Jobs, AreGivenUpAfterThreeAttempts) {
  ASSERT_TRUE(enqueue(1).ok());
  for (int attempt = 1; attempt <= 3; ++attempt) ASSERT_TRUE(take_and_die().has_value());
  runner_->add("wish", 60s, fulfil);
  runner_->start();
  EXPECT_EQ(wait_for(1, "failed").error_code, "given_up");
  EXPECT_EQ(effects(), 0);
}

TEST_F(Jobs, GoBackIntoTheQueueWhenTheInstanceStops) {
  runner_->add("wish", 60s, go_on);
  runner_->start();
  ASSERT_TRUE(enqueue(1).ok());
  wait_for(1, "running");
  runner_->stop();
  EXPECT_EQ(job(1).state, "queued");
  EXPECT_EQ(job(1).attempts, 0);
}

TEST_F(Jobs, EndAtTheirTimeLimit) {
  runner_->add("wish", 0s, go_on);
  runner_->start();
  ASSERT_TRUE(enqueue(1).ok());
  EXPECT_EQ(wait_for(1, "failed").error_code, "took_too_long");
}

TEST_F(Jobs, AnUnexpectedExceptionFailsThemAndIsTold) {
  int told = 0;
  runner_->add("wish", 60s, [](JobRun&) -> Outcome { throw std::logic_error("private"); });
  runner_->on_exception([&](std::exception_ptr) { ++told; });
  runner_->start();
  ASSERT_TRUE(enqueue(1).ok());
  const auto failed = wait_for(1, "failed");
  EXPECT_EQ(failed.error_code, "unexpected");
  EXPECT_EQ(failed.error_message.find("private"), std::string::npos);
  runner_->stop();
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace kindling
