#include <utility>

#include "core/input.hpp"
#include "http/router.hpp"
#include "http/uri.hpp"
#include "identity/session.hpp"
#include "identity/sign_in.hpp"
#include "identity/throttle_store.hpp"
#include "identity/user_store.hpp"
#include "storage/database.hpp"
#include "web/account/routes.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::string session_token(const Site& site, const http::Request& request) {
  return request.cookie(session_cookie_name(site.config.secure_cookies)).value_or("");
}

http::Response with_session(const Site& site, std::string location, std::string_view token) {
  auto response = http::see_other(std::move(location));
  response.with("Set-Cookie", session_cookie(site.config.secure_cookies, token));
  response.with("Cache-Control", "no-store");
  return response;
}

std::string with_next(std::string path, const std::string& next) {
  if (next == "/") return path;
  return path + "?next=" + http::percent_encoded(next);
}

// An Error that belongs to no field stands on top of the form.
std::vector<FieldError> as_field_errors(const Error& error) {
  return error.fields.empty() ? std::vector<FieldError>{{"", error.code, error.message}} : error.fields;
}

// --- /sign-in ---

// `message`: why the door stayed closed; it belongs to no field, so it stands above the form.
http::Response sign_in_page(const Site& site, const http::Request& request, const Input& typed,
                            const std::string& message, int status) {
  const std::vector<FieldError> none;
  Form form(typed, none);
  form.email("email", "E-mail address", {.required = true, .autocomplete = "username"})
      .password("password", "Password", {.required = true, .autocomplete = "current-password"})
      .hidden("next", own_path(typed.text("next")));
  auto response =
      page(site, request,
           {.title = "Sign in",
            .name = "sign_in",
            .data = Value::object({{"form", form.value("/sign-in", "Sign in", "")}, {"message", message}}),
            .status = status});
  response.with("Cache-Control", "no-store");
  return response;
}

http::Response show_sign_in(const Site& site, const http::Request& request) {
  const auto next = own_path(request.query_param("next").value_or("/"));
  if (request.actor.signed_in()) return http::see_other(next);
  Input typed;
  typed.add("next", next);
  return sign_in_page(site, request, typed, "", 200);
}

http::Response do_sign_in(const Site& site, const http::Request& request) {
  const auto typed = http::read_input(request);
  if (!typed.ok()) return error_page(site, typed.error(), request);
  const auto answer = sign_in(site.database, request.request_id,
                              {.email = std::string(typed->text("email")),
                               .password = std::string(typed->text("password")),
                               .address = client_address(request),
                               .old_session = session_token(site, request)});
  const auto next = own_path(typed->text("next"));
  if (answer.refusal) {
    auto response =
        sign_in_page(site, request, *typed, answer.refusal->message, http::status_of(answer.refusal->kind));
    if (answer.retry_after_s > 0) response.with("Retry-After", std::to_string(answer.retry_after_s));
    if (answer.refusal->kind == ErrorKind::kUnavailable) response.with("Retry-After", "2");
    return response;
  }
  return with_session(site, answer.must_change_password ? with_next("/password", next) : next,
                      answer.session_token);
}

http::Response do_sign_out(const Site& site, const http::Request& request) {
  const auto done = sign_out(site.database, request.actor, request.request_id, session_token(site, request));
  if (!done.ok()) return error_page(site, done.error(), request);
  auto response = http::see_other("/sign-in?done=signed-out");
  response.with("Set-Cookie", expired_session_cookie(site.config.secure_cookies));
  response.with("Cache-Control", "no-store");
  return response;
}

// --- /password ---

