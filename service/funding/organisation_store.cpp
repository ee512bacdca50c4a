#include "funding/organisation_store.hpp"

#include <algorithm>
#include <array>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

void read_identifiers(soci::session& sql, long long id, Organisation& organisation) {
  OrganisationIdentifier identifier;
  soci::statement rows = (sql.prepare << R"(
    SELECT scheme, value
    FROM organisation_identifiers
    WHERE organisation_id = :id
    ORDER BY scheme, value)",
                          soci::into(identifier.scheme), soci::into(identifier.value), soci::use(id, "id"));
  rows.execute();
  while (rows.fetch()) organisation.identifiers.push_back(identifier);
}

void read_contacts(soci::session& sql, long long id, Organisation& organisation) {
  OrganisationContact contact;
  soci::statement rows = (sql.prepare << R"(
    SELECT name, role, email, phone
    FROM organisation_contacts
    WHERE organisation_id = :id
    ORDER BY position)",
                          soci::into(contact.name), soci::into(contact.role), soci::into(contact.email),
                          soci::into(contact.phone), soci::use(id, "id"));
  rows.execute();
  while (rows.fetch()) organisation.contacts.push_back(contact);
}

void insert_details(soci::session& sql, long long id, const NewOrganisation& organisation) {
  for (const auto& [scheme, value] : organisation.identifiers) {
    sql << R"(
      INSERT INTO organisation_identifiers (organisation_id, scheme, value)
      VALUES (:id, :scheme, :value))",
        soci::use(id, "id"), soci::use(scheme, "scheme"), soci::use(value, "value");
  }
  int position = 0;
  for (const auto& contact : organisation.contacts) {
    ++position;
    sql << R"(
      INSERT INTO organisation_contacts (organisation_id, position, name, role, email, phone)
      VALUES (:id, :position, :name, :role, :email, :phone))",
        soci::use(id, "id"), soci::use(position, "position"), soci::use(contact.name, "name"),
        soci::use(contact.role, "role"), soci::use(contact.email, "email"), soci::use(contact.phone, "phone");
  }
}

}  // namespace

Result<Organisation> find_organisation(Session& session, std::int64_t id) {
  auto& sql = session.sql();
  Organisation found;
  long long key = id;
  int funder = 0, partner = 0, supplier = 0;
  sql << R"(
    SELECT version,
           name,
           is_funder::int,
           is_partner::int,
           is_supplier::int,
           country,
           vat_number,
           website,
           address_line,
           postal_code,
           city,
           notes
    FROM organisations
    WHERE id = :id)",
      soci::into(found.version), soci::into(found.name), soci::into(funder), soci::into(partner),
      soci::into(supplier), soci::into(found.country), soci::into(found.vat_number), soci::into(found.website),
      soci::into(found.address_line), soci::into(found.postal_code), soci::into(found.city),
      soci::into(found.notes), soci::use(key, "id");
  if (!sql.got_data()) return not_found("organisation_not_found", "There is no such organisation.");
  found.id = id;
  found.is_funder = funder != 0;
  found.is_partner = partner != 0;
  found.is_supplier = supplier != 0;
  read_identifiers(sql, key, found);
  read_contacts(sql, key, found);
  return found;
}

