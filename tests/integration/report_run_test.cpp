// Report runs: made once whatever happens, the same for the same position, frozen once submitted.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include "jobs/job_runner.hpp"
#include "jobs/job_store.hpp"
#include "reporting/funder_grant_query.hpp"
#include "reporting/made_report_store.hpp"
#include "reporting/make_report.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_context.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_schedule.hpp"
#include "reporting/report_work.hpp"
#include "reporting/verify_report.hpp"
#include "storage/database.hpp"
#include "support/report_app.hpp"

namespace kindling {
namespace {

using namespace std::chrono_literals;

ReportSettings settings() {
  return {.platform = "Sparks in the Dark", .currency = "EUR", .time_zone = "Europe/Brussels", .root = KINDLING_SOURCE_DIR};
}

// What the owner of the database is told, "" where it is done.
std::string owner_is_told(ReportApp& app, const std::string& statement) {
  try {
    run_as_owner(app.owner_url(), statement);
    return {};
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

class ReportRuns : public ::testing::Test {
 protected:
  Verdict verdict(const std::string& bytes) {
    return reading(app_.database(), [&](Session& session) { return verify_report_file(session, ByteSource(bytes)).verdict; });
  }
  // The file of the funder report at a position, sealed as a run's would be.
  std::string regenerated(const SealedPosition& at) {
    const auto& kind = *find_report_kind("funder-report");
    const auto parameters = parameters_of(kind, "from=2026-01-01&grant=" + std::to_string(app_.grant().id) + "&language=en&to=2026-12-31");
    auto lease = app_.database().lease();
    const SealedSnapshot snapshot(*lease, at);
    const auto file = make_report(snapshot, kind, parameters, present_context(snapshot, kind, parameters, settings()), [](std::string_view, std::int64_t, std::int64_t) {});
    EXPECT_TRUE(file.ok());
    SpooledFile spool;
    spool.append(file->bytes);
    seal_file(spool, true, {.identifier = report_identifier(kind, parameters, snapshot), .kind = kind.key,
                            .position = snapshot.position(), .sha256 = {}},
              test_signer());
    return spool.read(0, static_cast<std::size_t>(spool.bytes()));
  }
  SealedPosition position_of(const std::string& id) {
    const auto run = reading(app_.database(), [&](Session& session) { return find_report_run(session, std::stoll(id)); });
    return {*run->ledger_position, run->known_at};
  }

  ReportApp app_;
};

TEST_F(ReportRuns, AreMadeSignedAndKept) {
  const auto id = app_.made();
  const auto bytes = app_.file(id);
  const auto run = app_.run(id);
  EXPECT_EQ(sha256_of(ByteSource(bytes), static_cast<std::int64_t>(bytes.size())), text_at(run, "sha256"));
  EXPECT_EQ(std::to_string(bytes.size()), text_at(run, "size_bytes"));
  const auto checked = check_file(ByteSource(bytes), "", test_signer().public_key());
  EXPECT_EQ(checked.check, SealCheck::kGenuine);
  EXPECT_EQ(checked.statement->identifier, text_at(run, "identifier"));
  EXPECT_EQ(std::to_string(checked.statement->position), text_at(run, "ledger_position"));
  EXPECT_EQ(verdict(bytes), Verdict::kGenuine);
  EXPECT_EQ(app_.number("SELECT attempts FROM jobs WHERE kind = 'report'"), 1);
}

TEST_F(ReportRuns, AreRehearsedWithoutBeingAskedFor) {
  const auto answer = app_.json("POST", "/api/v1/report-runs?dry_run=true", app_.funder_report());
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("\"would_answer\":202"), std::string::npos) << answer.body;
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_runs"), 0);
}

TEST_F(ReportRuns, TellEachErrorAtItsField) {
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs", R"({"report":"no-such"})").breaches(),
            std::vector<std::string>{"report:not_one_of"});
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs",
                      R"({"report":"funder-report","grant":0,"from":"2026-12-31","to":"2026-01-01","colour":"red"})").breaches(),
            (std::vector<std::string>{"grant:out_of_range", "to:end_before_start", "colour:unknown_field"}));
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs",
                      R"({"report":"funder-report","grant":999999,"from":"2026-01-01","to":"2026-12-31"})").breaches(),
            std::vector<std::string>{"grant:report_runs_grant_id_fkey"});
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_runs"), 0);
}

