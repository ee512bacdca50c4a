#include "identity/manage_users.hpp"

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "core/input.hpp"
#include "identity/password.hpp"
#include "identity/session_store.hpp"
#include "identity/user_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

const Actor kNobody{};
constexpr std::string_view kCommandLine = "command-line";

Hand command_line() {
  return {.actor = kNobody, .request_id = kCommandLine};
}

AuditEvent event_of(std::string action, std::int64_t user_id, std::vector<std::string> fields = {}) {
  return {std::move(action), "user", user_id, std::move(fields), ""};
}

// Whether this change would take the last administrator away.
Outcome keeps_an_administrator(Transaction& transaction, const User& user, Roles roles, bool active) {
  const bool leaves = user.active && has_role(user.roles, Role::kAdministrator) &&
                      !(active && has_role(roles, Role::kAdministrator));
  if (leaves && lock_administrators(transaction) <= 1) {
    return conflict("last_administrator",
                    "This is the only administrator. Make somebody else an administrator first.");
  }
  return kOk;
}

std::vector<std::string> changed_fields(const User& user, const UserChange& change) {
  std::vector<std::string> fields;
  if (user.name != change.name) fields.emplace_back("name");
  if (user.roles != change.roles) fields.emplace_back("roles");
  if (user.organisation_id != change.organisation_id) fields.emplace_back("organisation_id");
  return fields;
}

}  // namespace

Result<AddedUser> add_user(Database& database, const Hand& hand, const NewUser& user) {
  auto password = one_time_password();
  const auto hash = hash_password(password);
  if (!hash.ok()) return hash.error();
  return in_transaction(database, hand.actor, hand.request_id, {hand.dry_run},
                        [&](Transaction& transaction) -> Result<AddedUser> {
                          const auto id = insert_user(transaction, user, *hash);
                          if (!id.ok()) return id.error();
                          record_audit(transaction, event_of("user.added", *id, {"email", "name", "roles"}));
                          return AddedUser{*id, password};
                        });
}

Result<std::string> reset_password(Database& database, const Hand& hand, std::int64_t user_id) {
  auto password = one_time_password();
  const auto hash = hash_password(password);
  if (!hash.ok()) return hash.error();
  return in_transaction(database, hand.actor, hand.request_id, {hand.dry_run},
                        [&](Transaction& transaction) -> Result<std::string> {
                          const auto user = find_user(transaction.session, user_id);
                          if (!user.ok()) return user.error();
                          set_password(transaction, user_id, *hash, true);
                          end_sessions_of(transaction, user_id);
                          record_audit(transaction, event_of("user.password_reset", user_id, {"password"}));
                          return password;
                        });
}

Outcome change_user(Database& database, const Hand& hand, std::int64_t user_id, int version,
                    const UserChange& change) {
  return in_transaction(
      database, hand.actor, hand.request_id, {hand.dry_run}, [&](Transaction& transaction) -> Outcome {
        const auto user = find_user(transaction.session, user_id);
        if (!user.ok()) return user.error();
        if (auto kept = keeps_an_administrator(transaction, *user, change.roles, user->active); !kept.ok())
          return kept;
        if (auto updated = update_user(transaction, user_id, version, change); !updated.ok()) return updated;
        record_audit(transaction, event_of("user.changed", user_id, changed_fields(*user, change)));
        return kOk;
      });
}

Outcome set_user_active(Database& database, const Hand& hand, std::int64_t user_id, int version,
                        bool active) {
  return in_transaction(
      database, hand.actor, hand.request_id, {hand.dry_run}, [&](Transaction& transaction) -> Outcome {
        const auto user = find_user(transaction.session, user_id);
        if (!user.ok()) return user.error();
        if (auto kept = keeps_an_administrator(transaction, *user, user->roles, active); !kept.ok())
          return kept;
        if (auto updated = set_active(transaction, user_id, version, active); !updated.ok()) return updated;
        if (!active) end_sessions_of(transaction, user_id);
        record_audit(transaction,
                     event_of(active ? "user.activated" : "user.deactivated", user_id, {"active"}));
        return kOk;
      });
}

Result<std::string> add_token(Database& database, const Hand& hand, const NewToken& token) {
  Input input;
  input.add("name", token.name);
  input.add("days", std::to_string(token.days));
  Fields fields(input);
  NewToken checked = token;
  checked.name = fields.text("name", {.max = 120});
  checked.days = static_cast<int>(fields.integer("days", 1, kTokenDaysMax));
  if (!fields.ok()) return invalid(fields.errors());
  return in_transaction(database, hand.actor, hand.request_id, {hand.dry_run},
                        [&](Transaction& transaction) -> Result<std::string> {
                          const auto user = find_user(transaction.session, checked.user_id);
                          if (!user.ok()) return user.error();
                          auto secret = insert_token(transaction, checked);
                          record_audit(transaction, event_of("user.token_added", checked.user_id,
                                                             {"name", "scope", "expires_at"}));
                          return secret;
                        });
}

Outcome end_token(Database& database, const Hand& hand, std::int64_t token_id) {
  return in_transaction(
      database, hand.actor, hand.request_id, {hand.dry_run}, [&](Transaction& transaction) -> Outcome {
        if (auto revoked = revoke_token(transaction, token_id); !revoked.ok()) return revoked;
        record_audit(transaction, {"token.revoked", "api_token", token_id, {"revoked_at"}, ""});
        return kOk;
      });
}

Result<std::string> add_user(Database& database, std::string_view email, std::string_view name,
                             std::string_view roles, std::int64_t organisation_id) {
  const auto named = roles_of(roles);
  if (!named.ok()) return named.error();
  Input input;
  input.add("email", std::string(email));
  input.add("name", std::string(name));
  const auto words = role_names(*named);
  for (std::size_t i = 0; i < words.size(); ++i) input.add("roles." + std::to_string(i), words[i]);
  if (organisation_id != 0) input.add("organisation_id", std::to_string(organisation_id));
  const auto user = parse_user(input);
  if (!user.ok()) return user.error();
  const auto added = add_user(database, command_line(), *user);
  if (!added.ok()) return added.error();
  return added->one_time_password;
}

Result<std::string> reset_password(Database& database, std::string_view email) {
  const auto user =
      reading(database, [&](Session& session) { return find_user_by_email(session, normal_email(email)); });
  if (!user.ok()) return user.error();
  return reset_password(database, command_line(), user->id);
}

Result<std::string> make_token(Database& database, std::string_view email, std::string_view scope, int days) {
  const auto user =
      reading(database, [&](Session& session) { return find_user_by_email(session, normal_email(email)); });
  if (!user.ok()) return user.error();
  return add_token(database, command_line(),
                   {.user_id = user->id, .name = "command line", .scope = std::string(scope), .days = days});
}

std::vector<User> list_users(Database& database) {
  return reading(database, [](Session& session) { return list_users(session); });
}

}  // namespace kindling
