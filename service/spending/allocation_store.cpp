#include "spending/allocation_store.hpp"

#include <algorithm>

#include <soci/soci.h>

#include "budgets/platform_budget.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

using OptionalId = std::optional<long long>;
using OptionalText = std::optional<std::string>;

std::optional<std::int64_t> id_of(const OptionalId& id) { return id ? std::optional<std::int64_t>(*id) : std::nullopt; }

// The label says where a part goes in words: the grant, and of a claim its line.
struct SelectAllocations {
  long long of = 0, id = 0, fund_id = 0, amount = 0, reversed = 0, grant_reversed = 0;
  int position = 0, restricted = 0;
  std::string used_as, label, fund_name;
  OptionalId grant_id, line_id, commitment_id, partner_id, grant_minor, booked;
  OptionalText grant_currency, category, reason, need;
  soci::statement statement;

  explicit SelectAllocations(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT a.id, a.position, a.used_as, a.grant_id, a.budget_line_id, a.commitment_id, a.fund_id, f.name,
                 a.amount_minor, a.grant_currency, a.grant_minor, a.reversed_minor, a.grant_reversed_minor,
                 a.ineligible_reason, a.category_code, a.partner_id, a.booked_minor, a.need,
                 (f.restriction = 'restricted')::int,
                 CASE a.used_as
                   WHEN 'own' THEN f.name
                   ELSE concat_ws(': ', g.title, NULLIF(concat_ws(', ', NULLIF(l.work_package, ''),
                                                                  k.code || ' ' || k.name, o.name,
                                                                  NULLIF(l.description, '')), '')) END
          FROM expenditure_allocations a
          JOIN funds f ON f.id = a.fund_id
          LEFT JOIN grants g ON g.id = a.grant_id
          LEFT JOIN budget_lines l ON l.id = a.budget_line_id
          LEFT JOIN grant_categories k ON k.grant_id = a.grant_id AND k.code = COALESCE(l.category_code, a.category_code)
          LEFT JOIN grant_partners p ON p.id = COALESCE(l.partner_id, a.partner_id)
          LEFT JOIN organisations o ON o.id = p.organisation_id
          WHERE a.expenditure_id = :of
          ORDER BY a.position)",
                   soci::use(of, "of"), soci::into(id), soci::into(position), soci::into(used_as),
                   soci::into(grant_id), soci::into(line_id), soci::into(commitment_id), soci::into(fund_id),
                   soci::into(fund_name), soci::into(amount), soci::into(grant_currency), soci::into(grant_minor),
                   soci::into(reversed), soci::into(grant_reversed), soci::into(reason), soci::into(category),
                   soci::into(partner_id), soci::into(booked), soci::into(need),
                   soci::into(restricted), soci::into(label))) {}
};

// An array literal of ids; NULL where there is none.
template <typename Rows, typename Get>
std::string id_array(const Rows& rows, Get get) {
  std::string text = "{";
  for (const auto& row : rows) {
    const std::optional<std::int64_t> id = get(row);
    text += (text.size() > 1 ? "," : "") + (id ? std::to_string(*id) : std::string("NULL"));
  }
  return text + "}";
}

// An array literal of texts, quoted.
template <typename Rows, typename Get>
std::string text_array(const Rows& rows, Get get) {
  std::string text = "{";
  for (const auto& row : rows) {
    const std::optional<std::string> value = get(row);
    text += text.size() > 1 ? "," : "";
    if (!value) {
      text += "NULL";
      continue;
    }
    text += '"';
    for (const char c : *value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text + "}";
}

// "a\nb" as its lines.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void find_lines(soci::session& sql, const std::vector<NewAllocation>& allocations, AllocationTargets& targets) {
  const auto lines = id_array(allocations, [](const auto& a) { return a.budget_line_id; });
  const auto orders = id_array(allocations, [](const auto& a) { return a.commitment_id; });
  long long id = 0, is_order = 0;
  OptionalId root, grant;
  OptionalText need;
  std::string currency;
  soci::statement rows = (sql.prepare << R"(
      SELECT l.id, l.root_id, v.grant_id, 0, NULL, ''
      FROM budget_lines l
      JOIN budget_versions v ON v.id = l.budget_version_id
      WHERE l.id = ANY (:lines::bigint[])
      UNION ALL
      SELECT c.id, c.budget_line_id, c.grant_id, 1, c.need, c.currency
      FROM commitments c
      WHERE c.id = ANY (:orders::bigint[])
        AND c.state = 'open')",
                          soci::use(lines, "lines"), soci::use(orders, "orders"), soci::into(id), soci::into(root),
                          soci::into(grant), soci::into(is_order), soci::into(need), soci::into(currency));
  rows.execute();
  while (rows.fetch()) {
    if (is_order == 1) targets.commitments.insert({id, {id_of(root), need, Currency::of(currency)}});
    if (root) targets.lines[is_order == 1 ? *root : id] = {*root, *grant};
  }
}

