#include "identity/user.hpp"

#include <algorithm>

#include "core/fields.hpp"
#include "core/input.hpp"

namespace kindling {
namespace {

// "roles.0=coordinator" of a form, {"roles": ["coordinator"]} of JSON.
Roles read_roles(Fields& fields) {
  std::string names;
  for (const auto& name : fields.texts("roles", {.max = 20}, role_words().size())) names += (names.empty() ? "" : ",") + name;
  if (fields.failed("roles")) return 0;
  const auto roles = roles_of(names);
  if (roles.ok()) return *roles;
  const auto& error = roles.error().fields.front();
  fields.fail("roles", error.code, error.message);
  return 0;
}

// Whose grants a funder sees. Whoever has another role reads everything already.
std::optional<std::int64_t> read_organisation(Fields& fields, Roles roles) {
  const auto chosen = fields.optional_id("organisation_id");
  if (!has_role(roles, Role::kFunder)) return std::nullopt;
  if (roles != static_cast<Roles>(Role::kFunder)) {
    fields.fail("roles", "funder_stands_alone", "A funder has no other role: it sees its own grants and nothing else.");
  } else if (!chosen && !fields.failed("organisation_id")) {
    fields.fail("organisation_id", "required", "Choose the funder whose grants this user may see.");
  }
  return chosen;
}

}  // namespace

const std::vector<RoleWord>& role_words() {
  static const std::vector<RoleWord> words{
      {Role::kCoordinator, "coordinator", "Coordinator", "enters funding, budgets and receipts"},
      {Role::kApprover, "approver", "Approver", "approves what somebody else asked for"},
      {Role::kViewer, "viewer", "Viewer", "reads everything but evidence, and downloads reports"},
      {Role::kAuditor, "auditor", "Auditor", "reads everything, the evidence of costs too"},
      {Role::kAdministrator, "administrator", "Administrator", "manages users and tokens, and reads"},
      {Role::kFunder, "funder", "Funder", "sees the grants of one funder and the reports submitted to it, nothing else"},
  };
  return words;
}

std::vector<std::string> role_names(Roles roles) {
  std::vector<std::string> names;
  for (const auto& word : role_words()) {
    if (has_role(roles, word.role)) names.emplace_back(word.name);
  }
  return names;
}

Result<Roles> roles_of(std::string_view names) {
  Roles roles = 0;
  while (!names.empty()) {
    const auto end = std::min(names.find(','), names.size());
    const auto name = trimmed(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
    const auto& words = role_words();
    const auto found =
        std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.name == name; });
    if (found == words.end()) {
      return invalid_field("roles", "not_one_of",
                           "Roles are coordinator, approver, viewer, auditor, administrator and funder.");
    }
    roles |= static_cast<Roles>(found->role);
  }
  if (roles == 0)
    return invalid_field("roles", "required", "Choose at least one role, for example coordinator.");
  return roles;
}

std::string normal_email(std::string_view typed) {
  std::string email(trimmed(typed));
  for (char& c : email) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const auto at = email.find('@');
  const bool plain =
      std::all_of(email.begin(), email.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  const bool shaped = at != email.npos && at > 0 && at + 1 < email.size() &&
                      email.find('@', at + 1) == email.npos &&
                      email.find_first_of("<>,;\"()\\") == email.npos && email.size() <= 254;
  return plain && shaped ? email : "";
}

Result<NewUser> parse_user(const Input& input) {
  Fields fields(input);
  NewUser user;
  user.email = normal_email(fields.text("email", {.max = 254}));
  if (user.email.empty() && !fields.failed("email")) {
    fields.fail("email", "not_an_email", "Enter an e-mail address such as eva@example.org.");
  }
  user.name = fields.text("name", {.max = 120});
  user.roles = read_roles(fields);
  user.organisation_id = read_organisation(fields, user.roles);
  return fields.finish(std::move(user));
}

Result<UserChange> parse_user_change(const Input& input) {
  Fields fields(input);
  UserChange change;
  change.name = fields.text("name", {.max = 120});
  change.roles = read_roles(fields);
  change.organisation_id = read_organisation(fields, change.roles);
  return fields.finish(std::move(change));
}

}  // namespace kindling
