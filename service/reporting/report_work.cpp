#include "reporting/report_work.hpp"

#include "audit/audit.hpp"
#include "jobs/job_runner.hpp"
#include "reporting/made_report_store.hpp"
#include "reporting/make_report.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_context.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_signature.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

struct Made {
  ReportFile file;
  ReportStatement statement;  // without its hash
};

// The first attempt keeps what it finds; each one reads what was kept.
ReportContext bound_context(Session& session, std::int64_t id, const SealedPosition& at, const ReportKind& kind,
                            const ReportParameters& parameters, const ReportSettings& settings) {
  if (auto kept = find_report_context(session, id)) return *std::move(kept);
  const auto context = [&] {
    const SealedSnapshot snapshot(session, at);
    return present_context(snapshot, kind, parameters, settings);
  }();
  store_report_context(session, id, context);
  return find_report_context(session, id).value();
}

Result<Made> make_bound(JobRun& run, const ReportKind& kind, const ReportParameters& parameters,
                        const ReportSettings& settings) {
  auto lease = run.database().lease();
  seal_what_is_committed(*lease);
  const auto at = bind_report_run(*lease, run.job().subject_id);
  const auto context = bound_context(*lease, run.job().subject_id, at, kind, parameters, settings);
  const SealedSnapshot snapshot(*lease, at);
  auto file = make_report(snapshot, kind, parameters, context, [&](std::string_view step, std::int64_t done, std::int64_t total) {
    run.progress(step, done, total);
  });
  if (!file) return file.error();
  return Made{*std::move(file), {.identifier = report_identifier(kind, parameters, snapshot), .kind = kind.key,
                                 .position = snapshot.position(), .sha256 = {}}};
}

Outcome make_and_store(JobRun& run, const ReportSigner& signer, const ReportSettings& settings) {
  const auto id = run.job().subject_id;
  const auto report = reading(run.database(), [&](Session& session) { return find_report_run(session, id); });
  if (!report) return report.error();
  const auto* kind = find_report_kind(report->kind);
  if (kind == nullptr) return not_found("report_not_found", "The catalogue has this report no more.");
  const auto parameters = parameters_of(*kind, report->parameters);
  run.progress("Reading the ledger", 0, 0);
  auto made = make_bound(run, *kind, parameters, settings);
  if (!made) return made.error();
  run.progress("Signing", 0, 0);
  auto file = spooled(made->file);
  const auto seal = seal_file(file, kind->format == ReportFormat::kXlsx, made->statement, signer);
  run.progress("Storing", 0, 0);
  return in_transaction(run.database(), run.actor(), "", {}, [&](Transaction& transaction) -> Outcome {
    store_made_report(transaction, id,
                      {.identifier = made->statement.identifier, .file_name = made->file.name,
                       .sha256 = sha256_of(ByteSource(file), file.bytes()), .content_type = content_type_of(kind->format),
                       .public_key = signer.public_key(), .signature = seal.signature},
                      file, made->file.figures);
    record_audit(transaction, {.action = "report.made", .object_kind = "report_run", .object_id = id, .fields = {}, .reason = {}});
    run.finish(transaction);
    return kOk;
  });
}

}  // namespace

void add_report_job(JobRunner& runner, const ReportSigner& signer, ReportSettings settings, int timeout_minutes) {
  runner.add(std::string(kReportJob), std::chrono::minutes(timeout_minutes),
             [&signer, settings = std::move(settings)](JobRun& run) { return make_and_store(run, signer, settings); });
}

}  // namespace kindling
