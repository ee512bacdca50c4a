#include "spending/allocation_choices.hpp"

#include <soci/soci.h>

#include "core/money.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::vector<NamedChoice> named(soci::session& sql, const char* text) {
  long long id = 0;
  std::string name;
  soci::statement rows = (sql.prepare << text, soci::into(id), soci::into(name));
  rows.execute();
  std::vector<NamedChoice> choices;
  while (rows.fetch()) choices.push_back({id, name});
  return choices;
}

// A grant's lines, then what is match or not eligible in it; restricted funds that may pay for something bear such parts too.
void add_grants(soci::session& sql, const std::vector<NamedChoice>& restricted,
                std::vector<AllocationChoiceGroup>& groups) {
  long long grant = 0, current = 0;
  std::optional<long long> root;
  std::string title, currency, label;
  soci::statement rows = (sql.prepare << R"(
    SELECT g.id, g.title, g.currency, l.root_id,
           concat_ws(' · ', NULLIF(l.work_package, ''), k.code || ' ' || k.name, o.name, NULLIF(l.description, ''))
    FROM grants g
    LEFT JOIN budget_versions v ON v.grant_id = g.id AND v.state = 'approved'
    LEFT JOIN budget_lines l ON l.budget_version_id = v.id
    LEFT JOIN grant_categories k ON k.grant_id = g.id AND k.code = l.category_code
    LEFT JOIN grant_partners p ON p.id = l.partner_id
    LEFT JOIN organisations o ON o.id = p.organisation_id
    WHERE g.state IN ('awarded', 'active', 'suspended', 'closing')
    ORDER BY lower(g.title), g.id, l.line_no)",
                          soci::into(grant), soci::into(title), soci::into(currency), soci::into(root),
                          soci::into(label));
  rows.execute();
  const auto close = [&] {
    if (current == 0) return;
    const auto id = std::to_string(current);
    groups.back().choices.push_back({"match:" + id, "Match: our own share, not claimed"});
    groups.back().choices.push_back({"ineligible:" + id, "Not eligible in this grant"});
    for (const auto& fund : restricted) {
      groups.back().choices.push_back({"match:" + id + ":" + std::to_string(fund.id), "Match from " + fund.name});
      groups.back().choices.push_back({"ineligible:" + id + ":" + std::to_string(fund.id), "Not eligible, paid from " + fund.name});
    }
  };
  while (rows.fetch()) {
    if (grant != current) {
      close();
      groups.push_back({title + " (" + currency + ")", {}, grant});
      current = grant;
    }
    if (root) groups.back().choices.push_back({"line:" + std::to_string(*root), label});
  }
  close();
}

// An open order of a grant once; one that no grant bears once a fund that may pay for its need.
void add_orders(soci::session& sql, std::vector<AllocationChoiceGroup>& groups) {
  long long id = 0, left = 0;
  std::optional<long long> fund;
  std::string title, supplier, currency, fund_name;
  soci::statement rows = (sql.prepare << R"(
    SELECT c.id, c.title, o.name, c.currency, (c.amount_minor - commitment_consumed_minor(c.id))::bigint, f.id,
           COALESCE(f.name, '')
    FROM commitments c
    JOIN organisations o ON o.id = c.supplier_id
    LEFT JOIN funds f
      ON c.grant_id IS NULL
         AND (f.restriction = 'unrestricted'
              OR EXISTS (SELECT 1 FROM fund_purposes p WHERE p.fund_id = f.id AND lower(p.need) = lower(c.need)))
    WHERE c.state = 'open'
    ORDER BY c.grant_id IS NULL, lower(c.title), c.id, f.restriction DESC, f.id)",
                          soci::into(id), soci::into(title), soci::into(supplier), soci::into(currency),
                          soci::into(left), soci::into(fund), soci::into(fund_name));
  rows.execute();
  AllocationChoiceGroup of_grants{.label = "Orders and contracts", .choices = {}},
      own{.label = "Our own orders and contracts", .choices = {}};
  while (rows.fetch()) {
    const auto label = title + ", " + supplier + ", " + to_display(Money{left, Currency::of(currency)}) + " left";
    if (fund) {
      own.choices.push_back({"own-commitment:" + std::to_string(id) + ":" + std::to_string(*fund), label + ", from " + fund_name});
    } else {
      of_grants.choices.push_back({"commitment:" + std::to_string(id), label});
    }
  }
  if (!of_grants.choices.empty()) groups.push_back(std::move(of_grants));
  if (!own.choices.empty()) groups.push_back(std::move(own));
}