TEST_F(ReportRuns, AreTheSameBytesAHundredTimes) {
  const auto id = app_.made();
  const auto first = app_.file(id);
  const auto at = position_of(id);
  app_.spend("A-2", "70.00");  // the ledger goes on
  for (int i = 0; i < 100; ++i) ASSERT_EQ(regenerated(at), first) << "time " << i;
  const auto later = app_.made();
  EXPECT_NE(app_.file(later), first);
}

// Every byte of the file's beginning and of its end (the archive's end record and the seal), and a thousand between.
TEST_F(ReportRuns, TellAChangedByteWhereverItIs) {
  const auto genuine = app_.file(app_.made());
  const unsigned seed = 4711;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::set<std::size_t> places;
  for (std::size_t at = 0; at < 200; ++at) places.insert(at);
  for (std::size_t at = genuine.rfind("PK\x05\x06"); at < genuine.size(); ++at) places.insert(at);
  while (places.size() < 1'600) places.insert(random() % genuine.size());
  std::size_t altered = 0;
  reading(app_.database(), [&](Session& session) {
    for (const auto at : places) {
      auto bytes = genuine;
      bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random() % 255));
      const auto told = verify_report_file(session, ByteSource(bytes)).verdict;
      EXPECT_NE(told, Verdict::kGenuine) << "byte " << at;
      altered += told == Verdict::kAltered ? 1 : 0;
    }
    return 0;
  });
  // Told as altered, and not only as unknown: the identifier stands in the seal and among the properties.
  EXPECT_GE(altered, places.size() - 5);
  EXPECT_EQ(verdict("a letter from somebody else"), Verdict::kUnknown);
  for (const auto at : {std::size_t{0}, genuine.size() / 3, genuine.size() / 2, genuine.size() - 200, genuine.size() - 2}) {
    auto bytes = genuine;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    const auto told = app_.json("POST", "/api/v1/verify", bytes, {{"Content-Type", "application/octet-stream"}});
    EXPECT_EQ(text_at(told.json(), "verdict"), "altered") << "byte " << at;
  }
}

