#include <utility>

#include "core/fields.hpp"
#include "core/input.hpp"
#include "http/router.hpp"
#include "identity/token_store.hpp"
#include "storage/database.hpp"
#include "web/account/hand.hpp"
#include "web/account/routes.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

constexpr std::string_view kScopes[] = {"read", "write", "dashboard"};

std::string scope_label(std::string_view scope) {
  return scope == "write" ? "reads and writes" : scope == "dashboard" ? "reads budgets" : "reads";
}

Value row_of(const Token& token) {
  const bool active = token.state == "active";
  return Value::object({{"id", token.id},
                        {"name", token.name},
                        {"user", token.user_name},
                        {"scope", scope_label(token.scope)},
                        {"expires_on", token.expires_on},
                        {"last_used_on", token.last_used_on.empty() ? "never" : token.last_used_on},
                        {"state", token.state},
                        {"badge", active ? "success" : "secondary"},
                        {"active", active}});
}

http::Response tokens_page(const Site& site, const http::Request& request, const Input& typed,
                           const std::vector<FieldError>& errors, int status) {
  const auto tokens = reading(site.database, [](Session& session) { return list_tokens(session); });
  Value::Array rows;
  for (const auto& token : tokens) rows.push_back(row_of(token));
  std::vector<Choice> users;
  for (const auto& user : list_users(site.database)) {
    if (user.active) users.push_back({std::to_string(user.id), user.name + " (" + user.email + ")"});
  }
  Form form(typed, errors);
  form.text("name", "What it is for",
            {.help = "For example: community dashboard.", .required = true, .columns = 6})
      .choice("user_id", "Acts as", users,
              {.help = "The token has this person's roles.", .required = true, .columns = 6})
      .choice("scope", "May", {{"read", "Read only"}, {"write", "Read and write"}, {"dashboard", "Read budgets alone (dashboard)"}},
              {.required = true, .columns = 6})
      .number("days", "Ends after",
              {.help = "1 to 366 days.", .required = true, .columns = 6, .suffix = "days"});
  return page(site, request,
              {.title = "API tokens",
               .name = "tokens",
               .data = Value::object({{"tokens", rows},
                                      {"has_tokens", !rows.empty()},
                                      {"form", form.value("/tokens", "Make token", "")}}),
               .status = status,
               .crumbs = {{"Users", "/users"}, {"API tokens", "/tokens"}}});
}

http::Response show_tokens(const Site& site, const http::Request& request) {
  Input typed;
  typed.add("scope", "read");
  typed.add("days", "90");
  return tokens_page(site, request, typed, {}, 200);
}

Result<NewToken> parse_token(const Input& input) {
  Fields fields(input);
  NewToken token;
  token.name = fields.text("name", {.max = 120});
  token.user_id = fields.id("user_id");
  token.scope = fields.one_of("scope", kScopes);
  token.days = static_cast<int>(fields.integer("days", 1, kTokenDaysMax));
  return fields.finish(std::move(token));
}

// The token is in the answer, so the answer is never stored: sent twice makes two, and both are in the list.
http::Response do_add_token(const Site& site, const http::Request& request) {
  const auto typed = http::read_input(request);
  if (!typed.ok()) return error_page(site, typed.error(), request);
  const auto token = parse_token(*typed);
  if (!token.ok()) return tokens_page(site, request, *typed, token.error().fields, 422);
  const auto hand = hand_of(request);
  const auto secret = add_token(site.database, hand, *token);
  if (!secret.ok()) return error_page(site, secret.error(), request);
  if (hand.dry_run) return rehearsed(201);
  auto response =
      page(site, request,
           {.title = "API token made",
            .name = "token_shown",
            .data = Value::object({{"token_name", token->name}, {"token", *secret}, {"days", token->days}}),
            .status = 201,
            .crumbs = {{"Users", "/users"}, {"API tokens", "/tokens"}}});
  response.with("Cache-Control", "no-store");
  return response;
}

http::Response do_revoke_token(const Site& site, const http::Request& request) {
  const auto hand = hand_of(request);
  const auto done = end_token(site.database, hand, request.path_id("id"));
  if (!done.ok()) return error_page(site, done.error(), request);
  return hand.dry_run ? rehearsed(303) : http::see_other("/tokens?done=changed");
}

}  // namespace

void add_token_routes(http::Router& router, const Site& site) {
  using enum http::Method;
  const auto add = [&](http::Method method, std::string pattern, auto function) {
    router.add({method, std::move(pattern), Action::kAdminister,
                [&site, function](const http::Request& request) { return function(site, request); }});
  };
  add(kGet, "/tokens", show_tokens);
  add(kPost, "/tokens", do_add_token);
  add(kPost, "/tokens/{id}/revoke", do_revoke_token);
}

}  // namespace kindling
