#include <utility>

#include "audit/audit.hpp"
#include "core/input.hpp"
#include "http/router.hpp"
#include "identity/user_store.hpp"
#include "storage/database.hpp"
#include "web/account/hand.hpp"
#include "web/account/routes.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::string words(Roles roles) {
  std::string text;
  for (const auto& word : role_words()) {
    if (has_role(roles, word.role)) text.append(text.empty() ? "" : ", ").append(word.label);
  }
  return text;
}

const std::vector<Choice>& role_choices() {
  static const std::vector<Choice> choices = [] {
    std::vector<Choice> all;
    for (const auto& word : role_words()) {
      all.push_back({std::string(word.name), std::string(word.label) + ": " + std::string(word.help)});
    }
    return all;
  }();
  return choices;
}

// The first choice is of everybody who is no funder.
std::vector<Choice> organisation_choices(const Site& site) {
  std::vector<Choice> choices{{"", "None"}};
  const auto funders = reading(site.database, [](Session& session) { return list_funder_organisations(session); });
  for (const auto& [id, name] : funders) choices.push_back({std::to_string(id), name});
  return choices;
}

constexpr const char* kOrganisationHelp = "Only for the role funder: whose grants this user may see.";

std::string path_of(std::int64_t id) {
  return "/users/" + std::to_string(id);
}

// --- The list ---

Value row_of(const User& user) {
  const bool waiting = user.active && user.must_change_password;
  return Value::object({{"name", user.name},
                        {"href", path_of(user.id)},
                        {"email", user.email},
                        {"roles", words(user.roles)},
                        {"state", !user.active ? "inactive"
                                  : waiting    ? "invited"
                                               : "active"},
                        {"state_badge", !user.active ? "secondary"
                                        : waiting    ? "warning"
                                                     : "success"},
                        {"last_seen", user.last_seen_on}});
}

http::Response show_users(const Site& site, const http::Request& request) {
  const auto users = list_users(site.database);
  Value::Array rows;
  for (const auto& user : users) rows.push_back(row_of(user));
  const std::vector<Column> columns{{.name = "name", .label = "Name", .href = "href"},
                                    {.name = "email", .label = "E-mail"},
                                    {.name = "roles", .label = "Roles"},
                                    {.name = "state", .label = "State"},
                                    {.name = "last_seen", .label = "Last seen"}};
  return page(site, request,
              {.title = "Users",
               .name = "users",
               .data = Value::object({{"table", table(request, {}, columns, rows, "")}}),
               .crumbs = {{"Users", "/users"}}});
}

// --- A new one ---

http::Response new_user_page(const Site& site, const http::Request& request, const Input& typed,
                             const std::vector<FieldError>& errors, int status) {
  Form form(typed, errors);
  form.text("name", "Name", {.required = true, .columns = 6})
      .email("email", "E-mail address",
             {.help = "This is the name for signing in.", .required = true, .columns = 6})
      .checkboxes("roles", "Roles", role_choices(),
                  {.help = "Who asks does not approve: two people are needed for that, whatever their roles.",
                   .required = true})
      .choice("organisation_id", "Funder", organisation_choices(site), {.help = kOrganisationHelp, .columns = 6});
  return page(site, request,
              {.title = "New user",
               .name = "user_new",
               .data = Value::object({{"form", form.value("/users", "Add user", "/users")}}),
               .status = status,
               .crumbs = {{"Users", "/users"}, {"New user", "/users/new"}}});
}

http::Response show_new_user(const Site& site, const http::Request& request) {
  return new_user_page(site, request, Input{}, {}, 200);
}

// The one time that a one-time password is seen.
http::Response password_shown(const Site& site, const http::Request& request, const User& user,
                              const std::string& one_time_password, bool added) {
  auto response = page(site, request,
                       {.title = added ? "User added" : "New one-time password",
                        .name = "user_password",
                        .data = Value::object({{"user_name", user.name},
                                               {"email", user.email},
                                               {"one_time_password", one_time_password},
                                               {"added", added}}),
                        .status = added ? 201 : 200,
                        .crumbs = {{"Users", "/users"}, {user.name, path_of(user.id)}}});
  response.with("Cache-Control", "no-store");
  return response;
}

http::Response do_add_user(const Site& site, const http::Request& request) {
  const auto typed = http::read_input(request);
  if (!typed.ok()) return error_page(site, typed.error(), request);
  const auto user = parse_user(*typed);
  if (!user.ok()) return new_user_page(site, request, *typed, user.error().fields, 422);
  const auto hand = hand_of(request);
  const auto added = add_user(site.database, hand, *user);
  if (!added.ok()) {
    if (added.error().kind != ErrorKind::kInvalid) return error_page(site, added.error(), request);
    return new_user_page(site, request, *typed, added.error().fields, 422);
  }
  if (hand.dry_run) return rehearsed(201);
  const User shown{.id = added->id, .email = user->email, .name = user->name, .last_seen_on = {}};
  return password_shown(site, request, shown, added->one_time_password, true);
}

