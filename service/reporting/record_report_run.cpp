#include "reporting/record_report_run.hpp"

#include "audit/audit.hpp"
#include "identity/authorize.hpp"
#include "jobs/job.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_run_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = "report." + std::move(action), .object_kind = "report_run", .object_id = id,
                             .fields = {}, .reason = std::move(reason)});
}

Outcome can_be_signed(const ReportSigner& signer) {
  if (signer.is_open()) return kOk;
  return conflict("signing_key_missing",
                  "Reports are signed, and this service has no key for that. An administrator sets [reports] signing_key_file.");
}

// Under its lock, at the version that the form knew.
Result<ReportRun> lock_known(Transaction& transaction, const ReportRunAct& act) {
  auto run = lock_report_run(transaction, act.run_id);
  if (run && run->version != act.expected) return stale();
  return run;
}

// One change of state with its audit. The database holds which ones there are.
Outcome move(Transaction& transaction, const ReportRun& run, std::string_view state, std::string_view verb,
             const std::string& reason) {
  update_report_state(transaction, run, state, reason);
  if (run.obligation_id) follow_report_with_obligation(transaction, *run.obligation_id, state);
  audit(transaction, std::string(verb), run.id, reason);
  return kOk;
}

Outcome must_be(const ReportRun& run, std::string_view state, const char* code, const char* message) {
  if (run.state == state) return kOk;
  return conflict(code, message);
}

}  // namespace

Result<std::int64_t> request_report(Transaction& transaction, const ReportSigner& signer, const ReportRequest& request) {
  if (auto ready = can_be_signed(signer); !ready) return ready.error();
  const auto id = insert_report_run(transaction, {.kind = request.kind, .parameters = request.parameters});
  enqueue_job(transaction, kReportJob, *id);
  audit(transaction, "requested", *id, request.kind->key);
  return *id;
}

Outcome retry_report(Transaction& transaction, const ReportRunAct& act) {
  const auto run = lock_known(transaction, act);
  if (!run) return run.error();
  if (auto open = must_be(*run, "requested", "report_is_made", "This report is made already."); !open) return open;
  enqueue_job(transaction, kReportJob, run->id);
  audit(transaction, "retried", run->id);
  return kOk;
}

Outcome cancel_report(Transaction& transaction, const ReportRunAct& act) {
  const auto run = lock_report_run(transaction, act.run_id);
  if (!run) return run.error();
  if (!cancel_job(transaction, kReportJob, run->id)) {
    return conflict("report_is_not_being_made", "This report is not being made any more.");
  }
  audit(transaction, "cancelled", run->id);
  return kOk;
}

Outcome propose_report(Transaction& transaction, const ReportRunAct& act, const Input& input) {
  const auto reason = parse_change_reason(input, false);
  if (!reason) return reason.error();
  const auto run = lock_known(transaction, act);
  if (!run) return run.error();
  if (auto draft = must_be(*run, "draft", "report_is_no_draft", "Only a draft is proposed for submission."); !draft) return draft;
  return move(transaction, *run, "proposed", "proposed", *reason);
}

Outcome approve_report(Transaction& transaction, const ReportRunAct& act, const Input& input) {
  const auto reason = parse_change_reason(input, false);
  if (!reason) return reason.error();
  const auto run = lock_known(transaction, act);
  if (!run) return run.error();
  if (auto waits = must_be(*run, "proposed", "report_is_not_proposed", "Only a proposed report is approved."); !waits) return waits;
  for (const auto author : {run->proposed_by.id, run->created_by.id}) {
    if (auto may = authorize(transaction.actor, Action::kApproveReport, {.kind = "report_run", .author_id = author}); !may) return may;
  }
  return move(transaction, *run, "submitted", "submitted", *reason);
}

Outcome send_report_back(Transaction& transaction, const ReportRunAct& act, const Input& input) {
  const auto reason = parse_change_reason(input, true);
  if (!reason) return reason.error();
  const auto run = lock_known(transaction, act);
  if (!run) return run.error();
  if (auto waits = must_be(*run, "proposed", "report_is_not_proposed", "Only a proposed report is sent back."); !waits) return waits;
  return move(transaction, *run, "draft", "sent_back", *reason);
}

Outcome accept_report(Transaction& transaction, const ReportRunAct& act, const Input& input) {
  const auto reason = parse_change_reason(input, false);
  if (!reason) return reason.error();
  const auto run = lock_known(transaction, act);
  if (!run) return run.error();
  if (auto out = must_be(*run, "submitted", "report_is_not_submitted", "Only a submitted report is accepted."); !out) return out;
  return move(transaction, *run, "accepted", "accepted", *reason);
}

Outcome return_report(Transaction& transaction, const ReportRunAct& act, const Input& input) {
  const auto reason = parse_change_reason(input, true);
  if (!reason) return reason.error();
  const auto run = lock_known(transaction, act);
  if (!run) return run.error();
  if (auto out = must_be(*run, "submitted", "report_is_not_submitted", "Only a submitted report is returned."); !out) return out;
  return move(transaction, *run, "returned", "returned", *reason);
}

Result<std::int64_t> follow_report(Transaction& transaction, const ReportSigner& signer, std::int64_t run_id) {
  if (auto ready = can_be_signed(signer); !ready) return ready.error();
  const auto run = lock_report_run(transaction, run_id);
  if (!run) return run.error();
  if (auto back = must_be(*run, "returned", "report_is_not_returned", "A new report follows one that was returned."); !back) {
    return back.error();
  }
  const auto* kind = find_report_kind(run->kind);
  if (kind == nullptr) return not_found("report_not_found", "The catalogue has this report no more.");
  const auto id = insert_report_run(transaction, {.kind = kind, .parameters = parameters_of(*kind, run->parameters),
                                                  .previous_run_id = run->id, .obligation_id = run->obligation_id});
  enqueue_job(transaction, kReportJob, *id);
  audit(transaction, "followed", *id);
  return *id;
}

}  // namespace kindling
