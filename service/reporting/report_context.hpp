// What a report shows beside the database, as it is now. Kept with a run from when it is bound (made_report_store.hpp).
#pragma once

#include "reporting/report_kind.hpp"

namespace kindling {

// Read in the report's own snapshot. Throws std::runtime_error for a broken template of a letter.
ReportContext present_context(const SealedSnapshot& snapshot, const ReportKind& kind, const ReportParameters& parameters,
                              const ReportSettings& settings);

}  // namespace kindling
