// The partners of grants: their SQL, declared in grant_store.hpp.
#include "funding/grant_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {

std::vector<GrantPartner> list_partners(Session& session, std::int64_t grant_id) {
  const long long grant = grant_id;
  long long id = 0, organisation_id = 0;
  std::string name, role, currency;
  std::optional<long long> share;
  std::vector<GrantPartner> found;
  soci::statement rows = (session.sql().prepare << R"(
      SELECT p.id,
             p.organisation_id,
             o.name,
             p.role,
             p.currency,
             p.share_minor
        FROM grant_partners p
        JOIN organisations o ON o.id = p.organisation_id
       WHERE p.grant_id = :grant
       ORDER BY p.role <> 'coordinator', p.position, p.id)",
                          soci::use(grant), soci::into(id), soci::into(organisation_id), soci::into(name),
                          soci::into(role), soci::into(currency), soci::into(share));
  rows.execute();
  while (rows.fetch()) {
    found.push_back({.id = id,
                     .organisation_id = organisation_id,
                     .name = name,
                     .coordinator = role == "coordinator",
                     .share = share ? std::optional(Money{*share, Currency::of(currency)}) : std::nullopt});
  }
  return found;
}

std::vector<OrganisationChoice> list_partner_organisations(Session& session) {
  long long id = 0;
  std::string name;
  std::vector<OrganisationChoice> found;
  soci::statement rows = (session.sql().prepare << R"(
      SELECT id,
             name
        FROM organisations
       WHERE is_partner
       ORDER BY lower(name), id)",
                          soci::into(id), soci::into(name));
  rows.execute();
  while (rows.fetch()) found.push_back({id, name});
  return found;
}

bool replace_partners(Transaction& transaction, const Grant& grant, int expected,
                      const std::vector<NewPartner>& partners) {
  auto& sql = transaction.sql();
  const long long grant_id = grant.id;
  long long changed = 0;
  sql << "UPDATE grants SET version = version + 1 WHERE id = :id AND version = :expected RETURNING id",
      soci::use(grant_id), soci::use(expected), soci::into(changed);
  if (changed == 0) return false;

  // Those that stay keep their id, because budget lines refer to it. First nobody coordinates, so that two
  // may change places under the unique index; positions beyond the maximum mark those that are not written
  // again.
  sql << "UPDATE grant_partners SET role = 'partner', position = position + 1000 WHERE grant_id = :id",
      soci::use(grant_id);
  const std::string currency(grant.currency.code());
  long long organisation_id = 0;
  std::string role;
  std::optional<long long> share;
  int position = 0;
  soci::statement write =
      (sql.prepare << R"(
      INSERT INTO grant_partners (grant_id, organisation_id, role, currency, share_minor, position)
      VALUES (:grant, :organisation, :role, :currency, :share, :position)
      ON CONFLICT (grant_id, organisation_id)
      DO UPDATE SET role = excluded.role,
                    share_minor = excluded.share_minor,
                    position = excluded.position)",
       soci::use(grant_id, "grant"), soci::use(organisation_id, "organisation"), soci::use(role, "role"),
       soci::use(currency, "currency"), soci::use(share, "share"), soci::use(position, "position"));
  for (const auto& partner : partners) {
    organisation_id = partner.organisation_id;
    role = partner.coordinator ? "coordinator" : "partner";
    share = partner.share ? std::optional<long long>(partner.share->minor) : std::nullopt;
    ++position;
    write.execute(true);
  }
  sql << "DELETE FROM grant_partners WHERE grant_id = :id AND position > 1000", soci::use(grant_id);
  return true;
}

}  // namespace kindling
