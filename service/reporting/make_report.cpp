#include "reporting/make_report.hpp"

#include <chrono>
#include <thread>

#include "core/hash.hpp"
#include "ledger/keeper.hpp"
#include "reporting/report_context.hpp"
#include "storage/database.hpp"

namespace kindling {

// The keeper's own thread may hold the lock; it is done in a moment, and a report without the last entries is still true
// for the position that it names.
void seal_what_is_committed(Session& session) {
  using namespace std::chrono_literals;
  for (int attempt = 0; attempt < 40; ++attempt) {
    const auto report = keep_ledger(session);
    if (report.had_the_lock && report.sealed == 0) return;
    if (!report.had_the_lock) std::this_thread::sleep_for(25ms);
  }
}

std::string report_identifier(const ReportKind& kind, const ReportParameters& parameters,
                              const SealedSnapshot& snapshot) {
  const auto hash = sha256_hex(kind.key + "\n" + canonical_text(parameters) + "\n" + std::to_string(snapshot.position()) +
                               "\n" + snapshot.hash());
  return "kr-" + hash.substr(0, 32);
}

Result<ReportFile> make_report(Database& database, const ReportKind& kind, const ReportParameters& parameters,
                               const ReportSettings& settings) {
  auto lease = database.lease();
  seal_what_is_committed(*lease);
  const SealedSnapshot snapshot(*lease);
  return make_report(snapshot, kind, parameters, present_context(snapshot, kind, parameters, settings),
                     [](std::string_view, std::int64_t, std::int64_t) {});
}

Result<ReportFile> make_report(const SealedSnapshot& snapshot, const ReportKind& kind, const ReportParameters& parameters,
                               const ReportContext& context, const ReportProgress& progress) {
  return kind.make({.snapshot = snapshot,
                    .parameters = parameters,
                    .context = context,
                    .identifier = report_identifier(kind, parameters, snapshot),
                    .progress = progress});
}

}  // namespace kindling
