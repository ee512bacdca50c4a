// What an administrator does with users, on a page or on the command line. One-time passwords and tokens are
// returned once and stored as hashes only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/result.hpp"
#include "identity/token_store.hpp"
#include "identity/user.hpp"

namespace kindling {

class Database;

// Who does it, for the audit; the command line acts as nobody.
struct Hand {
  const Actor& actor;
  std::string_view request_id;
  bool dry_run = false;  // all of it, rolled back
};

struct AddedUser {
  std::int64_t id = 0;
  std::string one_time_password;
};

Result<AddedUser> add_user(Database& database, const Hand& hand, const NewUser& user);
// Ends the user's sessions and gives a one-time password.
Result<std::string> reset_password(Database& database, const Hand& hand, std::int64_t user_id);
// kConflict "last_administrator" where nobody would be left to administer.
Outcome change_user(Database& database, const Hand& hand, std::int64_t user_id, int version,
                    const UserChange& change);
// Ends the user's sessions; tokens of somebody inactive open nothing.
Outcome set_user_active(Database& database, const Hand& hand, std::int64_t user_id, int version, bool active);
// kInvalid at "name" or "days"; kNotFound for an unknown user. Returns the token.
Result<std::string> add_token(Database& database, const Hand& hand, const NewToken& token);
Outcome end_token(Database& database, const Hand& hand, std::int64_t token_id);

// --- The command line: kindling user add|reset|list|token ---
// Roles as "coordinator,approver"; the organisation is a funder's. Return the one-time password, or the token.
Result<std::string> add_user(Database& database, std::string_view email, std::string_view name,
                             std::string_view roles, std::int64_t organisation_id = 0);
Result<std::string> reset_password(Database& database, std::string_view email);
Result<std::string> make_token(Database& database, std::string_view email, std::string_view scope, int days);
std::vector<User> list_users(Database& database);

}  // namespace kindling