TEST_F(ReportRuns, AreVerifiedByAnybodyWithoutSignIn) {
  const auto bytes = app_.file(app_.made());
  app_.sign_in_as("");
  const auto told = [&](const std::string& body) {
    return text_at(app_.json("POST", "/api/v1/verify", body, {{"Content-Type", "application/octet-stream"}}).json(), "verdict");
  };
  EXPECT_EQ(told(bytes), "genuine");
  EXPECT_EQ(told(bytes + " "), "altered");
  EXPECT_EQ(told("something else"), "unknown");
  const auto hash = sha256_of(ByteSource(bytes), static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(text_at(app_.get("/api/v1/verify?sha256=" + hash).json(), "verdict"), "genuine");
  EXPECT_EQ(app_.get("/api/v1/verify?sha256=12").status, 422);
  EXPECT_EQ(parse_public_key(app_.get("/verify/key").body), test_signer().public_key());
  int refused = 0;
  for (int i = 0; i < 40; ++i) refused += app_.get("/api/v1/verify?sha256=" + hash).status == 429 ? 1 : 0;
  EXPECT_GT(refused, 0);
}

TEST_F(ReportRuns, AreTakenUpOnceAfterAKill) {
  // An instance took the run and bound it; then it is gone, and its lease runs out.
  const Actor nobody;
  std::int64_t id = 0;
  Job dead;
  const auto requested = in_transaction(app_.database(), nobody, "test", {}, [&](Transaction& transaction) -> Outcome {
    const auto& kind = *find_report_kind("receipt-register");
    id = *insert_report_run(transaction, {.kind = &kind, .parameters = {.year = 2026}});
    transaction.sql() << "INSERT INTO jobs (kind, subject_id, state, attempts, leased_until) VALUES ('report', " +
                             std::to_string(id) + ", 'running', 1, clock_timestamp() + interval '1 hour')";
    return kOk;
  });
  ASSERT_TRUE(requested.ok());
  dead = *reading(app_.database(), [&](Session& session) { return find_job(session, kReportJob, id); });
  const auto bound = reading(app_.database(), [&](Session& session) { return bind_report_run(session, id); });
  app_.spend("A-2", "70.00");
  run_as_owner(app_.owner_url(), "UPDATE jobs SET leased_until = clock_timestamp() - interval '1 second' WHERE kind = 'report'");
  EXPECT_EQ(text_at(app_.settled(std::to_string(id)), "state"), "draft");
  EXPECT_EQ(app_.number("SELECT attempts FROM jobs WHERE kind = 'report'"), 2);
  EXPECT_EQ(position_of(std::to_string(id)).position, bound.position);  // not where the ledger is now
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_run_changes WHERE to_state = 'draft'"), 1);
  // The first one was only slow after all: it cannot end what another has ended, nor store a second file.
  const auto late = in_transaction(app_.database(), nobody, "test", {}, [&](Transaction& transaction) -> Outcome {
    return finish_job(transaction, dead) ? Outcome(kOk) : conflict("lost", "");
  });
  EXPECT_EQ(late.error().code, "lost");
  SpooledFile file;
  file.append("second");
  const auto twice = in_transaction(app_.database(), nobody, "test", {}, [&](Transaction& transaction) -> Outcome {
    store_made_report(transaction, id, {.identifier = "kr-2", .file_name = "b", .sha256 = std::string(64, '0'), .content_type = "b",
                                        .public_key = std::string(32, 'k'), .signature = std::string(64, 's')}, file, {});
    return kOk;
  });
  EXPECT_FALSE(twice.ok());
}

TEST_F(ReportRuns, AreMadeByOneOfTwoInstances) {
  auto config = app_.database().config();
  config.sessions = 3;
  Database second_database(config);
  JobRunner second(second_database, {.slots = 1, .look = 20ms});
  add_report_job(second, test_signer(), settings(), 30);
  second.start();
  std::vector<std::string> ids;
  for (int year = 2016; year <= 2026; ++year) {
    const auto asked = app_.json("POST", "/api/v1/report-runs", R"({"report":"receipt-register","year":)" + std::to_string(year) + "}");
    ASSERT_EQ(asked.status, 202);
    ids.push_back(text_at(asked.json(), "id"));
  }
  for (const auto& id : ids) EXPECT_EQ(text_at(app_.settled(id), "state"), "draft");
  second.stop();
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_run_changes WHERE to_state = 'draft'"), 11);
  EXPECT_EQ(app_.number("SELECT max(attempts) FROM jobs WHERE kind = 'report'"), 1);
}

TEST_F(ReportRuns, AreCancelledWhileTheyWaitAndWhileTheyAreMade) {
  const Actor nobody;
  const auto in_one = [&](auto&& work) { return in_transaction(app_.database(), nobody, "test", {}, work); };
  const auto& kind = *find_report_kind("receipt-register");
  const auto first = in_one([&](Transaction& transaction) -> Result<std::int64_t> {
    return *insert_report_run(transaction, {.kind = &kind, .parameters = {.year = 2025}});
  });
  // Whoever makes the first one waits for its row, in the only slot.
  auto holder = app_.database().connect();
  holder->sql() << "BEGIN";
  holder->sql() << "SELECT id FROM report_runs FOR UPDATE";
  ASSERT_TRUE(in_one([&](Transaction& transaction) -> Outcome {
    enqueue_job(transaction, kReportJob, *first);
    return kOk;
  }));
  const auto second = text_at(app_.json("POST", "/api/v1/report-runs", R"({"report":"receipt-register","year":2026})").json(), "id");
  EXPECT_EQ(app_.step(second, "cancel").status, 200);
  EXPECT_EQ(text_at(*app_.run(second).find("job"), "state"), "cancelled");
  ASSERT_TRUE(in_one([&](Transaction& transaction) -> Outcome {
    EXPECT_TRUE(cancel_job(transaction, kReportJob, *first));
    return kOk;
  }));
  holder->sql() << "ROLLBACK";
  const auto run = app_.settled(std::to_string(*first));
  EXPECT_EQ(text_at(*run.find("job"), "state"), "cancelled");
  EXPECT_EQ(text_at(run, "state"), "requested");
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_run_parts"), 0);
  // What was cancelled can be tried again, once.
  EXPECT_EQ(app_.step(second, "retry").status, 200);
  EXPECT_EQ(text_at(app_.settled(second), "state"), "draft");
  EXPECT_EQ(app_.step(second, "cancel").code(), "report_is_not_being_made");
  EXPECT_EQ(app_.step(second, "retry").code(), "report_is_made");
}

TEST_F(ReportRuns, AreSubmittedByTwoPeopleAndThenFrozen) {
  const auto id = app_.made();
  EXPECT_EQ(app_.step(id, "approve").status, 403);  // Ada is no approver
  EXPECT_EQ(app_.step(id, "propose", R"({"reason":"Please look at travel."})").status, 200);
  app_.sign_in_as("bert@example.org");
  EXPECT_EQ(app_.step(id, "send-back").breaches(), std::vector<std::string>{"reason:required"});
  EXPECT_EQ(app_.step(id, "send-back", R"({"reason":"Travel is missing."})").status, 200);
  EXPECT_EQ(app_.step(id, "approve").code(), "report_is_not_proposed");
  EXPECT_EQ(app_.step(id, "propose").status, 200);
  EXPECT_EQ(app_.step(id, "approve").code(), "own_request");  // Bert proposed it this time
  app_.sign_in_as("ada@example.org");
  EXPECT_EQ(app_.step(id, "propose").code(), "report_is_no_draft");
  app_.sign_in_as("bert@example.org");
  EXPECT_EQ(app_.step(id, "send-back", R"({"reason":"Ada proposes."})").status, 200);
  app_.submit(id);
  EXPECT_EQ(app_.state(id), "submitted");
  EXPECT_EQ(text_at(app_.run(id), "approved_by"), "Bert");
  const auto history = reading(app_.database(), [&](Session& session) { return list_report_run_changes(session, std::stoll(id)); });
  ASSERT_EQ(history.size(), 8U);
  EXPECT_EQ(history.at(3).reason, "Travel is missing.");
  EXPECT_EQ(history.at(3).actor_name, "Bert");
  EXPECT_EQ(history.back().to_state, "submitted");
}

// Each rule once, broken by the owner of the database: a migration or an operator cannot either.
TEST_F(ReportRuns, AreHeldByTheDatabaseForTheOwnerToo) {
  const auto id = app_.made();
  const auto draft = app_.made();
  app_.submit(id);
  const auto told = [&](const std::string& statement) { return owner_is_told(app_, statement); };
  const auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const auto of = " WHERE id = " + id, of_draft = " WHERE id = " + draft;
  EXPECT_PRED2(contains, told("UPDATE report_runs SET sha256 = sha256('x')" + of_draft), "the file of report run");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET file_name = 'other.xlsx'" + of), "the file of report run");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET ledger_position = 0" + of_draft), "is of what was asked for");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET parameters = ''" + of_draft), "is of what was asked for");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET approved_by = 1, proposed_by = 2" + of), "is submitted");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET state = 'draft', approved_by = NULL, submitted_at = NULL" + of), "no edge");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET state = 'submitted', proposed_by = 1, approved_by = 2, submitted_at = now()" + of_draft), "no edge");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET state = 'returned'" + of), "goes back with a reason");
  EXPECT_PRED2(contains, told("DELETE FROM report_runs" + of_draft), "stays");
  EXPECT_PRED2(contains, told("UPDATE report_run_parts SET content = 'x'"), "what was reported stays");
  EXPECT_PRED2(contains, told("DELETE FROM report_run_parts"), "what was reported stays");
  EXPECT_PRED2(contains, told("INSERT INTO report_run_parts (run_id, position, content) VALUES (" + draft + ", 99, 'x')"), "made already");
  EXPECT_PRED2(contains, told("DELETE FROM report_run_figures"), "what was reported stays");
  EXPECT_PRED2(contains, told("DELETE FROM report_run_rates"), "what was reported stays");
  EXPECT_PRED2(contains, told("DELETE FROM report_run_changes"), "what was reported stays");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET state = 'proposed'" + of_draft), "proposed_report_has_an_author");
  ASSERT_EQ(told("UPDATE report_runs SET state = 'proposed', proposed_by = 2" + of_draft), "");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET state = 'submitted'" + of_draft), "submitted_report_has_an_approver");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET state = 'submitted', approved_by = 2, submitted_at = now()" + of_draft), "report_approver_is_another");
  EXPECT_PRED2(contains, told("UPDATE report_runs SET state = 'submitted', approved_by = 1, submitted_at = now()" + of_draft), "report_approver_is_another");
  EXPECT_PRED2(contains, told("INSERT INTO report_runs (kind, parameters, for_funder, state) VALUES ('x', '', false, 'draft')"), "begins requested");
  EXPECT_PRED2(contains, told("INSERT INTO report_runs (kind, parameters, for_funder, previous_run_id) VALUES ('x', '', false, " + id + ")"), "no returned one");
  EXPECT_PRED2(contains, told("INSERT INTO report_shares (run_id, purpose, token_hash, created_by, expires_at) VALUES (" + draft +
                              ", 'x', sha256('x'), 1, now() + interval '1 day')"), "is not submitted");
}

