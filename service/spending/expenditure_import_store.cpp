#include "spending/expenditure_import_store.hpp"

#include <algorithm>
#include <set>

#include <soci/soci.h>

#include "core/csv.hpp"
#include "importing/import_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

void find_grants(soci::session& sql, CostTargets& targets) {
  long long id = 0;
  int takes = 0;
  std::string reference, title, currency, first, last;
  std::optional<long long> fund;
  soci::statement rows = (sql.prepare << R"(
    SELECT id, COALESCE(reference, ''), title, currency, fund_id,
           (state IN ('awarded', 'active', 'suspended', 'closing'))::int, starts_on::text, ends_on::text
    FROM grants
    ORDER BY id)",
                          soci::into(id), soci::into(reference), soci::into(title), soci::into(currency),
                          soci::into(fund), soci::into(takes), soci::into(first), soci::into(last));
  rows.execute();
  while (rows.fetch()) {
    const auto at = targets.grants.size();
    targets.grants.push_back({.id = id, .currency = Currency::of(currency), .fund_id = fund, .takes_costs = takes != 0,
                              .eligible = {Date::of(first), Date::of(last)}});
    for (const auto& key : std::set{name_key(reference), name_key(title), std::to_string(id)}) {
      if (!key.empty()) targets.grants_by_key.emplace(key, at);
    }
  }
}

// Categories and partners of the grants.
void find_places(soci::session& sql, CostTargets& targets) {
  std::map<long long, CostTargets::Grant*> grants;
  for (auto& each : targets.grants) grants[each.id] = &each;
  long long grant = 0, partner = 0;
  std::string text;
  soci::statement categories = (sql.prepare << "SELECT grant_id, code FROM grant_categories ORDER BY grant_id, position",
                                soci::into(grant), soci::into(text));
  categories.execute();
  while (categories.fetch()) {
    if (const auto at = grants.find(grant); at != grants.end()) at->second->categories.emplace(name_key(text), text);
  }
  soci::statement partners = (sql.prepare << R"(
    SELECT p.grant_id, p.id, o.name
    FROM grant_partners p
    JOIN organisations o ON o.id = p.organisation_id
    ORDER BY p.grant_id, p.position, p.id)",
                              soci::into(grant), soci::into(partner), soci::into(text));
  partners.execute();
  while (partners.fetch()) {
    if (const auto at = grants.find(grant); at != grants.end()) at->second->partners.emplace(name_key(text), partner);
  }
}

void find_lines(soci::session& sql, CostTargets& targets) {
  long long root = 0, grant = 0;
  std::string work_package, category, partner;
  std::optional<std::string> first, last;
  soci::statement rows = (sql.prepare << R"(
    SELECT l.root_id, v.grant_id, l.work_package, l.category_code, COALESCE(o.name, ''), l.starts_on::text, l.ends_on::text
    FROM budget_versions v
    JOIN budget_lines l ON l.budget_version_id = v.id
    LEFT JOIN grant_partners p ON p.id = l.partner_id
    LEFT JOIN organisations o ON o.id = p.organisation_id
    WHERE v.state = 'approved'
      AND v.grant_id IS NOT NULL
    ORDER BY l.id)",
                          soci::into(root), soci::into(grant), soci::into(work_package), soci::into(category),
                          soci::into(partner), soci::into(first), soci::into(last));
  rows.execute();
  while (rows.fetch()) {
    const auto of_grant = std::ranges::find(targets.grants, grant, &CostTargets::Grant::id);
    if (of_grant == targets.grants.end()) continue;
    const auto grant_at = static_cast<std::size_t>(of_grant - targets.grants.begin());
    const auto at = targets.lines.size();
    targets.lines.push_back({.root_id = root, .grant = grant_at, .work_package = name_key(work_package),
                             .category = name_key(category), .partner = name_key(partner), .starts_on = first ? Date::parse(*first) : std::nullopt,
                             .ends_on = last ? Date::parse(*last) : std::nullopt});
    targets.lines_by_id.emplace(root, at);
    targets.lines_by_grant.emplace(grant_at, at);
  }
}

void find_suppliers(soci::session& sql, CostTargets& targets) {
  long long id = 0;
  int is_supplier = 0;
  std::string name, vat;
  soci::statement rows = (sql.prepare << R"(
    SELECT id, name, COALESCE(vat_number, ''), is_supplier::int
    FROM organisations
    ORDER BY is_supplier DESC, id)",
                          soci::into(id), soci::into(name), soci::into(vat), soci::into(is_supplier));
  rows.execute();
  while (rows.fetch()) {
    const CostTargets::Supplier supplier{id, is_supplier != 0};
    targets.suppliers_by_name.emplace(name_key(name), supplier);
    if (!vat.empty()) targets.suppliers_by_vat.emplace(csv_heading_key(vat), supplier);
  }
}

