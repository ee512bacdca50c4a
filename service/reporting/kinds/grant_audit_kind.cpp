#include "reporting/report_catalogue.hpp"
#include "reports/grant_audit/grant_audit.hpp"

namespace kindling {
namespace {

Result<ReportFile> make(const ReportTask& task) {
  const auto grant_id = *task.parameters.grant_id;
  const auto audit = query_grant_audit(
      task.snapshot, {.grant_id = grant_id, .platform = task.context.platform, .identifier = task.identifier});
  if (!audit) return audit.error();
  return report_file("audit-" + std::to_string(grant_id) + "-" + std::to_string(task.snapshot.position()) + ".xlsx",
                     write_grant_audit(*audit, sheet::Words::of(task.parameters.language)));
}

}  // namespace

ReportKind grant_audit_kind() {
  return {.key = "grant-audit",
          .title = "Audit workbook of a grant",
          .explanation = "Every figure of a grant with its entries, documents, approvals and hashes of evidence, and the "
                         "seal of the ledger.",
          .parameters = {{.type = ReportParameter::Type::kGrant}, language_parameter()},
          .make = make};
}

}  // namespace kindling
