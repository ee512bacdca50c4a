#include <soci/soci.h>

#include "reports/grant_audit/audit_documents.hpp"
#include "reports/grant_audit/grant_audit.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

bool read_cover(soci::session& sql, const GrantAuditRequest& request, AuditBounds& bounds, GrantAudit::Cover& cover) {
  std::string currency, starts_on, ends_on, retention;
  long long awarded = 0;
  sql << R"(
    SELECT g.title,
           COALESCE(g.reference, ''),
           o.name,
           g.state,
           g.currency,
           g.starts_on::text,
           g.ends_on::text,
           COALESCE(g.awarded_minor, 0),
           COALESCE(g.retention_until::text, ''),
           COALESCE(g.fund_id, 0)
    FROM grants g
    JOIN organisations o ON o.id = g.funder_id
    WHERE g.id = :grant_id)",
      soci::into(cover.grant_title), soci::into(cover.reference), soci::into(cover.funder), soci::into(cover.state),
      soci::into(currency), soci::into(starts_on), soci::into(ends_on), soci::into(awarded), soci::into(retention),
      soci::into(bounds.fund_id), soci::use(bounds.grant_id, "grant_id");
  if (!sql.got_data()) return false;
  cover.platform = request.platform;
  cover.identifier = request.identifier;
  cover.eligibility = {Date::of(starts_on), Date::of(ends_on)};
  cover.awarded = {awarded, Currency::of(currency)};
  cover.retention_until = Date::parse(retention);
  return true;
}

// The lines of the newest budget, and those of earlier ones on which something stands.
void read_lines(soci::session& sql, const AuditBounds& bounds, GrantAudit& audit) {
  long long root_id = 0, budget = 0;
  int number = 0;
  std::string what;
  soci::statement rows = (sql.prepare << R"(
    WITH present AS (
      SELECT version_id
      FROM budget_versions_at('infinity', :known_at::timestamptz)
      WHERE grant_id = :grant_id
    ), lines AS (
      SELECT l.id, l.root_id, l.line_no, l.amount_minor
      FROM budget_lines l
      WHERE l.budget_version_id = (SELECT version_id FROM present)
      UNION ALL
      SELECT r.id, r.id, 0, 0
      FROM budget_versions v
      JOIN budget_lines r ON r.budget_version_id = v.id AND r.continues_id IS NULL
      WHERE v.grant_id = :grant_id
        AND EXISTS (SELECT 1
                    FROM postings p
                    JOIN seals s ON s.entry_id = p.entry_id AND s.position <= :position
                    WHERE p.budget_line_id = r.id)
        AND r.id NOT IN (SELECT n.root_id
                         FROM budget_lines n
                         WHERE n.budget_version_id = (SELECT version_id FROM present))
    )
    SELECT l.root_id,
           l.line_no,
           concat_ws(' · ', NULLIF(b.work_package, ''), b.category_code, o.name, NULLIF(b.description, '')),
           l.amount_minor
    FROM lines l
    JOIN budget_lines b ON b.id = l.id
    LEFT JOIN grant_partners p ON p.id = b.partner_id
    LEFT JOIN organisations o ON o.id = p.organisation_id
    ORDER BY l.line_no = 0, l.line_no, l.root_id)",
                          soci::into(root_id), soci::into(number), soci::into(what), soci::into(budget),
                          soci::use(bounds.known_at, "known_at"), soci::use(bounds.grant_id, "grant_id"),
                          soci::use(bounds.position, "position"));
  rows.execute();
  while (rows.fetch()) audit.lines.push_back({root_id, number, what, budget});
}