TEST_F(ReportRuns, WriteTheirHistoryAndRatesThroughTriggersAlone) {
  app_.made();
  EXPECT_ANY_THROW(app_.broken_rule("INSERT INTO report_run_changes (run_id, to_state) VALUES (1, 'submitted')"));
  EXPECT_ANY_THROW(app_.broken_rule("INSERT INTO report_run_rates (run_id, currency, starts_on, ends_on, units_per_euro) "
                                    "VALUES (1, 'USD', '2026-01-01', '2026-01-01', 1)"));
}

TEST_F(ReportRuns, PinTheRatesThatTheyStandOnWhenTheyAreSubmitted) {
  ASSERT_EQ(app_.broken_rule("INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source) VALUES "
                             "('USD', '2026-03-10', 1.25, false, 'ECB'), ('USD', '2026-04-30', 1.25, false, 'ECB')"), "");
  auto body = app_.invoice("USD-1", "125.00", app_.grant().lines.front());
  body.replace(body.find("\"EUR\""), 5, "\"USD\"");
  ASSERT_EQ(app_.as_bert(app_.submitted(body), "approve"), "");
  const auto id = app_.made();
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_run_rates"), 0);
  // A rate that comes between the making and the approval is none that the file stands on.
  run_as_owner(app_.owner_url(), "INSERT INTO exchange_rates (currency, on_date, units_per_euro, manual, source, created_by) "
                                 "SELECT 'USD', '2026-03-10', 2.5, true, 'corrected', min(id) FROM users");
  app_.submit(id);
  const auto rates = reading(app_.database(), [&](Session& session) { return list_report_run_rates(session, std::stoll(id)); });
  ASSERT_EQ(rates.size(), 1U);
  EXPECT_EQ(rates.front().currency, "USD");
  EXPECT_EQ(rates.front().units_per_euro.substr(0, 4), "1.25");
  EXPECT_EQ(rates.front().shown, "1.25");
  const auto told = app_.get("/api/v1/report-runs/" + id).body;
  EXPECT_NE(told.find(R"("rates":[{"currency":"USD","from":")"), std::string::npos) << told;
  EXPECT_NE(told.find(R"("state":"proposed","by":"Ada")"), std::string::npos) << told;
}

TEST_F(ReportRuns, StayWithTheFunderWhomTheirFileNames) {
  const auto submitted = app_.made(), addressed = app_.made();
  const auto grant = app_.grant().id, before = app_.number("SELECT funder_id FROM grants");
  app_.submit(submitted);
  run_as_owner(app_.owner_url(), "INSERT INTO organisations (name, is_funder) VALUES ('Another funder', true);"
                                 "UPDATE grants SET funder_id = (SELECT max(id) FROM organisations)");
  const auto after = app_.number("SELECT funder_id FROM grants");
  app_.submit(addressed);  // its letter and its cover name the first one
  const auto seen_by = [&](std::int64_t funder) {
    return reading(app_.database(), [&](Session& session) { return list_reports_of_funder(session, funder, grant).size(); });
  };
  EXPECT_EQ(seen_by(before), 2U);
  EXPECT_EQ(seen_by(after), 0U);
  app_.submit(app_.made());
  EXPECT_EQ(seen_by(after), 1U);
  // The first one still finds its two, and nothing of what the grant is now.
  const auto grants_of = [&](std::int64_t funder) {
    return reading(app_.database(), [&](Session& session) { return list_grants_of_funder(session, funder); });
  };
  const auto former = grants_of(before), present = grants_of(after);
  ASSERT_EQ(former.size() + present.size(), 2U);
  EXPECT_EQ(former[0].reports, 2);
  EXPECT_EQ(former[0].state + former[0].reference, "with another funder");
  EXPECT_FALSE(former[0].awarded.has_value());
  EXPECT_EQ(present[0].reports, 1);
  EXPECT_TRUE(present[0].awarded.has_value());
  EXPECT_EQ(owner_is_told(app_, "UPDATE report_runs SET submitted_to = " + std::to_string(after)).find("keeps whom it is for") != std::string::npos, true);
}

TEST_F(ReportRuns, ThatAreReturnedAreFollowedOnce) {
  const auto id = app_.made();
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs/" + id + "/follow-up", "{}").code(), "report_is_not_returned");
  app_.submit(id);
  EXPECT_EQ(app_.step(id, "return").breaches(), std::vector<std::string>{"reason:required"});
  EXPECT_EQ(app_.step(id, "return", R"({"reason":"Use our template."})").status, 200);
  const auto followed = app_.json("POST", "/api/v1/report-runs/" + id + "/follow-up", "{}");
  ASSERT_EQ(followed.status, 202) << followed.body;
  const auto next = text_at(followed.json(), "id");
  EXPECT_EQ(text_at(followed.json(), "previous_run_id"), id);
  EXPECT_EQ(text_at(app_.run(id), "next_run_id"), next);
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs/" + id + "/follow-up", "{}").code(), "returned_report_is_followed_once");
  app_.settled(next);
  app_.submit(next);
  EXPECT_EQ(app_.step(next, "accept").status, 200);
  EXPECT_EQ(app_.step(next, "return", R"({"reason":"Too late."})").code(), "report_is_not_submitted");
}

TEST_F(ReportRuns, AreRequestedOnceByTheSchedulesOfTwoInstances) {
  const auto schedule = report_schedule("receipt-register", 1, 14);
  const auto grant = std::to_string(app_.grant().id);
  ASSERT_EQ(app_.broken_rule("INSERT INTO obligations (grant_id, kind, title, due_on) VALUES (" + grant + ", 'report', 'Interim', '2026-12-15'), (" +
                             grant + ", 'report', 'Final', '2026-12-16'), (" + grant + ", 'audit', 'Audit', '2026-12-10')"), "");
  const auto today = Date::of("2026-12-01");  // 14 days before the first, 15 before the second
  std::atomic<int> requested{0};
  {
    std::vector<std::jthread> instances;
    for (int i = 0; i < 4; ++i) {
      instances.emplace_back([&] { requested += schedule_reports(app_.database(), schedule, today); });
    }
  }
  EXPECT_EQ(requested, 2);
  EXPECT_EQ(schedule_reports(app_.database(), schedule, today), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_runs WHERE kind = 'receipt-register' AND parameters = 'language=en&year=2026'"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_runs r JOIN obligations o ON o.id = r.obligation_id WHERE o.title = 'Interim'"), 1);
  EXPECT_EQ(schedule_reports(app_.database(), schedule, Date::of("2027-01-01")), 2);  // the next month, and what is late by now
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_runs r JOIN obligations o ON o.id = r.obligation_id WHERE o.title = 'Final'"), 1);
  ASSERT_EQ(app_.broken_rule("INSERT INTO obligations (grant_id, kind, title, due_on) VALUES (" + grant + ", 'report', 'Late', '2026-01-02'), (" +
                             grant + ", 'report', 'Forgotten', '2026-01-01')"), "");
  EXPECT_EQ(schedule_reports(app_.database(), schedule, Date::of("2027-01-02")), 1);  // a year late, and not a year and a day
}

