// The rows of users.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "identity/user.hpp"

namespace kindling {

class Session;
struct Transaction;

// What a sign-in needs to decide.
struct Credentials {
  std::int64_t user_id = 0;
  std::string name;
  std::string password_hash;
  bool must_change_password = false;
};
// Of an active user; nullopt where there is none of this address.
std::optional<Credentials> find_credentials(Session& session, std::string_view email);
// The same, locked until the end: what is decided on them cannot be overtaken by a new password or a
// departure.
std::optional<Credentials> lock_credentials(Transaction& transaction, std::int64_t user_id);

Result<User> find_user(Session& session, std::int64_t id);
Result<User> find_user_by_email(Session& session, std::string_view email);
// Active ones first, then by name.
std::vector<User> list_users(Session& session);

// kInvalid at "email" where it is taken.
Result<std::int64_t> insert_user(Transaction& transaction, const NewUser& user,
                                 std::string_view password_hash);
// kStale where the version is another one.
Outcome update_user(Transaction& transaction, std::int64_t id, int version, const UserChange& change);
Outcome set_active(Transaction& transaction, std::int64_t id, int version, bool active);
void set_password(Transaction& transaction, std::int64_t id, std::string_view password_hash,
                  bool must_change);

// Whose grants a user can be let see: id and name, by name.
std::vector<std::pair<std::int64_t, std::string>> list_funder_organisations(Session& session);

// Locks the administrators who are active and counts them, so that two who leave at once are not both let go.
int lock_administrators(Transaction& transaction);

}  // namespace kindling