// Rows that turn out to be bad get their error in the same statement.
void mark_bad(Transaction& transaction, long long import_id, const std::string& which, const char* column, const char* code,
              const std::string& message) {
  transaction.sql() << R"(
    WITH marked AS (
      UPDATE expenditure_import_rows r
      SET state = 'bad'
      FROM ()" + which + R"() d
      WHERE r.import_id = :import_id
        AND r.document = d.document
        AND r.state = 'new'
      RETURNING r.row_number, d.detail
    )
    INSERT INTO import_errors (import_id, row_number, column_name, code, message)
    SELECT :import_id, row_number, ')" + column + "', '" + code + "', format('" + message + R"(', detail)
    FROM marked)",
      soci::use(import_id, "import_id");
}

// The documents of the file that are recorded already, with what is recorded of each.
constexpr const char* kRecorded = R"(
      SELECT n.document, e.id AS detail, e.amount_minor = n.amount_minor AND e.currency = n.currency AS same
      FROM (SELECT document, supplier_id, min(document_number) AS document_number, min(document_on) AS document_on,
                   min(currency) AS currency, sum(amount_minor) AS amount_minor
            FROM expenditure_import_rows
            WHERE import_id = :import_id
              AND state = 'new'
              AND supplier_id IS NOT NULL
            GROUP BY document, supplier_id) n
      JOIN expenditures e
        ON e.supplier_id = n.supplier_id
       AND e.document_on = n.document_on
       AND e.document_key = regexp_replace(lower(n.document_number), '[[:space:][:punct:]]', '', 'g')
       AND e.document_number IS NOT NULL
       AND e.state <> 'withdrawn'
       AND e.reversed_minor < e.amount_minor)";

std::string id_list(const std::vector<std::int64_t>& ids) {
  std::string list;
  for (const auto id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
  return "{" + list + "}";
}

void make_suppliers(Transaction& transaction, long long import_id) {
  long long actor = transaction.actor.id;
  transaction.sql() << R"(
    INSERT INTO organisations (name, is_supplier, vat_number, created_by)
    SELECT DISTINCT ON (lower(supplier_name)) supplier_name, true, supplier_vat, NULLIF(:actor::bigint, 0)
    FROM expenditure_import_rows
    WHERE import_id = :import_id
      AND state = 'new'
      AND supplier_id IS NULL
    ORDER BY lower(supplier_name), row_number
    ON CONFLICT (name) DO NOTHING)",
      soci::use(actor, "actor"), soci::use(import_id, "import_id");
  transaction.sql() << R"(
    UPDATE expenditure_import_rows r
    SET supplier_id = o.id
    FROM organisations o
    WHERE r.import_id = :import_id
      AND r.state = 'new'
      AND r.supplier_id IS NULL
      AND lower(o.name) = lower(r.supplier_name))",
      soci::use(import_id, "import_id");
  transaction.sql() << R"(
    UPDATE organisations o
    SET is_supplier = true,
        version = version + 1
    WHERE NOT o.is_supplier
      AND o.id IN (SELECT supplier_id FROM expenditure_import_rows WHERE import_id = :import_id AND state = 'new'))",
      soci::use(import_id, "import_id");
}

}  // namespace

CostTargets find_cost_targets(Session& session) {
  CostTargets targets;
  find_grants(session.sql(), targets);
  find_places(session.sql(), targets);
  find_lines(session.sql(), targets);
  find_suppliers(session.sql(), targets);
  long long general = 0;
  session.sql() << "SELECT id FROM funds WHERE restriction = 'unrestricted' ORDER BY id LIMIT 1", soci::into(general);
  targets.general_fund_id = general;
  return targets;
}

