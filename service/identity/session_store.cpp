#include "identity/session_store.hpp"

#include <soci/soci.h>

#include "core/hash.hpp"
#include "identity/secret.hpp"
#include "identity/session.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

struct FindSession {
  std::string hash;
  int idle_minutes = kSessionIdleMinutes;
  int length_minutes = kSessionLengthMinutes;
  long long id = 0;
  std::string name;
  int roles = 0;
  int must_change_password = 0;
  long long organisation_id = 0;
  int stale = 0;
  soci::statement statement;

  explicit FindSession(soci::session& sql)
      : statement((sql.prepare << R"(
          SELECT u.id,
                 u.name,
                 u.roles::int,
                 u.must_change_password::int,
                 coalesce(u.organisation_id, 0),
                 (s.last_seen_at < now() - interval '1 minute')::int
            FROM sessions s
            JOIN users u ON u.id = s.user_id
           WHERE s.token_hash = decode(:hash, 'hex')
             AND s.last_seen_at > now() - make_interval(mins => :idle)
             AND s.created_at > now() - make_interval(mins => :length)
             AND u.active)",
                   soci::use(hash, "hash"), soci::use(idle_minutes, "idle"),
                   soci::use(length_minutes, "length"), soci::into(id), soci::into(name), soci::into(roles),
                   soci::into(must_change_password), soci::into(organisation_id), soci::into(stale))) {}
};

struct TouchSession {
  std::string hash;
  soci::statement statement;

  explicit TouchSession(soci::session& sql)
      : statement((sql.prepare << R"(
          UPDATE sessions
             SET last_seen_at = now()
           WHERE token_hash = decode(:hash, 'hex')
             AND last_seen_at < now() - interval '1 minute')",
                   soci::use(hash, "hash"))) {}
};

}  // namespace

std::string begin_session(Transaction& transaction, std::int64_t user_id) {
  auto token = random_secret();
  const auto hash = sha256_hex(token);
  const long long user = user_id;
  transaction.sql() << "INSERT INTO sessions (token_hash, user_id) VALUES (decode(:hash, 'hex'), :user)",
      soci::use(hash), soci::use(user);
  return token;
}

std::optional<Actor> find_session(Session& session, std::string_view token) {
  auto& find = session.prepared<FindSession>();
  find.hash = sha256_hex(token);
  if (!find.statement.execute(true)) return std::nullopt;
  if (find.stale != 0) {
    auto& touch = session.prepared<TouchSession>();
    touch.hash = find.hash;
    touch.statement.execute(true);
  }
  Actor actor;
  actor.id = find.id;
  actor.name = find.name;
  actor.roles = static_cast<Roles>(find.roles);
  actor.organisation_id = find.organisation_id;
  actor.must_change_password = find.must_change_password != 0;
  actor.form_token = form_token_of(token);
  return actor;
}

void end_session(Transaction& transaction, std::string_view token) {
  const auto hash = sha256_hex(token);
  transaction.sql() << "DELETE FROM sessions WHERE token_hash = decode(:hash, 'hex')", soci::use(hash);
}

void end_sessions_of(Transaction& transaction, std::int64_t user_id, std::string_view kept_token) {
  const auto kept = kept_token.empty() ? std::string{} : sha256_hex(kept_token);
  const long long user = user_id;
  transaction.sql() << "DELETE FROM sessions WHERE user_id = :user AND token_hash <> decode(:kept, 'hex')",
      soci::use(user), soci::use(kept);
}

void forget_dead_sessions(Transaction& transaction) {
  const int idle = kSessionIdleMinutes;
  const int length = kSessionLengthMinutes;
  transaction.sql() << R"(
      DELETE FROM sessions
       WHERE last_seen_at < now() - make_interval(mins => :idle)
          OR created_at < now() - make_interval(mins => :length))",
      soci::use(idle), soci::use(length);
}

}  // namespace kindling
