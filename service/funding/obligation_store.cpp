#include "funding/obligation_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::vector<Obligation> read_obligations(soci::session& sql, long long grant, long long only_id, const std::string& state) {
  long long id = 0, grant_id = 0;
  std::optional<long long> owner;
  std::string due_on;
  Obligation row{.grant_title = {}, .kind = {}, .title = {}, .due_on = Date::of("2000-01-01"), .owner_id = {},
                 .owner_name = {}, .state = {}};
  soci::statement rows = (sql.prepare << R"(
    SELECT o.id, o.version, o.grant_id, g.title, o.kind, o.title, o.due_on::text, o.owner_id, COALESCE(u.name, ''), o.state
    FROM obligations o
    JOIN grants g ON g.id = o.grant_id
    LEFT JOIN users u ON u.id = o.owner_id
    WHERE (:grant::bigint = 0 OR o.grant_id = :grant)
      AND (:only_id::bigint = 0 OR o.id = :only_id)
      AND (:state = '' OR o.state = :state OR (:state = 'due' AND o.state IN ('open', 'returned')))
    ORDER BY o.due_on, o.id
    LIMIT 1000)",
                          soci::into(id), soci::into(row.version), soci::into(grant_id), soci::into(row.grant_title),
                          soci::into(row.kind), soci::into(row.title), soci::into(due_on), soci::into(owner),
                          soci::into(row.owner_name), soci::into(row.state), soci::use(grant, "grant"),
                          soci::use(only_id, "only_id"), soci::use(state, "state"));
  rows.execute();
  std::vector<Obligation> obligations;
  while (rows.fetch()) {
    row.id = id;
    row.grant_id = grant_id;
    row.due_on = Date::of(due_on);
    row.owner_id = owner ? std::optional<std::int64_t>(*owner) : std::nullopt;
    obligations.push_back(row);
  }
  return obligations;
}

}  // namespace

std::vector<Obligation> list_obligations(Session& session, std::int64_t grant_id, const std::string& state) {
  return read_obligations(session.sql(), grant_id, 0, state);
}

Result<Obligation> find_obligation(Session& session, std::int64_t grant_id, std::int64_t id) {
  auto found = id == 0 || grant_id == 0 ? std::vector<Obligation>{} : read_obligations(session.sql(), grant_id, id, "");
  if (found.empty()) return not_found("obligation_not_found", "There is no such obligation of this grant.");
  return found.front();
}

std::vector<std::pair<std::int64_t, std::string>> list_owners(Session& session) {
  std::vector<std::pair<std::int64_t, std::string>> owners;
  long long id = 0;
  std::string name;
  soci::statement rows = (session.sql().prepare << "SELECT id, name FROM users WHERE active ORDER BY name, id",
                          soci::into(id), soci::into(name));
  rows.execute();
  while (rows.fetch()) owners.emplace_back(id, name);
  return owners;
}

std::int64_t insert_obligation(Transaction& transaction, std::int64_t grant, const NewObligation& obligation) {
  long long id = 0, grant_id = grant, actor = transaction.actor.id;
  const auto due_on = to_string(obligation.due_on);
  std::optional<long long> owner;
  if (obligation.owner_id) owner = *obligation.owner_id;
  transaction.sql() << R"(
    INSERT INTO obligations (grant_id, kind, title, due_on, owner_id, created_by)
    VALUES (:grant_id, :kind, :title, :due_on::date, :owner, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(grant_id, "grant_id"), soci::use(obligation.kind, "kind"), soci::use(obligation.title, "title"),
      soci::use(due_on, "due_on"), soci::use(owner, "owner"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

bool update_obligation_state(Transaction& transaction, std::int64_t obligation, int expected, const std::string& state) {
  long long id = obligation;
  int updated = 0;
  transaction.sql() << R"(
    UPDATE obligations
    SET state = :state,
        version = version + 1
    WHERE id = :id
      AND version = :expected
    RETURNING 1)",
      soci::use(state, "state"), soci::use(id, "id"), soci::use(expected, "expected"), soci::into(updated);
  return transaction.sql().got_data();
}

}  // namespace kindling
