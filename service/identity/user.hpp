// Users: who they are and in which roles. Types and rules, pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/actor.hpp"
#include "core/result.hpp"

namespace kindling {

class Input;

struct User {
  std::int64_t id = 0;
  std::string email;  // lower-case, unique
  std::string name;
  Roles roles = 0;
  std::optional<std::int64_t> organisation_id = {};  // of a funder
  bool must_change_password = false;
  bool active = true;
  int version = 1;
  std::string last_seen_on;  // "2026-02-28"; "" where no session is alive
};

// Valid by construction.
struct NewUser {
  std::string email;
  std::string name;
  Roles roles = 0;
  std::optional<std::int64_t> organisation_id = {};
};

struct UserChange {
  std::string name;
  Roles roles = 0;
  std::optional<std::int64_t> organisation_id = {};
};

// Fields: email, name, roles (a list of names: "roles.0=coordinator"), organisation_id: required for the role funder,
// which stands alone, and ignored for all others.
Result<NewUser> parse_user(const Input& input);
Result<UserChange> parse_user_change(const Input& input);

// "eva@example.org" with white space and capitals taken off; "" where it is no address.
std::string normal_email(std::string_view typed);

struct RoleWord {
  Role role;
  std::string_view name;   // "coordinator"
  std::string_view label;  // "Coordinator"
  std::string_view help;   // what the role may do
};
const std::vector<RoleWord>& role_words();
std::vector<std::string> role_names(Roles roles);
// "coordinator,approver" -> both; kInvalid "not_one_of" where a name is unknown or none is given.
Result<Roles> roles_of(std::string_view names);

}  // namespace kindling
