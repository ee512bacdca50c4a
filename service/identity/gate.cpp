#include "identity/gate.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/hash.hpp"
#include "http/router.hpp"
#include "http/uri.hpp"
#include "identity/authorize.hpp"
#include "identity/known_tokens.hpp"
#include "identity/secret.hpp"
#include "identity/session.hpp"
#include "identity/session_store.hpp"
#include "identity/token_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

std::optional<std::string_view> bearer_of(const http::Request& request) {
  const auto header = request.header("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (!header || header->size() <= kScheme.size()) return std::nullopt;
  const bool same = std::equal(kScheme.begin(), kScheme.end(), header->begin(), [](char a, char b) {
    return a == std::tolower(static_cast<unsigned char>(b));
  });
  return same ? std::optional(header->substr(kScheme.size())) : std::nullopt;
}

// A page somebody looks at, as opposed to its style sheet, an API answer or a form that is sent.
bool wants_page(const http::Request& request) {
  const auto accept = request.header("accept");
  return !request.is_write() && !request.is_api() && accept && accept->find("text/html") != accept->npos;
}

// Browsers say where a request comes from. Where one says nothing, the form token decides alone.
bool from_other_site(const http::Request& request, bool secure) {
  if (const auto site = request.header("sec-fetch-site")) return *site != "same-origin" && *site != "none";
  const auto origin = request.header("origin");
  if (!origin) return false;
  const std::string host(request.header("host").value_or(""));
  return *origin != "https://" + host && (secure || *origin != "http://" + host);
}

bool has_form_token(const http::Request& request) {
  if (const auto token = request.header("x-form-token"))
    return equal_secrets(*token, request.actor.form_token);
  const auto token = http::form_field(request, "form_token");
  return token && equal_secrets(*token, request.actor.form_token);
}

Error sign_in_first(const http::Request& request, bool by_token) {
  if (by_token) {
    return {ErrorKind::kSignInRequired,
            "token_not_valid",
            "This API token is unknown, expired or revoked. Ask an administrator for a new one.",
            {}};
  }
  if (request.is_write()) {
    return {ErrorKind::kSignInRequired,
            "session_ended",
            "You are no longer signed in, so nothing was saved. Sign in again and send the form once more.",
            {}};
  }
  return authorize(Actor{}, Action::kSignedIn).error();
}

class Gatekeeper {
 public:
  Gatekeeper(const http::Router& router, Database& database, GateConfig config)
      : router_(router), database_(database), config_(std::move(config)) {}

  std::optional<http::Response> operator()(http::Request& request, const http::Route& route) const {
    const auto bearer = bearer_of(request);
    const bool by_browser = !bearer || route.action == Action::kPublic;
    if (request.is_write() && by_browser && from_other_site(request, config_.secure_cookies)) {
      return refuse(
          forbidden("other_site", "This was sent from another website. Open the page here and try again."),
          request);
    }
    if (route.action == Action::kPublic) {
      greet(request);
      return std::nullopt;
    }
    if (const auto away = find_actor(request, bearer)) return refuse(*away, request);
    if (!request.actor.signed_in()) return refuse(sign_in_first(request, bearer.has_value()), request);
    if (request.is_write() && !request.actor.by_token && !has_form_token(request)) {
      return refuse(forbidden("form_token",
                              "This form is from an earlier session. Go back, reload the page and send "
                              "it again."),
                    request);
    }
    const auto allowed = authorize(request.actor, route.action);
    if (!allowed.ok()) return refuse(allowed.error(), request);
    // Also where the action alone is no write, such as a POST that anybody signed in may send.
    if (request.is_write() && request.actor.read_only) {
      return refuse(
          forbidden("read_only_token", "This token may only read. Use a token with the scope \"write\"."),
          request);
    }
    return std::nullopt;
  }

 private:
  // Fills request.actor; an Error where the database is away.
  std::optional<Error> find_actor(http::Request& request, std::optional<std::string_view> bearer) const {
    const auto cookie = bearer ? std::nullopt : request.cookie(session_cookie_name(config_.secure_cookies));
    if (!bearer && (!cookie || cookie->empty())) return std::nullopt;
    try {
      auto actor = bearer ? find_known_token(*bearer)
                          : reading(database_, [&](Session& session) { return find_session(session, *cookie); });
      if (actor) request.actor = *std::move(actor);
      return std::nullopt;
    } catch (...) {
      if (auto error = error_of(std::current_exception())) return error;
      throw;
    }
  }

  std::optional<Actor> find_known_token(std::string_view token) const {
    const auto look_up = [&] {
      return reading(database_, [&](Session& session) { return find_token(session, token); });
    };
    if (!config_.generation) return look_up();
    const auto hash = sha256_hex(token);
    const auto generation = config_.generation();
    const auto now = KnownTokens::Clock::now();
    if (auto known = known_tokens_->find(hash, generation, now)) return known;
    auto actor = look_up();
    if (actor) known_tokens_->keep(hash, *actor, generation, now);
    return actor;
  }

  // A public page shows who is signed in where that is known; it never waits for it to be shown.
  void greet(http::Request& request) const {
    if (wants_page(request)) find_actor(request, std::nullopt);
  }

  http::Response refuse(const Error& error, const http::Request& request) const {
    if (wants_page(request)) {
      if (error.kind == ErrorKind::kSignInRequired) return to_sign_in(request);
      if (error.code == "password_change_required") return http::see_other("/password");
    }
    auto response = router_.error_response(error, request);
    if (error.kind == ErrorKind::kSignInRequired) response.with("WWW-Authenticate", "Bearer");
    return response;
  }

  static http::Response to_sign_in(const http::Request& request) {
    const auto next = own_path(request.target);
    return http::see_other(next == "/" ? "/sign-in" : "/sign-in?next=" + http::percent_encoded(next));
  }

  const http::Router& router_;
  Database& database_;
  GateConfig config_;
  std::shared_ptr<KnownTokens> known_tokens_ = std::make_shared<KnownTokens>();  // shared by copies of the gate
};

}  // namespace

void install_gate(http::Router& router, Database& database, GateConfig config) {
  router.set_gate(Gatekeeper(router, database, std::move(config)));
}

}  // namespace kindling
