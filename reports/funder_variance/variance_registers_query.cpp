// The registers behind the figures: modifications, costs with what they correct, evidence, match.
#include <map>

#include <soci/soci.h>

#include "reports/funder_variance/variance_bounds.hpp"
#include "storage/database.hpp"

namespace kindling {

using Report = FunderVarianceReport;

void read_modifications(Session& session, const VarianceBounds& bounds, Report& report) {
  int number = 0, version = 0;
  long long moved = 0, award_change = 0;
  std::string kind, approved_on, justification, reference, asked_by, approved_by;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT c.number,
           c.kind,
           c.decided_at::date::text,
           c.justification,
           c.funder_reference,
           v.number,
           COALESCE((SELECT sum(d.delta_minor)
                     FROM transfer_deltas d
                     WHERE d.budget_change_id = c.id
                       AND d.delta_minor > 0), 0)::bigint,
           c.awarded_minor - c.awarded_before_minor,
           COALESCE(a.name, ''),
           COALESCE(b.name, '')
    FROM budget_changes c
    JOIN budget_versions v ON v.id = c.made_version_id
    LEFT JOIN users a ON a.id = c.requested_by
    LEFT JOIN users b ON b.id = c.decided_by
    WHERE c.grant_id = :grant_id
      AND c.state = 'approved'
      AND c.decided_at <= :known_at::timestamptz
    ORDER BY c.number)",
                          soci::into(number), soci::into(kind), soci::into(approved_on), soci::into(justification),
                          soci::into(reference), soci::into(version), soci::into(moved), soci::into(award_change),
                          soci::into(asked_by), soci::into(approved_by), soci::use(bounds.grant_id, "grant_id"),
                          soci::use(bounds.known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    report.modifications.push_back({.number = number, .kind = kind, .approved_on = Date::of(approved_on),
                                    .justification = justification, .funder_reference = reference, .version = version,
                                    .moved_minor = moved, .award_change_minor = award_change, .asked_by = asked_by,
                                    .approved_by = approved_by});
  }
}

void read_costs(Session& session, const VarianceBounds& bounds, Report& report) {
  std::map<long long, const Report::Line*> lines;
  for (const auto& line : report.lines) lines[line.root_id] = &line;
  long long position = 0, entry_id = 0, expenditure_id = 0, root_id = 0, amount = 0, document_minor = 0;
  int line_no = 0, corrects_period = 0;
  std::string booked_on, document, supplier, description, currency, corrects_on;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT s.position,
           e.id,
           p.line_no::int,
           e.booked_on::text,
           COALESCE(c.id, 0),
           COALESCE(c.document_number, ''),
           COALESCE(o.name, ''),
           CASE WHEN c.id IS NULL OR e.kind <> 'expenditure_approved' THEN e.description ELSE c.description END,
           p.budget_line_id,
           p.amount_minor,
           COALESCE(c.amount_minor, p.amount_minor),
           COALESCE(c.currency, p.currency),
           CASE WHEN e.kind = 'expenditure_approved' THEN '' ELSE COALESCE(c.document_on::text, '') END,
           COALESCE(q.number, 0)
    FROM budget_versions v
    JOIN budget_lines r ON r.budget_version_id = v.id
    JOIN postings p ON p.budget_line_id = r.id
    JOIN entries e ON e.id = p.entry_id AND e.booked_on BETWEEN :first::date AND :last::date
    JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    JOIN accounts a ON a.code = p.account_code AND a.kind = 'expense'
    LEFT JOIN expenditures c ON e.document_kind = 'expenditure' AND c.id = e.document_id
    LEFT JOIN organisations o ON o.id = c.supplier_id
    LEFT JOIN reporting_periods q ON q.grant_id = v.grant_id
                                 AND c.document_on BETWEEN q.starts_on AND q.ends_on
                                 AND q.ends_on < :first::date
    WHERE v.grant_id = :grant_id
    ORDER BY e.booked_on, s.position, p.line_no)",
                          soci::into(position), soci::into(entry_id), soci::into(line_no), soci::into(booked_on),
                          soci::into(expenditure_id), soci::into(document), soci::into(supplier),
                          soci::into(description), soci::into(root_id), soci::into(amount), soci::into(document_minor),
                          soci::into(currency), soci::into(corrects_on), soci::into(corrects_period),
                          soci::use(bounds.first, "first"), soci::use(bounds.last, "last"),
                          soci::use(bounds.position, "position"), soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) {
    const auto* line = lines.at(root_id);
    report.costs.push_back({.position = position, .entry_id = entry_id, .line_no = line_no,
                            .booked_on = Date::of(booked_on), .expenditure_id = expenditure_id, .document = document,
                            .supplier = supplier, .description = description, .budget_line = line->number,
                            .category = line->category, .amount_minor = amount,
                            .document_amount = {document_minor, Currency::of(currency)},
                            .corrects_on = Date::parse(corrects_on), .corrects_period = corrects_period});
  }
}

