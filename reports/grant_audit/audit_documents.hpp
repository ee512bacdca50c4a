// The documents' side of the audit workbook.
#pragma once

#include <string>

#include "reports/grant_audit/grant_audit.hpp"

namespace kindling {

class Session;

struct AuditBounds {
  long long grant_id = 0;
  long long position = 0;
  std::string known_at;
  long long fund_id = 0;  // 0: not awarded yet
};

void read_audited_costs(Session& session, const AuditBounds& bounds, GrantAudit& audit);
void read_audited_receipts(Session& session, const AuditBounds& bounds, GrantAudit& audit);
void read_approvals(Session& session, const AuditBounds& bounds, GrantAudit& audit);
void read_audited_evidence(Session& session, const AuditBounds& bounds, GrantAudit& audit);

}  // namespace kindling
