#include "reporting/make_report.hpp"

#include <chrono>
#include <thread>

#include "ledger/keeper.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// What was committed before this call is sealed after it, so that a receipt booked a moment ago is in the report. The
// keeper's own thread may hold the lock; it is done in a moment, and a report without the last entries is still true
// for the position that it names.
void seal_what_is_committed(Session& session) {
  using namespace std::chrono_literals;
  for (int attempt = 0; attempt < 40; ++attempt) {
    const auto report = keep_ledger(session);
    if (report.had_the_lock && report.sealed == 0) return;
    if (!report.had_the_lock) std::this_thread::sleep_for(25ms);
  }
}

}  // namespace

Result<ReportFile> make_funder_report(Database& database, const FunderVarianceRequest& request) {
  auto lease = database.lease();
  seal_what_is_committed(*lease);
  const auto report = query_funder_variance(*lease, request);
  if (!report) return report.error();
  return ReportFile{"funder-report-" + std::to_string(request.grant_id) + "-" + to_string(request.period.first) +
                        "-" + to_string(request.period.last) + ".xlsx",
                    write_funder_variance(*report)};
}

}  // namespace kindling