// A grant's fund takes what is claimed from it and what the funder pays, so that the fund's postings are all there are.
void read_postings(soci::session& sql, const AuditBounds& bounds, GrantAudit& audit) {
  long long position = 0, entry_id = 0, recorded_at = 0, root_id = 0, amount = 0, reverses = 0;
  int line_no = 0;
  std::string seal, booked_on, kind, document, description, account, account_kind, currency, actor;
  soci::statement rows = (sql.prepare << R"(
    SELECT s.position,
           encode(s.hash, 'hex'),
           e.id,
           p.line_no::int,
           e.booked_on::text,
           extract(epoch FROM e.recorded_at)::bigint,
           e.kind,
           CASE WHEN e.document_id = 0 THEN '' ELSE e.document_kind || ' ' || e.document_id END,
           e.description,
           p.account_code,
           a.kind,
           COALESCE(p.budget_line_id, 0),
           p.amount_minor,
           p.currency,
           COALESCE(e.reverses_entry_id, 0),
           COALESCE(u.name, '')
    FROM postings p
    JOIN entries e ON e.id = p.entry_id
    JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    JOIN accounts a ON a.code = p.account_code
    LEFT JOIN users u ON u.id = e.actor_id
    WHERE p.fund_id = :fund_id
    ORDER BY s.position, p.line_no)",
                          soci::into(position), soci::into(seal), soci::into(entry_id), soci::into(line_no),
                          soci::into(booked_on), soci::into(recorded_at), soci::into(kind), soci::into(document),
                          soci::into(description), soci::into(account), soci::into(account_kind), soci::into(root_id),
                          soci::into(amount), soci::into(currency), soci::into(reverses), soci::into(actor),
                          soci::use(bounds.position, "position"), soci::use(bounds.fund_id, "fund_id"));
  rows.execute();
  while (rows.fetch()) {
    audit.postings.push_back({.position = position, .seal = seal, .entry_id = entry_id, .line_no = line_no,
                              .booked_on = Date::of(booked_on), .recorded_at_s = recorded_at, .kind = kind,
                              .document = document, .description = description, .account = account,
                              .account_kind = account_kind, .root_id = root_id,
                              .amount = {amount, Currency::of(currency)}, .reverses_entry_id = reverses, .actor = actor});
  }
}

void read_ledger(soci::session& sql, const AuditBounds& bounds, GrantAudit::Independent& ledger) {
  long long costs = 0, income = 0, entries = 0;
  sql << R"(
    SELECT COALESCE(sum(p.amount_minor) FILTER (WHERE a.kind = 'expense' AND a.code <> 'exchange_differences'), 0)::bigint,
           COALESCE(-sum(p.amount_minor) FILTER (WHERE a.code = 'income_grants'), 0)::bigint,
           count(DISTINCT s.position)
    FROM seals s
    JOIN postings p ON p.entry_id = s.entry_id
    JOIN accounts a ON a.code = p.account_code
    WHERE s.position <= :position
      AND p.fund_id = :fund_id)",
      soci::into(costs), soci::into(income), soci::into(entries), soci::use(bounds.position, "position"),
      soci::use(bounds.fund_id, "fund_id");
  ledger = {costs, income, entries};
}

}  // namespace

Result<GrantAudit> query_grant_audit(const SealedSnapshot& snapshot, const GrantAuditRequest& request) {
  auto& sql = snapshot.session().sql();
  const auto someday = Date::of("2000-01-01");
  GrantAudit audit{.cover = {.platform = {}, .identifier = {}, .grant_title = {}, .reference = {}, .funder = {}, .state = {},
                             .eligibility = {someday, someday}, .awarded = {0, Currency::of("EUR")}, .retention_until = {},
                             .ledger_position = snapshot.position(), .ledger_hash = snapshot.hash(),
                             .sealed_at_s = snapshot.sealed_at_s()},
                   .lines = {}, .postings = {}, .costs = {}, .receipts = {}, .approvals = {}, .evidence = {}, .ledger = {}};
  AuditBounds bounds{.grant_id = request.grant_id, .position = snapshot.position(), .known_at = snapshot.known_at()};
  if (!read_cover(sql, request, bounds, audit.cover)) return not_found("grant_not_found", "There is no such grant.");
  read_lines(sql, bounds, audit);
  read_postings(sql, bounds, audit);
  read_ledger(sql, bounds, audit.ledger);
  read_audited_costs(snapshot.session(), bounds, audit);
  read_audited_receipts(snapshot.session(), bounds, audit);
  read_approvals(snapshot.session(), bounds, audit);
  read_audited_evidence(snapshot.session(), bounds, audit);
  return audit;
}

}  // namespace kindling