Result<OrganisationList> list_organisations(Session& session, const ListQuery& query) {
  const auto part = query.filter("part");
  static constexpr std::array<std::string_view, 3> kParts = {"funder", "partner", "supplier"};
  if (!part.empty() && std::ranges::find(kParts, part) == kParts.end()) {
    return invalid_field("part", "not_one_of", "Choose one of: funder, partner, supplier.");
  }
  const auto cursor = decode_cursor(query.after).value_or(Cursor{});
  const bool from_start = query.after.empty();
  const std::string direction = query.descending ? "DESC" : "ASC";
  // The pieces are ours; what was typed is bound.
  std::string text = R"(
    SELECT id, version, name, is_funder::int, is_partner::int, is_supplier::int, country, city
    FROM organisations
    WHERE strpos(lower(name), lower(:search)) > 0)";
  if (!part.empty()) text += " AND is_" + part;
  text += std::string(" AND (:from_start::int = 1 OR (lower(name), id) ") + (query.descending ? "<" : ">") +
          " (:key, :id)) ORDER BY lower(name) " + direction + ", id " + direction + " LIMIT :limit";
  Organisation row;
  long long id = 0, after_id = cursor.id;
  int funder = 0, partner = 0, supplier = 0, start = from_start ? 1 : 0, limit = query.limit + 1;
  soci::statement rows =
      (session.sql().prepare << text, soci::into(id), soci::into(row.version), soci::into(row.name),
       soci::into(funder), soci::into(partner), soci::into(supplier), soci::into(row.country), soci::into(row.city),
       soci::use(query.search, "search"), soci::use(start, "from_start"), soci::use(cursor.key, "key"),
       soci::use(after_id, "id"), soci::use(limit, "limit"));
  rows.execute();
  OrganisationList list;
  while (rows.fetch()) {
    row.id = id;
    row.is_funder = funder != 0;
    row.is_partner = partner != 0;
    row.is_supplier = supplier != 0;
    list.organisations.push_back(row);
  }
  if (static_cast<int>(list.organisations.size()) > query.limit) {
    list.organisations.pop_back();
    long long last_id = list.organisations.back().id;
    std::string key;
    session.sql() << "SELECT lower(name) FROM organisations WHERE id = :id", soci::into(key), soci::use(last_id, "id");
    list.next_cursor = encode_cursor({key, last_id});
  }
  return list;
}

std::int64_t insert_organisation(Transaction& transaction, const NewOrganisation& organisation) {
  long long id = 0, actor = transaction.actor.id;
  const int funder = organisation.is_funder, partner = organisation.is_partner, supplier = organisation.is_supplier;
  transaction.sql() << R"(
    INSERT INTO organisations (name, is_funder, is_partner, is_supplier, country, vat_number, website, address_line,
                               postal_code, city, notes, created_by)
    VALUES (:name, :funder::int::boolean, :partner::int::boolean, :supplier::int::boolean, :country, :vat_number,
            :website, :address_line, :postal_code, :city, :notes, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(organisation.name, "name"), soci::use(funder, "funder"), soci::use(partner, "partner"),
      soci::use(supplier, "supplier"), soci::use(organisation.country, "country"),
      soci::use(organisation.vat_number, "vat_number"), soci::use(organisation.website, "website"),
      soci::use(organisation.address_line, "address_line"), soci::use(organisation.postal_code, "postal_code"),
      soci::use(organisation.city, "city"), soci::use(organisation.notes, "notes"), soci::use(actor, "actor"),
      soci::into(id);
  insert_details(transaction.sql(), id, organisation);
  return id;
}

bool update_organisation(Transaction& transaction, std::int64_t id, int expected, const NewOrganisation& organisation) {
  auto& sql = transaction.sql();
  long long key = id;
  int updated = 0;
  const int funder = organisation.is_funder, partner = organisation.is_partner, supplier = organisation.is_supplier;
  sql << R"(
    UPDATE organisations
    SET name = :name,
        is_funder = :funder::int::boolean,
        is_partner = :partner::int::boolean,
        is_supplier = :supplier::int::boolean,
        country = :country,
        vat_number = :vat_number,
        website = :website,
        address_line = :address_line,
        postal_code = :postal_code,
        city = :city,
        notes = :notes,
        version = version + 1
    WHERE id = :id
      AND version = :expected
    RETURNING 1)",
      soci::use(organisation.name, "name"), soci::use(funder, "funder"), soci::use(partner, "partner"),
      soci::use(supplier, "supplier"), soci::use(organisation.country, "country"),
      soci::use(organisation.vat_number, "vat_number"), soci::use(organisation.website, "website"),
      soci::use(organisation.address_line, "address_line"), soci::use(organisation.postal_code, "postal_code"),
      soci::use(organisation.city, "city"), soci::use(organisation.notes, "notes"), soci::use(key, "id"),
      soci::use(expected, "expected"), soci::into(updated);
  if (!sql.got_data()) return false;
  sql << "DELETE FROM organisation_identifiers WHERE organisation_id = :id", soci::use(key, "id");
  sql << "DELETE FROM organisation_contacts WHERE organisation_id = :id", soci::use(key, "id");
  insert_details(sql, key, organisation);
  return true;
}

}  // namespace kindling
