// The background half of a report run: its job makes the file and stores it.
#pragma once

#include "reporting/report_kind.hpp"

namespace kindling {

class JobRunner;
class ReportSigner;

// Seals what is committed, binds the run to that position (once: a later attempt reads the same), makes the file in one
// snapshot, signs it, and stores it with its figures in the transaction that ends the job: whatever is
// killed, it stands there once or not at all. `signer` outlives the runner.
void add_report_job(JobRunner& runner, const ReportSigner& signer, ReportSettings settings, int timeout_minutes);

}  // namespace kindling
