#include <soci/soci.h>

#include "reports/grant_audit/audit_documents.hpp"
#include "storage/database.hpp"

namespace kindling {

// What stands of an allocation: its amount less the share that reversals up to the position took back.
void read_audited_costs(Session& session, const AuditBounds& bounds, GrantAudit& audit) {
  long long id = 0, amount = 0, root_id = 0, grant_minor = 0, entry_id = 0, payment_id = 0;
  int files = 0;
  std::string kind, supplier, document, document_on, description, state, currency, used_as;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT c.id,
           c.kind,
           COALESCE(o.name, ''),
           COALESCE(c.document_number, ''),
           c.document_on::text,
           c.description,
           c.state,
           c.amount_minor,
           c.currency,
           a.used_as,
           COALESCE(a.budget_line_id, 0),
           COALESCE(a.grant_minor - COALESCE(round(a.grant_reversed_minor::numeric * r.known_minor / r.all_minor), 0),
                    0)::bigint,
           c.entry_id,
           COALESCE(c.payment_entry_id, 0),
           (SELECT count(*)
            FROM evidence_files f
            WHERE f.expenditure_id = c.id
              AND f.created_at <= :known_at::timestamptz)::int
    FROM expenditure_allocations a
    JOIN expenditures c ON c.id = a.expenditure_id
    JOIN seals s ON s.entry_id = c.entry_id AND s.position <= :position
    LEFT JOIN organisations o ON o.id = c.supplier_id
    LEFT JOIN LATERAL (SELECT NULLIF(sum(v.amount_minor) FILTER (WHERE v.decided_at <= :known_at::timestamptz), 0) AS all_minor,
                              COALESCE(sum(v.amount_minor) FILTER (WHERE vs.position <= :position), 0) AS known_minor
                       FROM expenditure_reversals v
                       LEFT JOIN seals vs ON vs.entry_id = v.entry_id
                       WHERE v.expenditure_id = c.id
                         AND v.state = 'approved') r ON true
    WHERE a.grant_id = :grant_id
    ORDER BY c.document_on, c.id, a.position)",
                          soci::into(id), soci::into(kind), soci::into(supplier), soci::into(document),
                          soci::into(document_on), soci::into(description), soci::into(state), soci::into(amount),
                          soci::into(currency), soci::into(used_as), soci::into(root_id), soci::into(grant_minor),
                          soci::into(entry_id), soci::into(payment_id), soci::into(files),
                          soci::use(bounds.known_at, "known_at"), soci::use(bounds.position, "position"),
                          soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) {
    audit.costs.push_back({.expenditure_id = id, .kind = kind, .supplier = supplier, .document = document,
                           .document_on = Date::of(document_on), .description = description, .state = state,
                           .amount = {amount, Currency::of(currency)}, .used_as = used_as, .root_id = root_id,
                           .grant_minor = grant_minor, .entry_id = entry_id, .payment_entry_id = payment_id,
                           .files = files});
  }
}

void read_audited_receipts(Session& session, const AuditBounds& bounds, GrantAudit& audit) {
  std::string instalment, received_on, reference;
  long long amount = 0, entry_id = 0;
  int reversed = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT i.title,
           r.received_on::text,
           r.reference,
           r.amount_minor,
           r.entry_id,
           EXISTS (SELECT 1
                   FROM entries x
                   JOIN seals xs ON xs.entry_id = x.id AND xs.position <= :position
                   WHERE x.reverses_entry_id = r.entry_id)::int
    FROM instalments i
    JOIN instalment_receipts r ON r.instalment_id = i.id
    JOIN seals s ON s.entry_id = r.entry_id AND s.position <= :position
    WHERE i.grant_id = :grant_id
    ORDER BY r.received_on, r.id)",
                          soci::into(instalment), soci::into(received_on), soci::into(reference), soci::into(amount),
                          soci::into(entry_id), soci::into(reversed), soci::use(bounds.position, "position"),
                          soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) {
    audit.receipts.push_back({.instalment = instalment, .received_on = Date::of(received_on), .reference = reference,
                              .amount_minor = amount, .entry_id = entry_id, .reversed = reversed != 0});
  }
}