void settle_expenditure_rows(Transaction& transaction, std::int64_t import_id, const std::vector<std::int64_t>& bad_documents) {
  long long id = import_id;
  expect_many_rows(transaction);
  if (!bad_documents.empty()) {
    mark_bad(transaction, id, "SELECT unnest('" + id_list(bad_documents) + "'::bigint[]) AS document, 0 AS detail", "",
             "document_has_errors", "Another row of the same document has errors; it is recorded whole or not at all.");
  }
  transaction.sql() << std::string(R"(
    UPDATE expenditure_import_rows r
    SET state = 'known'
    FROM ()") + kRecorded + R"() d
    WHERE r.import_id = :import_id
      AND r.document = d.document
      AND r.state = 'new'
      AND d.same)",
      soci::use(id, "import_id");
  mark_bad(transaction, id, std::string("SELECT x.document, x.detail FROM (") + kRecorded + ") x WHERE NOT x.same", "amount",
           "exists_with_different_amount",
           "This document is expenditure %s already, with another amount. Correct it there, or mend the file.");
  mark_bad(transaction, id,
           "SELECT DISTINCT s.document, s.currency AS detail FROM expenditure_import_rows s JOIN grants g ON g.id = s.grant_id "
           "WHERE s.import_id = :import_id AND s.state = 'new' AND s.currency <> g.currency "
           "AND grant_minor_of(g.id, s.amount_minor, s.currency, s.document_on) IS NULL",
           "currency", "exchange_rate_is_missing", "There is no exchange rate of %s for this day. Import or enter it first.");
  mark_bad(transaction, id,
           "SELECT s.document, min(p.number) AS detail FROM expenditure_import_rows s JOIN reporting_periods p "
           "ON p.grant_id = s.grant_id AND s.document_on BETWEEN p.starts_on AND p.ends_on AND p.state = 'closed' "
           "WHERE s.import_id = :import_id AND s.state = 'new' GROUP BY s.document",
           "document_on", "expenditure_period_is_closed",
           "Period %s of its grant is closed, so no cost of this day is entered any more. Ask for it to be reopened first.");
}

std::int64_t load_expenditure_rows(Transaction& transaction, const ImportLoad& load) {
  long long id = load.import_id, actor = transaction.actor.id, rows = 0;
  std::string made;
  make_suppliers(transaction, id);
  expect_many_rows(transaction);
  transaction.sql() << R"(
    WITH documents AS MATERIALIZED (
      SELECT nextval(pg_get_serial_sequence('expenditures', 'id')) AS id, d.*
      FROM (SELECT document, min(supplier_id) AS supplier_id, min(document_number) AS document_number,
                   min(document_on) AS document_on, min(paid_on) AS paid_on,
                   (array_agg(description ORDER BY row_number))[1] AS description, min(currency) AS currency,
                   sum(amount_minor)::bigint AS amount_minor
            FROM expenditure_import_rows
            WHERE import_id = :import_id
              AND state = 'new'
            GROUP BY document
            ORDER BY document) d
    ), inserted AS (
      INSERT INTO expenditures (id, kind, supplier_id, document_number, document_on, paid_on, description, currency,
                                amount_minor, created_by)
      OVERRIDING SYSTEM VALUE
      SELECT id, 'invoice', supplier_id, document_number, document_on, paid_on, description, currency, amount_minor,
             NULLIF(:actor::bigint, 0)
      FROM documents
      ON CONFLICT DO NOTHING
      RETURNING id
    ), parts AS (
      INSERT INTO expenditure_allocations (expenditure_id, position, used_as, grant_id, budget_line_id, fund_id,
                                           category_code, partner_id, ineligible_reason, need, amount_minor,
                                           grant_currency, grant_minor)
      SELECT d.id, row_number() OVER (PARTITION BY d.id ORDER BY r.row_number), r.used_as, r.grant_id, r.budget_line_id,
             r.fund_id, r.category_code, r.partner_id, r.ineligible_reason, r.need, r.amount_minor, g.currency,
             CASE WHEN g.currency = r.currency THEN r.amount_minor
                  WHEN g.id IS NOT NULL THEN grant_minor_of(g.id, r.amount_minor, r.currency, r.document_on) END
      FROM inserted i
      JOIN documents d ON d.id = i.id
      JOIN expenditure_import_rows r ON r.import_id = :import_id AND r.document = d.document AND r.state = 'new'
      LEFT JOIN grants g ON g.id = r.grant_id
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM parts),
           (SELECT COALESCE(array_agg(id), '{}')::text FROM inserted))",
      soci::use(id, "import_id"), soci::use(actor, "actor"), soci::into(rows), soci::into(made);
  if (load.options.text("state") == "submitted") {
    transaction.sql() << R"(
      UPDATE expenditures
      SET state = 'submitted',
          submitted_by = :actor,
          version = version + 1
      WHERE id = ANY (:made::bigint[]))",
        soci::use(actor, "actor"), soci::use(made, "made");
  }
  return rows;
}

}  // namespace kindling
