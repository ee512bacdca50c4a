#include "identity/user_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {
namespace {

struct UserRow {
  long long id = 0;
  std::string email;
  std::string name;
  int roles = 0;
  long long organisation_id = 0;
  int must_change_password = 0;
  int active = 0;
  int version = 0;
  std::string last_seen_on;

  User user() const {
    return {.id = id,
            .email = email,
            .name = name,
            .roles = static_cast<Roles>(roles),
            .organisation_id = organisation_id == 0 ? std::nullopt : std::optional<std::int64_t>(organisation_id),
            .must_change_password = must_change_password != 0,
            .active = active != 0,
            .version = version,
            .last_seen_on = last_seen_on};
  }
};

constexpr const char* kSelectUser = R"(
    SELECT u.id,
           u.email,
           u.name,
           u.roles::int,
           coalesce(u.organisation_id, 0),
           u.must_change_password::int,
           u.active::int,
           u.version,
           coalesce((SELECT to_char(max(s.last_seen_at), 'YYYY-MM-DD') FROM sessions s WHERE s.user_id = u.id), '')
      FROM users u )";

Error no_such_user() {
  return not_found("user_not_found", "There is no such user.");
}

template <typename Key>
Result<User> find_one(Session& session, const char* condition, const Key& key) {
  UserRow row;
  session.sql() << kSelectUser << condition, soci::use(key), soci::into(row.id), soci::into(row.email),
      soci::into(row.name), soci::into(row.roles), soci::into(row.organisation_id), soci::into(row.must_change_password),
      soci::into(row.active), soci::into(row.version), soci::into(row.last_seen_on);
  if (!session.sql().got_data()) return no_such_user();
  return row.user();
}

template <typename Key>
std::optional<Credentials> credentials(Session& session, const char* condition, const Key& key) {
  Credentials found;
  long long id = 0;
  int must_change = 0;
  session.sql() << R"(
      SELECT id,
             name,
             password_hash,
             must_change_password::int
        FROM users
       WHERE active AND )"
                << condition,
      soci::use(key), soci::into(id), soci::into(found.name), soci::into(found.password_hash),
      soci::into(must_change);
  if (!session.sql().got_data()) return std::nullopt;
  found.user_id = id;
  found.must_change_password = must_change != 0;
  return found;
}

}  // namespace

std::optional<Credentials> find_credentials(Session& session, std::string_view email) {
  return credentials(session, "email = :email", std::string(email));
}

std::optional<Credentials> lock_credentials(Transaction& transaction, std::int64_t user_id) {
  return credentials(transaction.session, "id = :id FOR UPDATE", static_cast<long long>(user_id));
}

Result<User> find_user(Session& session, std::int64_t id) {
  return find_one(session, "WHERE u.id = :id", static_cast<long long>(id));
}

Result<User> find_user_by_email(Session& session, std::string_view email) {
  return find_one(session, "WHERE u.email = :email", std::string(email));
}

std::vector<User> list_users(Session& session) {
  UserRow row;
  soci::statement statement =
      (session.sql().prepare << kSelectUser << "ORDER BY u.active DESC, lower(u.name), u.id LIMIT 1000",
       soci::into(row.id), soci::into(row.email), soci::into(row.name), soci::into(row.roles),
       soci::into(row.organisation_id), soci::into(row.must_change_password), soci::into(row.active), soci::into(row.version),
       soci::into(row.last_seen_on));
  statement.execute();
  std::vector<User> users;
  while (statement.fetch()) users.push_back(row.user());
  return users;
}

Result<std::int64_t> insert_user(Transaction& transaction, const NewUser& user,
                                 std::string_view password_hash) {
  const std::string hash(password_hash);
  const int roles = user.roles;
  const long long organisation = user.organisation_id.value_or(0);
  long long id = 0;
  transaction.sql() << R"(
      INSERT INTO users (email, name, roles, organisation_id, password_hash)
      VALUES (:email, :name, :roles, nullif(:organisation::bigint, 0), :hash)
      ON CONFLICT (email) DO NOTHING
      RETURNING id)",
      soci::use(user.email), soci::use(user.name), soci::use(roles), soci::use(organisation), soci::use(hash),
      soci::into(id);
  if (!transaction.sql().got_data()) {
    return invalid_field("email", "email_taken", "Somebody with this address is a user already.");
  }
  return std::int64_t{id};
}

Outcome update_user(Transaction& transaction, std::int64_t id, int version, const UserChange& change) {
  const long long row = id;
  const int roles = change.roles;
  const long long organisation = change.organisation_id.value_or(0);
  soci::statement statement = (transaction.sql().prepare << R"(
      UPDATE users
         SET name = :name,
             roles = :roles,
             organisation_id = nullif(:organisation::bigint, 0),
             version = version + 1
       WHERE id = :id
         AND version = :version)",
                               soci::use(change.name), soci::use(roles), soci::use(organisation), soci::use(row),
                               soci::use(version));
  statement.execute(true);
  if (statement.get_affected_rows() == 0) return stale();
  return kOk;
}

Outcome set_active(Transaction& transaction, std::int64_t id, int version, bool active) {
  const long long row = id;
  const int flag = active ? 1 : 0;
  soci::statement statement = (transaction.sql().prepare << R"(
      UPDATE users
         SET active = (:flag = 1),
             version = version + 1
       WHERE id = :id
         AND version = :version)",
                               soci::use(flag), soci::use(row), soci::use(version));
  statement.execute(true);
  if (statement.get_affected_rows() == 0) return stale();
  return kOk;
}

void set_password(Transaction& transaction, std::int64_t id, std::string_view password_hash,
                  bool must_change) {
  const long long row = id;
  const std::string hash(password_hash);
  const int flag = must_change ? 1 : 0;
  transaction.sql() << R"(
      UPDATE users
         SET password_hash = :hash,
             must_change_password = (:flag = 1),
             version = version + 1
       WHERE id = :id)",
      soci::use(hash), soci::use(flag), soci::use(row);
}

std::vector<std::pair<std::int64_t, std::string>> list_funder_organisations(Session& session) {
  long long id = 0;
  std::string name;
  soci::statement statement = (session.sql().prepare << R"(
      SELECT id,
             name
        FROM organisations
       WHERE is_funder
       ORDER BY lower(name), id
       LIMIT 1000)",
                               soci::into(id), soci::into(name));
  statement.execute();
  std::vector<std::pair<std::int64_t, std::string>> found;
  while (statement.fetch()) found.emplace_back(id, name);
  return found;
}

int lock_administrators(Transaction& transaction) {
  int count = 0;
  long long id = 0;
  soci::statement statement = (transaction.sql().prepare << R"(
      SELECT id
        FROM users
       WHERE active
         AND roles & 8 <> 0
       ORDER BY id
         FOR UPDATE)",
                               soci::into(id));
  statement.execute();
  while (statement.fetch()) ++count;
  return count;
}

}  // namespace kindling
