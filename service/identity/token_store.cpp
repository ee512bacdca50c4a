#include "identity/token_store.hpp"

#include <soci/soci.h>

#include "core/hash.hpp"
#include "identity/secret.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::string_view kPrefix = "kdl_";  // lets scanners find a token that was published by mistake

struct FindToken {
  std::string hash;
  long long id = 0;
  std::string name;
  int roles = 0;
  int must_change_password = 0;
  long long organisation_id = 0;
  std::string scope;
  int stale = 0;
  soci::statement statement;

  explicit FindToken(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT u.id,
                 u.name,
                 u.roles::int,
                 u.must_change_password::int,
                 coalesce(u.organisation_id, 0),
                 t.scope,
                 (coalesce(t.last_used_at, '-infinity') < now() - interval '1 hour')::int
            FROM api_tokens t
            JOIN users u ON u.id = t.user_id
           WHERE t.token_hash = decode(:hash, 'hex')
             AND t.expires_at > now()
             AND t.revoked_at IS NULL
             AND u.active)",
                   soci::use(hash, "hash"), soci::into(id), soci::into(name), soci::into(roles),
                   soci::into(must_change_password), soci::into(organisation_id), soci::into(scope), soci::into(stale))) {}
};

struct TouchToken {
  std::string hash;
  soci::statement statement;

  explicit TouchToken(soci::session& sql)
      : statement((sql.prepare << R"(
          UPDATE api_tokens
             SET last_used_at = now()
           WHERE token_hash = decode(:hash, 'hex'))",
                   soci::use(hash, "hash"))) {}
};

}  // namespace

std::string insert_token(Transaction& transaction, const NewToken& token) {
  auto secret = std::string(kPrefix) + random_secret();
  const auto hash = sha256_hex(secret);
  const long long user = token.user_id;
  const long long author = transaction.actor.id;
  transaction.sql() << R"(
      INSERT INTO api_tokens (user_id, name, token_hash, scope, created_by, expires_at)
      VALUES (:user, :name, decode(:hash, 'hex'), :scope, nullif(:author, 0), now() + make_interval(days => :days)))",
      soci::use(user), soci::use(token.name), soci::use(hash), soci::use(token.scope), soci::use(author),
      soci::use(token.days);
  return secret;
}

std::optional<Actor> find_token(Session& session, std::string_view token) {
  if (!token.starts_with(kPrefix) || token.size() != kPrefix.size() + 43) return std::nullopt;
  auto& find = session.prepared<FindToken>();
  find.hash = sha256_hex(token);
  if (!find.statement.execute(true)) return std::nullopt;
  if (find.stale != 0) {
    auto& touch = session.prepared<TouchToken>();
    touch.hash = find.hash;
    touch.statement.execute(true);
  }
  Actor actor;
  actor.id = find.id;
  actor.name = find.name;
  actor.roles = static_cast<Roles>(find.roles);
  actor.organisation_id = find.organisation_id;
  actor.must_change_password = find.must_change_password != 0;
  actor.by_token = true;
  actor.read_only = find.scope != "write";
  actor.budgets_only = find.scope == "dashboard";
  return actor;
}

std::vector<Token> list_tokens(Session& session) {
  std::vector<Token> tokens;
  Token token;
  long long id = 0;
  soci::statement statement =
      (session.sql().prepare << R"(
      SELECT t.id,
             t.name,
             u.name,
             t.scope,
             to_char(t.created_at, 'YYYY-MM-DD'),
             to_char(t.expires_at, 'YYYY-MM-DD'),
             coalesce(to_char(t.last_used_at, 'YYYY-MM-DD'), ''),
             CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
                  WHEN NOT u.active OR t.expires_at <= now() THEN 'expired'
                  ELSE 'active' END
        FROM api_tokens t
        JOIN users u ON u.id = t.user_id
       ORDER BY t.id DESC
       LIMIT 500)",
       soci::into(id), soci::into(token.name), soci::into(token.user_name), soci::into(token.scope),
       soci::into(token.created_on), soci::into(token.expires_on), soci::into(token.last_used_on),
       soci::into(token.state));
  statement.execute();
  while (statement.fetch()) {
    token.id = id;
    tokens.push_back(token);
  }
  return tokens;
}

Outcome revoke_token(Transaction& transaction, std::int64_t id) {
  const long long row = id;
  soci::statement statement = (transaction.sql().prepare << R"(
      UPDATE api_tokens
         SET revoked_at = now()
       WHERE id = :id
         AND revoked_at IS NULL)",
                               soci::use(row));
  statement.execute(true);
  if (statement.get_affected_rows() == 0) {
    return not_found("token_not_found", "There is no such token, or it is revoked already.");
  }
  return kOk;
}

}  // namespace kindling
