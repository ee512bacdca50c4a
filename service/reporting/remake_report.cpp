#include "reporting/remake_report.hpp"

#include "reporting/made_report_store.hpp"
#include "reporting/make_report.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_context.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_signature.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// What the seal speaks of does not depend on who seals.
ReportSigner anybody() { return ReportSigner(std::string(64, '1')); }

std::string kept_hash(Session& session, const ReportRun& run, bool is_archive) {
  if (!is_archive) return run.sha256;
  const auto file = read_report_file(session, run.id);
  const auto checked = check_file(ByteSource(file), "", anybody().public_key());
  return checked.statement ? checked.statement->sha256 : std::string();
}

}  // namespace

Result<Remade> remake_report(Database& database, std::int64_t run_id, const ReportSettings& settings) {
  auto lease = database.lease();
  const auto run = find_report_run(*lease, run_id);
  if (!run) return run.error();
  if (!run->made()) return conflict("report_is_not_made", "This report is not made yet.");
  const auto* kind = find_report_kind(run->kind);
  if (kind == nullptr) return not_found("report_not_found", "The catalogue has this report no more.");
  const bool is_archive = kind->format == ReportFormat::kXlsx;
  Remade remade{.position = *run->ledger_position, .kept_sha256 = kept_hash(*lease, *run, is_archive), .remade_sha256 = {}};
  const auto parameters = parameters_of(*kind, run->parameters);
  const auto kept = find_report_context(*lease, run_id);
  const SealedSnapshot snapshot(*lease, {.position = *run->ledger_position, .known_at = run->known_at});
  const auto context = kept ? *kept : present_context(snapshot, *kind, parameters, settings);
  auto file = make_report(snapshot, *kind, parameters, context, [](std::string_view, std::int64_t, std::int64_t) {});
  if (!file) return file.error();
  auto spool = spooled(*file);
  const auto seal = seal_file(spool, is_archive,
                              {.identifier = report_identifier(*kind, parameters, snapshot), .kind = kind->key,
                               .position = snapshot.position(), .sha256 = {}},
                              anybody());
  remade.remade_sha256 = seal.statement.sha256;
  return remade;
}

}  // namespace kindling