void add_funds(soci::session& sql, std::vector<AllocationChoiceGroup>& groups) {
  long long id = 0;
  std::string name;
  soci::statement rows = (sql.prepare << R"(
    SELECT f.id,
           f.name || CASE f.restriction WHEN 'restricted' THEN COALESCE(
             ' (only ' || (SELECT string_agg(p.need, ', ' ORDER BY lower(p.need)) FROM fund_purposes p WHERE p.fund_id = f.id) || ')',
             ' (nothing yet)') ELSE '' END
    FROM funds f
    WHERE NOT EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)
    ORDER BY f.restriction DESC, f.id)",
                          soci::into(id), soci::into(name));
  rows.execute();
  AllocationChoiceGroup group{.label = "Our own", .choices = {}};
  while (rows.fetch()) group.choices.push_back({"own:" + std::to_string(id), name});
  groups.push_back(std::move(group));
}

// One group a grant, in the order of its title; `text` gives grant, title, value and label.
std::vector<AllocationChoiceGroup> grouped_by_grant(soci::session& sql, const char* text) {
  long long grant = 0;
  std::string title, value, label;
  soci::statement rows = (sql.prepare << text, soci::into(grant), soci::into(title), soci::into(value), soci::into(label));
  rows.execute();
  std::vector<AllocationChoiceGroup> groups;
  while (rows.fetch()) {
    if (groups.empty() || groups.back().grant_id != grant) groups.push_back({title, {}, grant});
    groups.back().choices.push_back({value, label});
  }
  return groups;
}

}  // namespace

PlaceChoices list_place_choices(Session& session) {
  return {.categories = grouped_by_grant(session.sql(), R"(
            SELECT g.id, g.title, g.id || ':' || k.code, k.code || ' ' || k.name
            FROM grants g
            JOIN grant_categories k ON k.grant_id = g.id
            WHERE g.state IN ('awarded', 'active', 'suspended', 'closing')
            ORDER BY lower(g.title), g.id, k.position)"),
          .partners = grouped_by_grant(session.sql(), R"(
            SELECT g.id, g.title, p.id::text, o.name
            FROM grants g
            JOIN grant_partners p ON p.grant_id = g.id
            JOIN organisations o ON o.id = p.organisation_id
            WHERE g.state IN ('awarded', 'active', 'suspended', 'closing')
            ORDER BY lower(g.title), g.id, p.position, p.id)")};
}

std::vector<AllocationChoiceGroup> list_allocation_choices(Session& session) {
  std::vector<AllocationChoiceGroup> groups;
  const auto restricted = named(session.sql(), R"(
    SELECT f.id, f.name
    FROM funds f
    WHERE EXISTS (SELECT 1 FROM fund_purposes p WHERE p.fund_id = f.id)
    ORDER BY lower(f.name), f.id)");
  add_grants(session.sql(), restricted, groups);
  add_orders(session.sql(), groups);
  add_funds(session.sql(), groups);
  return groups;
}

Value choices_value(const std::vector<AllocationChoiceGroup>& groups, std::string_view chosen) {
  auto list = Value::array();
  for (const auto& group : groups) {
    auto choices = Value::array();
    for (const auto& choice : group.choices) {
      choices.push(Value::object({{"choice_value", choice.value},
                                  {"choice_label", choice.label},
                                  {"selected", choice.value == chosen}}));
    }
    list.push(Value::object({{"group_label", group.label},
                             {"group_grant", group.grant_id == 0 ? Value("") : Value(group.grant_id)},
                             {"choices", std::move(choices)}}));
  }
  return list;
}

std::vector<NamedChoice> list_supplier_choices(Session& session) {
  return named(session.sql(),
               "SELECT id, name FROM organisations WHERE is_supplier OR is_partner ORDER BY lower(name), id");
}

std::vector<NamedChoice> list_grant_choices(Session& session) {
  return named(session.sql(), "SELECT id, title FROM grants WHERE fund_id IS NOT NULL ORDER BY lower(title), id");
}

}  // namespace kindling
