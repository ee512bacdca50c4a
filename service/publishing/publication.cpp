#include "publishing/publication.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, const char* action, std::int64_t grant_id) {
  record_audit(transaction, {.action = action, .object_kind = "grant", .object_id = grant_id, .fields = {}, .reason = {}});
}

}  // namespace

Publication find_publication(Session& session, std::int64_t grant_id) {
  long long id = grant_id;
  Publication publication{.grant_id = grant_id, .description = {}, .published_by = {}, .published_at = {}};
  session.sql() << R"(
    SELECT p.version,
           p.description,
           u.name,
           to_char(p.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    FROM grant_publications p
    JOIN users u ON u.id = p.published_by
    WHERE p.grant_id = :id)",
      soci::into(publication.version), soci::into(publication.description), soci::into(publication.published_by),
      soci::into(publication.published_at), soci::use(id, "id");
  publication.published = session.sql().got_data();
  return publication;
}

Value publication_value(const Publication& publication) {
  const auto or_null = [&](const std::string& text) { return publication.published ? Value(text) : Value(); };
  return Value::object({{"grant_id", publication.grant_id},
                        {"published", publication.published},
                        {"version", publication.version},
                        {"description", or_null(publication.description)},
                        {"published_by", or_null(publication.published_by)},
                        {"published_at", or_null(publication.published_at)}});
}

Outcome publish_grant(Transaction& transaction, std::int64_t grant_id, int expected, const Input& input) {
  const auto grant = find_grant(transaction.session, grant_id);
  if (!grant) return grant.error();
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto description = fields.finish(fields.text("description", {.max = 2'000, .multiline = true}));
  if (!description) return description.error();
  const auto before = find_publication(transaction.session, grant_id);
  if (before.version != expected) return stale();
  long long id = grant_id, actor = transaction.actor.id;
  int version = 0;
  transaction.sql() << R"(
    INSERT INTO grant_publications AS p (grant_id, description, published_by)
    VALUES (:id, :description, :actor)
    ON CONFLICT (grant_id) DO UPDATE
      SET description = excluded.description,
          published_by = excluded.published_by,
          published_at = now(),
          version = p.version + 1
      WHERE p.version = :expected
    RETURNING p.version)",
      soci::use(id, "id"), soci::use(*description, "description"), soci::use(actor, "actor"), soci::use(expected, "expected"),
      soci::into(version);
  if (!transaction.sql().got_data()) return stale();
  audit(transaction, before.published ? "grant.publication_changed" : "grant.published", grant_id);
  return kOk;
}

Outcome withdraw_publication(Transaction& transaction, std::int64_t grant_id, int expected) {
  const auto grant = find_grant(transaction.session, grant_id);
  if (!grant) return grant.error();
  if (!find_publication(transaction.session, grant_id).published) {
    return conflict("grant_is_not_published", "This grant is not open data.");
  }
  long long id = grant_id;
  int removed = 0;
  transaction.sql() << R"(
    DELETE FROM grant_publications
    WHERE grant_id = :id
      AND version = :expected
    RETURNING 1)",
      soci::use(id, "id"), soci::use(expected, "expected"), soci::into(removed);
  if (!transaction.sql().got_data()) return stale();
  audit(transaction, "grant.publication_withdrawn", grant_id);
  return kOk;
}

}  // namespace kindling
