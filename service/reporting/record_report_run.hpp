// What happens to a report run: it is asked for, proposed, approved and submitted, answered by its funder, followed.
#pragma once

#include <cstdint>
#include <string>

#include "reporting/report_run.hpp"
#include "reporting/report_signature.hpp"

namespace kindling {

struct Transaction;

// A run as the form knew it.
struct ReportRunAct {
  std::int64_t run_id;
  int expected;  // version; another one is kStale
};

// Queues the making; its id. kConflict "signing_key_missing" where nothing could sign it; kInvalid at "grant" for an
// unknown one.
Result<std::int64_t> request_report(Transaction& transaction, const ReportSigner& signer, const ReportRequest& request);
// Once more where an attempt failed or was cancelled, at the position that it is bound to. kConflict "report_is_made".
Outcome retry_report(Transaction& transaction, const ReportRunAct& act);
// What was not stored yet never is. kConflict "report_is_not_being_made".
Outcome cancel_report(Transaction& transaction, const ReportRunAct& act);

// draft -> proposed. Field: reason, a note for the approver.
Outcome propose_report(Transaction& transaction, const ReportRunAct& act, const Input& input);
// proposed -> submitted, by another person than who asked for it or proposed it: frozen for ever, with its exchange rates.
// The obligation that it was prepared for is submitted with it. kForbidden "own_request". Field: reason, a note.
Outcome approve_report(Transaction& transaction, const ReportRunAct& act, const Input& input);
// proposed -> draft. Field: reason, required.
Outcome send_report_back(Transaction& transaction, const ReportRunAct& act, const Input& input);
// submitted -> accepted, as the funder said. Field: reason, a note.
Outcome accept_report(Transaction& transaction, const ReportRunAct& act, const Input& input);
// submitted -> returned, as the funder said. Field: reason, required.
Outcome return_report(Transaction& transaction, const ReportRunAct& act, const Input& input);
// A new run of what was returned, linked to it; its id. kConflict "report_is_not_returned", "returned_report_is_followed_once".
Result<std::int64_t> follow_report(Transaction& transaction, const ReportSigner& signer, std::int64_t run_id);

}  // namespace kindling
