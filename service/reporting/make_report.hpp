// Makes one report: seals what is committed, reads at that position, writes.
#pragma once

#include "reporting/report_kind.hpp"

namespace kindling {

class Database;
class Session;

// What was committed before this call is sealed after it, so that a receipt booked a moment ago is in the report.
void seal_what_is_committed(Session& session);

// "kr-" and 32 hexadecimal digits: the same report of the same position has the same.
std::string report_identifier(const ReportKind& kind, const ReportParameters& parameters, const SealedSnapshot& snapshot);

using ReportProgress = std::function<void(std::string_view step, std::int64_t done, std::int64_t total)>;

// At once and stored nowhere, at the head of the ledger. Errors of the kind; throws Unavailable.
Result<ReportFile> make_report(Database& database, const ReportKind& kind, const ReportParameters& parameters,
                               const ReportSettings& settings);
// At the position of `snapshot`.
Result<ReportFile> make_report(const SealedSnapshot& snapshot, const ReportKind& kind, const ReportParameters& parameters,
                               const ReportContext& context, const ReportProgress& progress);

}  // namespace kindling
