#include "demo_reports.hpp"

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "core/input.hpp"
#include "funding/grant_store.hpp"
#include "identity/manage_users.hpp"
#include "jobs/job_runner.hpp"
#include "reporting/due_report_query.hpp"
#include "reporting/make_report.hpp"
#include "reporting/record_report_run.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_work.hpp"
#include "reporting/variance_explanation_store.hpp"
#include "reporting/write_explanations.hpp"
#include "reports/funder_variance/funder_variance.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("the example's reports: " + result.error().message);
  return *std::move(result);
}

class ReportExample {
 public:
  ReportExample(Database& database, const Config& config)
      : database_(database),
        signer_(ReportSigner::of_settings(config.reports.signing_key, config.reports.signing_key_file)),
        runner_(database, {.slots = 1, .look = std::chrono::milliseconds(50)}) {
    if (!signer_.is_open()) return;
    add_report_job(runner_, signer_,
                   {.platform = config.platform.name, .currency = config.platform.currency,
                    .time_zone = config.platform.time_zone, .root = config.root},
                   config.reports.timeout_minutes);
    runner_.start();
  }

  bool can_sign() const { return signer_.is_open(); }

  // The variances that ask for it.
  void explain(const Actor& coordinator, const Grant& grant) {
    const auto report = [&] {
      auto lease = database_.lease();
      seal_what_is_committed(*lease);
      const SealedSnapshot snapshot(*lease);
      return must(query_variance_lines(snapshot, {.grant_id = grant.id, .period = grant.period, .platform = {},
                                                  .explain_above = Percent{1'000}}));
    }();
    Input input;
    input.set("from", to_string(grant.period.first));
    input.set("to", to_string(grant.period.last));
    int number = 0;
    for (const auto& line : report.lines) {
      if (!asks_for_explanation(line, grant.period.last, report.cover.explain_above)) continue;
      const auto row = "explanations." + std::to_string(number++) + ".";
      input.set(row + "budget_line_id", std::to_string(line.root_id));
      input.set(row + "explanation", line.to_date_minor < expected_minor(line, grant.period.last)
                                         ? "The work began later than planned; the rest is spent in the months that are left."
                                         : "Bought at once instead of month by month; nothing more follows on this line.");
    }
    if (number == 0) return;
    must(in_transaction(database_, coordinator, "demo", {}, [&](Transaction& transaction) {
      const auto known = find_explanations(transaction.session, grant.id, grant.period);
      return write_explanations(transaction, grant.id, known.version, input);
    }));
  }

  // Asked for and made.
  std::int64_t report(const Actor& coordinator, const char* kind, std::int64_t grant_id, const Period& period) {
    const ReportRequest wanted{find_report_kind(kind), {.grant_id = grant_id, .period = period}};
    const auto id = must(in_transaction(database_, coordinator, "demo", {}, [&](Transaction& transaction) {
      return request_report(transaction, signer_, wanted);
    }));
    while (find(id).working()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return id;
  }

  void step(const Actor& actor, std::int64_t id, Outcome (*verb)(Transaction&, const ReportRunAct&, const Input&), const char* note) {
    Input input;
    input.set("reason", note);
    must(in_transaction(database_, actor, "demo", {}, [&](Transaction& transaction) {
      return verb(transaction, {id, find_report_run(transaction.session, id)->version}, input);
    }));
  }

  ReportRun find(std::int64_t id) {
    return must(reading(database_, [&](Session& session) { return find_report_run(session, id); }));
  }

 private:
  Database& database_;
  ReportSigner signer_;
  JobRunner runner_;  // stops first
};

}  // namespace

void make_demo_reports(Database& database, const Config& config, const Actor& coordinator, const Actor& approver) {
  ReportExample example(database, config);
  const auto grants = reading(database, [](Session& session) { return list_reported_grants(session); });
  if (!example.can_sign() || grants.empty()) return;
  const auto grant = must(reading(database, [&](Session& session) { return find_grant(session, grants.front().first); }));
  example.explain(coordinator, grant);
  const auto submitted = example.report(coordinator, "funder-report", grant.id, grant.period);
  example.step(coordinator, submitted, propose_report, "The first interim report.");
  example.step(approver, submitted, approve_report, "Compared with the bank.");
  const auto next = example.report(coordinator, "funder-report", grant.id, grant.period);
  example.step(coordinator, next, propose_report, "With the corrections of this week.");
  for (const auto& [id, title] : grants) {
    const auto other = must(reading(database, [&](Session& session) { return find_grant(session, id); }));
    if (other.report_layout != "funder-template") continue;
    example.explain(coordinator, other);
    example.report(coordinator, "funder-template", other.id, other.period);
  }
  const auto funder = must(add_user(database, {.actor = coordinator, .request_id = "demo"},
                                    {.email = "fay@kindling.invalid", .name = "Fay of the funder",
                                     .roles = static_cast<Roles>(Role::kFunder), .organisation_id = grant.funder_id}));
  std::cout << "fay@kindling.invalid  " << funder.one_time_password << '\n';
}

}  // namespace kindling