TEST_F(ReportRuns, AreDueInTheGrantsOwnLayout) {
  const auto grant = std::to_string(app_.grant().id);
  ASSERT_EQ(app_.broken_rule("INSERT INTO obligations (grant_id, kind, title, due_on) VALUES (" + grant + ", 'report', 'Annual', '2026-12-15')"), "");
  ASSERT_EQ(app_.broken_rule("UPDATE grants SET report_layout = 'sf-425'"), "");
  ASSERT_EQ(schedule_reports(app_.database(), report_schedule("", 1, 14), Date::of("2026-12-01")), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_runs WHERE kind = 'sf-425' AND parameters LIKE '%as_of=2026-12-15%type=annual%'"), 1);
  EXPECT_EQ(text_at(app_.settled(std::to_string(app_.number("SELECT id FROM report_runs"))), "state"), "draft");
}

TEST_F(ReportRuns, MoveTheObligationThatTheyWerePreparedFor) {
  const auto grant = std::to_string(app_.grant().id);
  ASSERT_EQ(app_.broken_rule("INSERT INTO obligations (grant_id, kind, title, due_on) VALUES (" + grant + ", 'report', 'Interim', '2026-12-15')"), "");
  ASSERT_EQ(app_.broken_rule("UPDATE grants SET report_layout = 'funder-variance'"), "");
  ASSERT_EQ(schedule_reports(app_.database(), report_schedule("", 1, 14), Date::of("2026-12-01")), 1);
  const auto id = std::to_string(app_.number("SELECT id FROM report_runs"));
  ASSERT_EQ(text_at(app_.settled(id), "state"), "draft");
  app_.submit(id);
  EXPECT_EQ(app_.number("SELECT count(*) FROM obligations WHERE state = 'submitted'"), 1);
  EXPECT_EQ(app_.step(id, "accept").status, 200);
  EXPECT_EQ(app_.number("SELECT count(*) FROM obligations WHERE state = 'accepted'"), 1);
}

TEST_F(ReportRuns, AreComparedWithEachOtherCellByItsMeaning) {
  const auto before = app_.made();
  app_.spend("A-2", "70.00");
  const auto after = app_.made();
  const auto answer = app_.get("/api/v1/report-runs/" + after + "/comparison?with=" + before);
  ASSERT_EQ(answer.status, 200);
  std::vector<std::string> changes;
  const auto told = answer.json();
  for (const auto& change : std::get<Value::Array>(told.find("changes")->data())) {
    changes.push_back(text_at(change, "sheet") + "/" + text_at(change, "row") + "/" + text_at(change, "column") + ": " +
                      text_at(change, "before") + " -> " + text_at(change, "after") + " (" + text_at(change, "difference") + " " +
                      text_at(change, "unit") + ")");
  }
  const auto has = [&](const char* change) { return std::ranges::find(changes, change) != changes.end(); };
  EXPECT_PRED1(has, "Summary/Total direct costs/Actual in period: 1000.00 -> 1070.00 (70 EUR)");
  EXPECT_PRED1(has, "Summary/Total direct costs/Remaining: 29000.00 -> 28930.00 (-70 EUR)");
  EXPECT_PRED1(has, "Budget lines/1/Actual to date: 1000.00 -> 1070.00 (70 EUR)");
  for (const auto& change : changes) EXPECT_EQ(change.find("Budget lines/1/Approved budget"), std::string::npos) << change;
  const auto page = app_.get("/report-runs/" + after + "/comparison?with=" + before);
  EXPECT_EQ(page.status, 200);
  for (const auto* part : {"Total direct costs", "1000.00", "1070.00", "70 EUR"}) EXPECT_NE(page.body.find(part), std::string::npos) << part;
  // Asked the other way round it is the same; with itself, nothing changed.
  EXPECT_EQ(app_.get("/api/v1/report-runs/" + before + "/comparison?with=" + after).body, answer.body);
  EXPECT_NE(app_.get("/report-runs/" + before + "/comparison?with=" + before).body.find("Every figure is the same."), std::string::npos);
}

TEST_F(ReportRuns, AreComparedWithRunsOfTheirOwnReport) {
  const auto run = app_.made(), other = app_.made(R"({"report":"receipt-register","year":2026})");
  EXPECT_EQ(app_.get("/api/v1/report-runs/" + run + "/comparison?with=999999").breaches(), std::vector<std::string>{"with:not_one_of"});
  EXPECT_EQ(app_.get("/api/v1/report-runs/" + run + "/comparison?with=" + other).breaches(),
            std::vector<std::string>{"with:another_report"});
}

}  // namespace
}  // namespace kindling
