#include "web/act_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {

bool claim_key(Transaction& transaction, const Claim& claim) {
  const long long actor_id = claim.actor_id;
  int claimed = 0;
  transaction.sql() << R"(
    INSERT INTO idempotency_keys (actor_id, route, key, body_hash)
    VALUES (:actor_id, :route, :key, decode(:body_hash, 'hex'))
    ON CONFLICT DO NOTHING
    RETURNING 1)",
      soci::use(actor_id, "actor_id"), soci::use(claim.route, "route"), soci::use(claim.key, "key"),
      soci::use(claim.body_hash, "body_hash"), soci::into(claimed);
  return transaction.sql().got_data();
}

FirstAnswer find_answer(Transaction& transaction, const Claim& claim) {
  const long long actor_id = claim.actor_id;
  FirstAnswer first;
  transaction.sql() << R"(
    SELECT encode(body_hash, 'hex'),
           status,
           location,
           etag,
           content_type,
           body
    FROM idempotency_keys
    WHERE actor_id = :actor_id
      AND route = :route
      AND key = :key)",
      soci::into(first.body_hash), soci::into(first.answer.status), soci::into(first.answer.location),
      soci::into(first.answer.etag), soci::into(first.answer.content_type), soci::into(first.answer.body),
      soci::use(actor_id, "actor_id"), soci::use(claim.route, "route"), soci::use(claim.key, "key");
  return first;
}

void keep_answer(Transaction& transaction, const Claim& claim, const StoredAnswer& answer) {
  const long long actor_id = claim.actor_id;
  transaction.sql() << R"(
    UPDATE idempotency_keys
    SET status = :status,
        location = :location,
        etag = :etag,
        content_type = :content_type,
        body = :body
    WHERE actor_id = :actor_id
      AND route = :route
      AND key = :key)",
      soci::use(answer.status, "status"), soci::use(answer.location, "location"), soci::use(answer.etag, "etag"),
      soci::use(answer.content_type, "content_type"), soci::use(answer.body, "body"),
      soci::use(actor_id, "actor_id"), soci::use(claim.route, "route"), soci::use(claim.key, "key");
}

void forget_old_keys(Database& database) {
  reading(database, [](Session& session) {
    session.sql() << "DELETE FROM idempotency_keys WHERE created_at < now() - interval '7 days'";
    return true;
  });
}

}  // namespace kindling
