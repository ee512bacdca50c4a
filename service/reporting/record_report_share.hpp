// Links to submitted reports: made, revoked, opened.
#pragma once

#include <cstdint>
#include <string>

#include "reporting/report_run.hpp"
#include "reporting/report_share_store.hpp"

namespace kindling {

class Database;
struct Hand;

// The token of the new link, which nobody can read again. kNotFound, kConflict "share_needs_a_submitted_report".
Result<std::string> share_report(Database& database, const Hand& hand, std::int64_t run_id, const NewReportShare& share);
// kNotFound where the run has no such link, or it is revoked.
Outcome end_report_share(Transaction& transaction, std::int64_t run_id, std::int64_t share_id);

// What a link leads to. kNotFound "share_not_found" for an unknown, expired or revoked one: the same for all three.
struct SharedReport {
  OpenShare share;
  ReportRun run;
};
Result<SharedReport> find_shared_report(Session& session, std::string_view token);

// Counts and logs the download, or the wrong password, before anything is answered. kInvalid at "password" where it is
// wrong, kTooManyRequests where it was tried too often from this address or for this link.
Outcome open_shared_report(Database& database, std::string_view request_id, const SharedReport& shared,
                           std::string_view password, const std::string& address);

}  // namespace kindling