void read_approvals(Session& session, const AuditBounds& bounds, GrantAudit& audit) {
  std::string what, name, asked_by, decided_by, reason;
  long long asked_at = 0, decided_at = 0;
  soci::statement rows = (session.sql().prepare << R"(
    WITH costs AS (
      SELECT DISTINCT c.id, c.submitted_by, c.submitted_at, c.approved_by, c.approved_at
      FROM expenditure_allocations a
      JOIN expenditures c ON c.id = a.expenditure_id
      WHERE a.grant_id = :grant_id
    ), decided AS (
      SELECT 'budget_version' AS what, 'version ' || v.number AS name, v.submitted_by AS asked_by,
             v.submitted_at AS asked_at, v.approved_by AS decided_by, v.approved_at AS decided_at, '' AS reason
      FROM budget_versions v
      WHERE v.grant_id = :grant_id
        AND v.approved_at IS NOT NULL
      UNION ALL
      SELECT c.kind, 'modification ' || c.number, c.requested_by, c.requested_at, c.decided_by, c.decided_at, c.justification
      FROM budget_changes c
      WHERE c.grant_id = :grant_id
        AND c.decided_at IS NOT NULL
      UNION ALL
      SELECT 'expenditure', 'expenditure ' || c.id, c.submitted_by, c.submitted_at, c.approved_by, c.approved_at, ''
      FROM costs c
      WHERE c.approved_at IS NOT NULL
      UNION ALL
      SELECT 'override', 'expenditure ' || o.expenditure_id || ': ' || o.code, c.submitted_by, c.submitted_at, o.actor_id,
             o.at, o.reason
      FROM expenditure_overrides o
      JOIN costs c ON c.id = o.expenditure_id
      WHERE o.grant_id = :grant_id
      UNION ALL
      SELECT 'reversal', 'expenditure ' || r.expenditure_id, r.requested_by, r.requested_at, r.decided_by, r.decided_at,
             r.reason
      FROM expenditure_reversals r
      JOIN costs c ON c.id = r.expenditure_id
      WHERE r.state = 'approved'
      UNION ALL
      SELECT 'period_closing', 'period ' || p.number, p.closing_by, p.closing_at, p.closed_by, p.closed_at,
             COALESCE(p.closing_note, '')
      FROM reporting_periods p
      WHERE p.grant_id = :grant_id
        AND p.closed_at IS NOT NULL
      UNION ALL
      SELECT 'period_reopening', 'period ' || p.number, r.requested_by, r.requested_at, r.decided_by, r.decided_at, r.reason
      FROM period_reopenings r
      JOIN reporting_periods p ON p.id = r.reporting_period_id
      WHERE p.grant_id = :grant_id
        AND r.state = 'approved'
    )
    SELECT d.what,
           d.name,
           COALESCE(a.name, ''),
           COALESCE(extract(epoch FROM d.asked_at)::bigint, 0),
           COALESCE(b.name, ''),
           extract(epoch FROM d.decided_at)::bigint,
           d.reason
    FROM decided d
    LEFT JOIN users a ON a.id = d.asked_by
    LEFT JOIN users b ON b.id = d.decided_by
    WHERE d.decided_at <= :known_at::timestamptz
    ORDER BY d.decided_at, d.what, d.name)",
                          soci::into(what), soci::into(name), soci::into(asked_by), soci::into(asked_at),
                          soci::into(decided_by), soci::into(decided_at), soci::into(reason),
                          soci::use(bounds.grant_id, "grant_id"), soci::use(bounds.known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    audit.approvals.push_back({.what = what, .name = name, .asked_by = asked_by, .asked_at_s = asked_at,
                               .decided_by = decided_by, .decided_at_s = decided_at, .reason = reason});
  }
}

void read_audited_evidence(Session& session, const AuditBounds& bounds, GrantAudit& audit) {
  long long expenditure_id = 0, size = 0, attached_at = 0;
  std::string name, media_type, sha256, attached_by;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.expenditure_id,
           f.name,
           f.media_type,
           f.size_bytes,
           encode(f.sha256, 'hex'),
           COALESCE(u.name, ''),
           extract(epoch FROM f.created_at)::bigint
    FROM evidence_files f
    LEFT JOIN users u ON u.id = f.created_by
    WHERE f.created_at <= :known_at::timestamptz
      AND f.expenditure_id IN (SELECT a.expenditure_id
                               FROM expenditure_allocations a
                               JOIN expenditures c ON c.id = a.expenditure_id
                               JOIN seals s ON s.entry_id = c.entry_id AND s.position <= :position
                               WHERE a.grant_id = :grant_id)
    ORDER BY f.expenditure_id, f.id)",
                          soci::into(expenditure_id), soci::into(name), soci::into(media_type), soci::into(size),
                          soci::into(sha256), soci::into(attached_by), soci::into(attached_at),
                          soci::use(bounds.known_at, "known_at"), soci::use(bounds.position, "position"),
                          soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) {
    audit.evidence.push_back({.expenditure_id = expenditure_id, .name = name, .media_type = media_type, .size_bytes = size,
                              .sha256 = sha256, .attached_by = attached_by, .attached_at_s = attached_at});
  }
}

}  // namespace kindling
