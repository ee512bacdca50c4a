#include "reporting/report_verbs.hpp"

namespace kindling {
namespace {

constexpr ReportVerb kVerbs[] = {
    {"/cancel", Action::kRequestReport,
     [](Transaction& transaction, const ReportRunAct& act, const Input&) { return cancel_report(transaction, act); },
     "cancelled", "ReportStep", "End the making that goes on; nothing of it is stored"},
    {"/retry", Action::kRequestReport,
     [](Transaction& transaction, const ReportRunAct& act, const Input&) { return retry_report(transaction, act); },
     "changed", "ReportStep", "Make it once more, at the same position of the ledger"},
    {"/propose", Action::kWriteFunding, propose_report, "submitted", "ReportNote", "Propose a draft for submission"},
    {"/approve", Action::kApproveReport, approve_report, "approved", "ReportNote",
     "Submit what somebody else proposed: frozen for ever, with its exchange rates"},
    {"/send-back", Action::kApproveReport, send_report_back, "returned", "ReportReason", "Back to a draft, with a reason"},
    {"/accept", Action::kWriteFunding, accept_report, "changed", "ReportNote", "The funder accepted it"},
    {"/return", Action::kWriteFunding, return_report, "changed", "ReportReason", "The funder returned it, with a reason"},
};

}  // namespace

std::span<const ReportVerb> report_verbs() { return kVerbs; }

}  // namespace kindling