// --- One user ---

Input stored(const User& user) {
  Input input;
  input.add("name", user.name);
  input.add("version", std::to_string(user.version));
  if (user.organisation_id) input.add("organisation_id", std::to_string(*user.organisation_id));
  const auto names = role_names(user.roles);
  for (std::size_t i = 0; i < names.size(); ++i) input.add("roles." + std::to_string(i), names[i]);
  return input;
}

http::Response user_page(const Site& site, const http::Request& request, const User& user, const Input& typed,
                         const std::vector<FieldError>& errors, int status) {
  Form form(typed, errors);
  form.text("name", "Name", {.required = true, .columns = 6})
      .checkboxes("roles", "Roles", role_choices(), {.required = true})
      .choice("organisation_id", "Funder", organisation_choices(site), {.help = kOrganisationHelp, .columns = 6})
      .hidden("version", std::to_string(user.version));
  const auto history =
      reading(site.database, [&](Session& session) { return list_audit(session, "user", user.id, 20); });
  return page(site, request,
              {.title = user.name,
               .name = "user",
               .data = Value::object({{"form", form.value(path_of(user.id), "Save", "/users")},
                                      {"user_path", path_of(user.id)},
                                      {"user_name", user.name},
                                      {"email", user.email},
                                      {"version", user.version},
                                      {"active", user.active},
                                      {"invited", user.active && user.must_change_password},
                                      {"history", history}}),
               .status = status,
               .crumbs = {{"Users", "/users"}, {user.name, path_of(user.id)}}});
}

// The user of the path, or the page that says there is none.
template <typename F>
http::Response with_user(const Site& site, const http::Request& request, F&& use) {
  const auto user =
      reading(site.database, [&](Session& session) { return find_user(session, request.path_id("id")); });
  return user.ok() ? use(*user) : error_page(site, user.error(), request);
}

http::Response show_user(const Site& site, const http::Request& request) {
  return with_user(site, request,
                   [&](const User& user) { return user_page(site, request, user, stored(user), {}, 200); });
}

http::Response do_change_user(const Site& site, const http::Request& request) {
  const auto typed = http::read_input(request);
  if (!typed.ok()) return error_page(site, typed.error(), request);
  const auto version = expected_version(request, *typed);
  if (!version.ok()) return error_page(site, version.error(), request);
  return with_user(site, request, [&](const User& user) {
    const auto change = parse_user_change(*typed);
    if (!change.ok()) return user_page(site, request, user, *typed, change.error().fields, 422);
    const auto hand = hand_of(request);
    const auto done = change_user(site.database, hand, user.id, *version, *change);
    if (!done.ok()) {
      if (done.error().code != "last_administrator") return error_page(site, done.error(), request);
      return user_page(site, request, user, *typed, {{"roles", done.error().code, done.error().message}},
                       409);
    }
    return hand.dry_run ? rehearsed(303) : http::see_other(path_of(user.id) + "?done=saved");
  });
}

http::Response do_set_active(const Site& site, const http::Request& request, bool active) {
  const auto typed = http::read_input(request);
  if (!typed.ok()) return error_page(site, typed.error(), request);
  const auto version = expected_version(request, *typed);
  if (!version.ok()) return error_page(site, version.error(), request);
  const auto id = request.path_id("id");
  const auto hand = hand_of(request);
  const auto done = set_user_active(site.database, hand, id, *version, active);
  if (!done.ok()) return error_page(site, done.error(), request);
  return hand.dry_run ? rehearsed(303) : http::see_other(path_of(id) + "?done=changed");
}

http::Response do_activate(const Site& site, const http::Request& request) {
  return do_set_active(site, request, true);
}

http::Response do_deactivate(const Site& site, const http::Request& request) {
  return do_set_active(site, request, false);
}

http::Response do_reset_password(const Site& site, const http::Request& request) {
  return with_user(site, request, [&](const User& user) {
    const auto hand = hand_of(request);
    const auto password = reset_password(site.database, hand, user.id);
    if (!password.ok()) return error_page(site, password.error(), request);
    return hand.dry_run ? rehearsed(200) : password_shown(site, request, user, *password, false);
  });
}

}  // namespace

void add_user_routes(http::Router& router, const Site& site) {
  using enum http::Method;
  const auto add = [&](http::Method method, std::string pattern, auto function) {
    router.add({method, std::move(pattern), Action::kAdminister,
                [&site, function](const http::Request& request) { return function(site, request); }});
  };
  add(kGet, "/users", show_users);
  add(kPost, "/users", do_add_user);
  add(kGet, "/users/new", show_new_user);
  add(kGet, "/users/{id}", show_user);
  add(kPost, "/users/{id}", do_change_user);
  add(kPost, "/users/{id}/deactivate", do_deactivate);
  add(kPost, "/users/{id}/activate", do_activate);
  add(kPost, "/users/{id}/reset-password", do_reset_password);
}

}  // namespace kindling