void find_grants(soci::session& sql, const std::vector<std::int64_t>& ids, AllocationTargets& targets) {
  const auto wanted = id_array(ids, [](std::int64_t id) { return std::optional(id); });
  long long id = 0;
  OptionalId fund_id;
  std::string currency, programme;
  soci::statement rows = (sql.prepare << R"(
      SELECT id, currency, fund_id, programme_code FROM grants WHERE id = ANY (:wanted::bigint[]))",
                          soci::use(wanted, "wanted"), soci::into(id), soci::into(currency), soci::into(fund_id),
                          soci::into(programme));
  rows.execute();
  while (rows.fetch()) targets.grants.insert({id, {Currency::of(currency), id_of(fund_id), programme}});
}

// Categories and partners of the grants whose parts name one.
void find_places(soci::session& sql, const std::vector<NewAllocation>& allocations, AllocationTargets& targets) {
  const auto wanted = id_array(allocations, [](const auto& a) {
    return a.category_code || a.partner_id ? a.grant_id : std::nullopt;
  });
  long long grant = 0;
  OptionalText category;
  OptionalId partner;
  soci::statement rows = (sql.prepare << R"(
      SELECT grant_id, code, NULL::bigint FROM grant_categories WHERE grant_id = ANY (:wanted::bigint[])
      UNION ALL
      SELECT grant_id, NULL, id FROM grant_partners WHERE grant_id = ANY (:wanted::bigint[]))",
                          soci::use(wanted, "wanted"), soci::into(grant), soci::into(category), soci::into(partner));
  rows.execute();
  while (rows.fetch()) {
    const auto of = targets.grants.find(grant);
    if (of == targets.grants.end()) continue;
    if (category) of->second.categories.push_back(*category);
    if (partner) of->second.partners.push_back(*partner);
  }
}

void find_funds(soci::session& sql, const std::vector<NewAllocation>& allocations, AllocationTargets& targets) {
  const auto wanted = id_array(allocations, [](const auto& a) { return a.fund_id; });
  long long id = 0, general = 0;
  int unrestricted = 0, of_a_grant = 0;
  std::string needs;
  soci::statement rows = (sql.prepare << R"(
      SELECT f.id, (f.restriction = 'unrestricted')::int, EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)::int,
             (SELECT min(id) FROM funds WHERE restriction = 'unrestricted'),
             COALESCE((SELECT string_agg(p.need, chr(10) ORDER BY lower(p.need)) FROM fund_purposes p WHERE p.fund_id = f.id), '')
      FROM funds f
      WHERE f.id = ANY (:wanted::bigint[])
         OR f.id = (SELECT min(id) FROM funds WHERE restriction = 'unrestricted'))",
                          soci::use(wanted, "wanted"), soci::into(id), soci::into(unrestricted),
                          soci::into(of_a_grant), soci::into(general), soci::into(needs));
  rows.execute();
  while (rows.fetch()) {
    targets.funds[id] = {unrestricted != 0, of_a_grant != 0, lines_of(needs)};
    targets.general_fund_id = general;
  }
}

}  // namespace

bool FundTarget::pays_for(std::string_view need) const {
  return std::ranges::any_of(needs, [&](const std::string& each) { return same_need(each, need); });
}

std::vector<Allocation> list_allocations(Session& session, const Expenditure& cost) {
  std::vector<Allocation> allocations;
  auto& row = session.prepared<SelectAllocations>();
  row.of = cost.id;
  row.statement.execute();
  while (row.statement.fetch()) {
    Allocation allocation{{.row = "allocations." + std::to_string(row.position - 1),
                           .used_as = row.used_as,
                           .grant_id = id_of(row.grant_id),
                           .budget_line_id = id_of(row.line_id),
                           .commitment_id = id_of(row.commitment_id),
                           .fund_id = row.fund_id,
                           .category_code = row.category,
                           .partner_id = id_of(row.partner_id),
                           .ineligible_reason = row.reason,
                           .need = row.need,
                           .amount = {row.amount, cost.amount.currency}}};
    allocation.id = row.id;
    allocation.position = row.position;
    allocation.label = row.label;
    allocation.used_fund_id = row.fund_id;
    allocation.fund_name = row.fund_name;
    allocation.fund_restricted = row.restricted != 0;
    if (row.grant_currency) allocation.grant_currency = Currency::of(*row.grant_currency);
    allocation.grant_minor = id_of(row.grant_minor);
    allocation.booked_minor = id_of(row.booked);
    allocation.reversed_minor = row.reversed;
    allocation.grant_reversed_minor = row.grant_reversed;
    allocations.push_back(std::move(allocation));
  }
  return allocations;
}