void read_evidence(Session& session, const VarianceBounds& bounds, Report& report) {
  long long expenditure_id = 0, size = 0;
  std::string name, sha256;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT f.expenditure_id,
           f.name,
           f.size_bytes,
           encode(f.sha256, 'hex')
    FROM evidence_files f
    WHERE f.created_at <= :known_at::timestamptz
      AND f.expenditure_id IN (SELECT e.document_id
                               FROM budget_versions v
                               JOIN budget_lines r ON r.budget_version_id = v.id
                               JOIN postings p ON p.budget_line_id = r.id
                               JOIN entries e ON e.id = p.entry_id AND e.document_kind = 'expenditure'
                               JOIN seals s ON s.entry_id = e.id AND s.position <= :position
                               WHERE v.grant_id = :grant_id
                                 AND e.booked_on BETWEEN :first::date AND :last::date)
    ORDER BY f.expenditure_id, f.id)",
                          soci::into(expenditure_id), soci::into(name), soci::into(size), soci::into(sha256),
                          soci::use(bounds.known_at, "known_at"), soci::use(bounds.position, "position"),
                          soci::use(bounds.grant_id, "grant_id"), soci::use(bounds.first, "first"),
                          soci::use(bounds.last, "last"));
  rows.execute();
  while (rows.fetch()) report.evidence.push_back({expenditure_id, name, size, sha256});
}

// What stands of a match: its amount less the share that reversals up to the position took back.
void read_matches(Session& session, const VarianceBounds& bounds, Report& report) {
  long long expenditure_id = 0, amount = 0;
  std::string booked_on, kind, source, description, category;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT c.id,
           e.booked_on::text,
           c.kind,
           COALESCE(o.name, ''),
           c.description,
           COALESCE(a.category_code, ''),
           (a.grant_minor - COALESCE(round(a.grant_reversed_minor::numeric * r.known_minor / r.all_minor), 0))::bigint
    FROM expenditure_allocations a
    JOIN expenditures c ON c.id = a.expenditure_id
    JOIN entries e ON e.id = c.entry_id AND e.booked_on <= :last::date
    JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    LEFT JOIN organisations o ON o.id = c.supplier_id
    LEFT JOIN LATERAL (SELECT NULLIF(sum(v.amount_minor) FILTER (WHERE v.decided_at <= :known_at::timestamptz), 0) AS all_minor,
                              COALESCE(sum(v.amount_minor) FILTER (WHERE vs.position <= :position
                                                                     AND v.booked_on <= :last::date), 0) AS known_minor
                       FROM expenditure_reversals v
                       LEFT JOIN seals vs ON vs.entry_id = v.entry_id
                       WHERE v.expenditure_id = c.id
                         AND v.state = 'approved') r ON true
    WHERE a.grant_id = :grant_id
      AND a.used_as = 'match'
      AND a.grant_minor IS NOT NULL
    ORDER BY e.booked_on, c.id, a.position)",
                          soci::into(expenditure_id), soci::into(booked_on), soci::into(kind), soci::into(source),
                          soci::into(description), soci::into(category), soci::into(amount),
                          soci::use(bounds.last, "last"), soci::use(bounds.position, "position"),
                          soci::use(bounds.known_at, "known_at"), soci::use(bounds.grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) {
    report.matches.push_back({.expenditure_id = expenditure_id, .booked_on = Date::of(booked_on), .kind = kind,
                              .source = source, .description = description, .category = category,
                              .amount_minor = amount});
  }
}

}  // namespace kindling
