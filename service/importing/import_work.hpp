// The background half of an import: its job checks a file in state "checking" and loads one in state "running".
#pragma once

#include <string>
#include <string_view>

#include "importing/import.hpp"

namespace kindling {

class JobRunner;

inline constexpr std::string_view kImportJob = "import";

// Check: the file is read once, its rows are staged in batches of their own transactions, and the result becomes visible
// with the end of the job. Run: what is staged is loaded in one transaction, with the end of the job. Both may be taken up
// again after a crash at any place: a check begins anew, a run has happened or not.
// `kinds` outlives the runner.
void add_import_job(JobRunner& runner, const ImportKinds& kinds, std::string time_zone);

}  // namespace kindling