AllocationTargets find_allocation_targets(Session& session, const std::vector<NewAllocation>& allocations) {
  AllocationTargets targets;
  find_lines(session.sql(), allocations, targets);
  std::vector<std::int64_t> grants;
  for (const auto& allocation : allocations) {
    if (allocation.grant_id) grants.push_back(*allocation.grant_id);
  }
  for (const auto& [id, line] : targets.lines) grants.push_back(line.grant_id);
  find_grants(session.sql(), grants, targets);
  if (std::ranges::any_of(allocations, [](const auto& a) { return a.category_code || a.partner_id; })) {
    find_places(session.sql(), allocations, targets);
  }
  find_funds(session.sql(), allocations, targets);
  return targets;
}

void replace_allocations(Transaction& transaction, std::int64_t expenditure, Date document_on,
                         const std::vector<NewAllocation>& allocations) {
  long long id = expenditure;
  transaction.sql() << "DELETE FROM expenditure_allocations WHERE expenditure_id = :id", soci::use(id, "id");
  if (allocations.empty()) return;
  const auto ids = [&](auto member) {
    return id_array(allocations, [member](const auto& a) { return a.*member; });
  };
  const auto uses = text_array(allocations, [](const auto& a) { return std::optional(a.used_as); });
  const auto grants = ids(&NewAllocation::grant_id), lines = ids(&NewAllocation::budget_line_id);
  const auto orders = ids(&NewAllocation::commitment_id), funds = ids(&NewAllocation::fund_id);
  const auto partners = ids(&NewAllocation::partner_id);
  const auto categories = text_array(allocations, [](const auto& a) { return a.category_code; });
  const auto reasons = text_array(allocations, [](const auto& a) { return a.ineligible_reason; });
  const auto needs = text_array(allocations, [](const auto& a) { return a.need; });
  const auto amounts = id_array(allocations, [](const auto& a) { return std::optional(a.amount.minor); });
  const std::string currency(allocations.front().amount.currency.code());
  const auto day = to_string(document_on);
  transaction.sql() << R"(
    INSERT INTO expenditure_allocations (expenditure_id, position, used_as, grant_id, budget_line_id, commitment_id,
                                         fund_id, category_code, partner_id, ineligible_reason, need, amount_minor,
                                         grant_currency, grant_minor)
    SELECT :id, a.position, a.used_as, a.grant_id, a.line_id, a.order_id, a.fund_id, a.category, a.partner_id, a.reason,
           a.need, a.amount, g.currency, grant_minor_of(a.grant_id, a.amount, :currency, :day::date)
    FROM unnest(:uses::text[], :grants::bigint[], :lines::bigint[], :orders::bigint[], :funds::bigint[],
                :categories::text[], :partners::bigint[], :reasons::text[], :needs::text[],
                :amounts::bigint[])
         WITH ORDINALITY AS a (used_as, grant_id, line_id, order_id, fund_id, category, partner_id, reason, need, amount,
                               position)
    LEFT JOIN grants g ON g.id = a.grant_id)",
      soci::use(id, "id"), soci::use(currency, "currency"), soci::use(day, "day"), soci::use(uses, "uses"),
      soci::use(grants, "grants"), soci::use(lines, "lines"), soci::use(orders, "orders"), soci::use(funds, "funds"),
      soci::use(categories, "categories"), soci::use(partners, "partners"), soci::use(reasons, "reasons"),
      soci::use(needs, "needs"), soci::use(amounts, "amounts");
}

void rate_allocations(Transaction& transaction, std::int64_t expenditure) {
  long long id = expenditure;
  transaction.sql() << R"(
    UPDATE expenditure_allocations a
    SET grant_minor = grant_minor_of(a.grant_id, a.amount_minor, e.currency, e.document_on)
    FROM expenditures e
    WHERE e.id = a.expenditure_id
      AND e.id = :id
      AND a.grant_id IS NOT NULL
      AND a.grant_currency <> e.currency)",
      soci::use(id, "id");
}

void book_allocations(Transaction& transaction, std::int64_t expenditure) {
  long long id = expenditure;
  transaction.sql() << R"(
    UPDATE expenditure_allocations a
    SET booked_minor = a.grant_minor
    FROM expenditures e
    WHERE e.id = a.expenditure_id
      AND e.id = :id
      AND a.used_as = 'claimed'
      AND a.grant_currency <> e.currency)",
      soci::use(id, "id");
}

std::vector<std::string> list_needs(Session& session) {
  std::string need;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT need
    FROM (SELECT DISTINCT ON (lower(n.need)) n.need
          FROM (SELECT l.need
                FROM platform_budget_lines l
                JOIN platform_budgets b ON b.id = l.platform_budget_id AND b.state IN ('approved', 'draft', 'submitted')
                UNION ALL
                SELECT p.need FROM fund_purposes p) n
          ORDER BY lower(n.need), n.need) known
    ORDER BY lower(need))",
                          soci::into(need));
  rows.execute();
  std::vector<std::string> needs;
  while (rows.fetch()) needs.push_back(need);
  return needs;
}

}  // namespace kindling