http::Response password_page(const Site& site, const http::Request& request, const Input& typed,
                             const std::vector<FieldError>& errors, int status) {
  const bool first = request.actor.must_change_password;
  Form form(typed, errors);
  if (!first) {
    form.password("current", "Present password", {.required = true, .autocomplete = "current-password"});
  }
  form.password(
          "chosen", "New password",
          {.help =
               "At least 12 characters. Four or five random words are easy to remember and hard to guess.",
           .required = true,
           .autocomplete = "new-password"})
      .password("repeated", "New password again", {.required = true, .autocomplete = "new-password"})
      .hidden("next", own_path(typed.text("next")));
  auto response =
      page(site, request,
           {.title = first ? "Choose your password" : "Change your password",
            .name = "password",
            .data = Value::object({{"form", form.value("/password", "Save password", first ? "" : "/")},
                                   {"first", first},
                                   {"user_name", request.actor.name}}),
            .status = status});
  response.with("Cache-Control", "no-store");
  return response;
}

http::Response show_password(const Site& site, const http::Request& request) {
  Input typed;
  typed.add("next", std::string(request.query_param("next").value_or("/")));
  return password_page(site, request, typed, {}, 200);
}

http::Response do_change_password(const Site& site, const http::Request& request) {
  const auto typed = http::read_input(request);
  if (!typed.ok()) return error_page(site, typed.error(), request);
  const auto token = change_password(site.database, request.actor, request.request_id,
                                     {.current = std::string(typed->text("current")),
                                      .chosen = std::string(typed->text("chosen")),
                                      .repeated = std::string(typed->text("repeated")),
                                      .address = client_address(request),
                                      .platform = site.config.platform_name});
  if (!token.ok()) {
    return password_page(site, request, *typed, as_field_errors(token.error()),
                         http::status_of(token.error().kind));
  }
  const auto next = own_path(typed->text("next"));
  return with_session(site, next == "/" ? "/?done=password" : next, *token);
}

// --- /api/v1/me ---

http::Response show_me(const Site& site, const http::Request& request) {
  const auto& actor = request.actor;
  const auto user = reading(site.database, [&](Session& session) { return find_user(session, actor.id); });
  if (!user.ok()) return http::problem(user.error(), request);
  auto roles = Value::array();
  for (auto& name : role_names(actor.roles)) roles.push(std::move(name));
  return http::json(Value::object({{"id", actor.id},
                                   {"name", user->name},
                                   {"email", user->email},
                                   {"roles", std::move(roles)},
                                   {"by_token", actor.by_token},
                                   {"scope", actor.read_only ? "read" : "write"}}));
}

Value me_schema() {
  const auto text = Value::object({{"type", "string"}});
  const auto flag = Value::object({{"type", "boolean"}});
  return Value::object(
      {{"type", "object"},
       {"required", Value::Array{"id", "name", "email", "roles", "by_token", "scope"}},
       {"properties", Value::object({{"id", Value::object({{"type", "integer"}})},
                                     {"name", text},
                                     {"email", text},
                                     {"roles", Value::object({{"type", "array"}, {"items", text}})},
                                     {"by_token", flag},
                                     {"scope", Value::object({{"type", "string"},
                                                              {"enum", Value::Array{"read", "write"}}})}})}});
}

}  // namespace

void add_sign_in_routes(http::Router& router, const Site& site) {
  using enum http::Method;
  const auto with_site = [&site](auto function) {
    return [&site, function](const http::Request& request) { return function(site, request); };
  };
  router.add({kGet, "/sign-in", Action::kPublic, with_site(show_sign_in)});
  router.add({kPost, "/sign-in", Action::kPublic, with_site(do_sign_in)});
  router.add({kPost, "/sign-out", Action::kOwnSession, with_site(do_sign_out)});
  router.add({kGet, "/password", Action::kOwnSession, with_site(show_password)});
  router.add({kPost, "/password", Action::kOwnSession, with_site(do_change_password)});
  router.add_schema("Me", me_schema());
  router.add({.method = kGet,
              .pattern = "/api/v1/me",
              .action = Action::kSignedIn,
              .handler = with_site(show_me),
              .doc = {.summary = "Who the token or session belongs to",
                      .tag = "account",
                      .request_schema = "",
                      .response_schema = "Me",
                      .query = {}}});
}

void add_account_routes(http::Router& router, const Site& site) {
  add_sign_in_routes(router, site);
  add_user_routes(router, site);
  add_token_routes(router, site);
}

}  // namespace kindling
