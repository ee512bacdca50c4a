// The gate in front of a router with one route for each action, over a real database.
#include "identity/gate.hpp"

#include <gtest/gtest.h>
#include <soci/soci.h>

#include <memory>
#include <string>

#include "core/value.hpp"
#include "http/router.hpp"
#include "identity/manage_users.hpp"
#include "identity/session.hpp"
#include "identity/session_store.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

namespace kindling {
namespace {

using http::Method;
using http::Request;
using http::Response;

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

class Gate : public ::testing::Test {
 protected:
  Gate() { open_router(database(), {}); }

  Database& database() { return test_database_.database(); }

  void open_router(Database& database, GateConfig config) {
    router_ = std::make_unique<http::Router>();
    const auto answer = [](const Request& request) {
      return http::text("hello " + (request.actor.signed_in() ? request.actor.name : "stranger"));
    };
    router_->add({.method = Method::kGet, .pattern = "/open", .action = Action::kPublic, .handler = answer});
    router_->add({.method = Method::kPost, .pattern = "/open", .action = Action::kPublic, .handler = answer});
    router_->add(
        {.method = Method::kGet, .pattern = "/password", .action = Action::kOwnSession, .handler = answer});
    router_->add(
        {.method = Method::kGet, .pattern = "/grants", .action = Action::kReadFunding, .handler = answer});
    router_->add(
        {.method = Method::kPost, .pattern = "/grants", .action = Action::kWriteFunding, .handler = answer});
    router_->add(
        {.method = Method::kPost, .pattern = "/home", .action = Action::kSignedIn, .handler = answer});
    router_->add(
        {.method = Method::kGet, .pattern = "/users", .action = Action::kAdminister, .handler = answer});
    router_->add({.method = Method::kGet,
                  .pattern = "/api/v1/grants",
                  .action = Action::kReadFunding,
                  .handler = answer});
    router_->add({.method = Method::kPost,
                  .pattern = "/api/v1/grants",
                  .action = Action::kWriteFunding,
                  .handler = answer});
    install_gate(*router_, database, config);
  }

  // A user with a password of their own; returns the id.
  std::int64_t user(const std::string& email, Roles roles) {
    const Actor nobody;
    const auto added = add_user(database(), {.actor = nobody, .request_id = "test"},
                                {.email = email, .name = "Eva", .roles = roles});
    EXPECT_TRUE(added.ok());
    sql("UPDATE users SET must_change_password = false WHERE id = " + std::to_string(added->id));
    return added->id;
  }

  std::string session_of(std::int64_t user_id) {
    const Actor nobody;
    return *in_transaction(
        database(), nobody, "test", {},
        [&](Transaction& transaction) -> Result<std::string> { return begin_session(transaction, user_id); });
  }

  std::string token_of(std::int64_t user_id, bool write) {
    const Actor nobody;
    return *add_token(database(), {.actor = nobody, .request_id = "test"},
                      {.user_id = user_id, .name = "test", .scope = write ? "write" : "read", .days = 1});
  }

  void sql(const std::string& statement) { database().lease()->sql() << statement; }
  std::string sql_text(const std::string& query) {
    std::string text;
    database().lease()->sql() << query, soci::into(text);
    return text;
  }

  Response answer(Request request) {
    request.request_id = "01TEST";
    request.target = request.path;
    return router_->answer(request);
  }
  static Request get(std::string path, std::string cookie = {}) {
    Request request;
    request.path = std::move(path);
    request.headers.push_back({"host", "kindling.example"});
    request.headers.push_back({"accept", "text/html"});
    if (!cookie.empty()) request.headers.push_back({"cookie", "kindling=" + cookie});
    return request;
  }
  static Request post(std::string path, std::string cookie = {}, const std::string& form_token = {}) {
    auto request = get(std::move(path), std::move(cookie));
    request.method = Method::kPost;
    request.headers.push_back({"content-type", std::string(kForm)});
    if (!form_token.empty()) request.body = "title=x&form_token=" + form_token;
    return request;
  }
  static Request with(Request request, std::string name, std::string value) {
    request.headers.push_back({std::move(name), std::move(value)});
    return request;
  }

  TestDatabase test_database_;
  std::unique_ptr<http::Router> router_;
};

constexpr Roles kCoordinator = static_cast<Roles>(Role::kCoordinator);
constexpr Roles kViewer = static_cast<Roles>(Role::kViewer);

TEST_F(Gate, SendsAStrangerToSignInAndBack) {
  const auto response = answer(get("/grants"));
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(*response.header("location"), "/sign-in?next=%2Fgrants");
}

TEST_F(Gate, TellsAStrangersProgramThatSignInIsRequired) {
  auto request = get("/api/v1/grants");
  const auto response = answer(request);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(*response.header("www-authenticate"), "Bearer");
  EXPECT_NE(response.body.find("\"sign_in_required\""), std::string::npos);
}

TEST_F(Gate, LetsEverybodySeeAPublicPage) {
  EXPECT_EQ(answer(get("/open")).body, "hello stranger");
}

TEST_F(Gate, KnowsWhoIsSignedInOnAPublicPage) {
  EXPECT_EQ(answer(get("/open", session_of(user("eva@example.org", kViewer)))).body, "hello Eva");
}

TEST_F(Gate, LetsASessionReadWhatItsRoleAllows) {
  const auto session = session_of(user("eva@example.org", kViewer));
  EXPECT_EQ(answer(get("/grants", session)).body, "hello Eva");
  EXPECT_EQ(answer(get("/users", session)).status, 403);
}

TEST_F(Gate, TakesAFormOnlyWithTheTokenOfItsOwnSession) {
  const auto eva = user("eva@example.org", kCoordinator);
  const auto session = session_of(eva);
  const auto other_session = session_of(eva);
  EXPECT_EQ(answer(post("/grants", session, form_token_of(session))).status, 200);
  EXPECT_EQ(answer(post("/grants", session)).status, 403);
  EXPECT_EQ(answer(post("/grants", session, form_token_of(other_session))).status, 403);
  EXPECT_EQ(answer(with(post("/grants", session), "x-form-token", form_token_of(session))).status, 200);
  EXPECT_EQ(answer(with(post("/grants", session), "x-form-token", "guess")).status, 403);
}

TEST_F(Gate, AsksAJsonWriteBySessionForTheFormToken) {
  const auto session = session_of(user("eva@example.org", kCoordinator));
  auto request = post("/api/v1/grants", session);
  request.headers.push_back({"content-type", "application/json"});
  EXPECT_EQ(answer(request).status, 403);
  EXPECT_EQ(answer(with(request, "x-form-token", form_token_of(session))).status, 200);
}

TEST_F(Gate, RefusesAFormThatAnotherSiteSent) {
  const auto session = session_of(user("eva@example.org", kCoordinator));
  const auto form = post("/grants", session, form_token_of(session));
  EXPECT_EQ(answer(with(form, "origin", "http://kindling.example")).status, 200);
  EXPECT_EQ(answer(with(form, "origin", "https://kindling.example")).status, 200);
  EXPECT_EQ(answer(with(form, "origin", "https://evil.example")).status, 403);
  EXPECT_EQ(answer(with(form, "origin", "https://kindling.example.evil.example")).status, 403);
  EXPECT_EQ(answer(with(form, "origin", "null")).status, 403);
  EXPECT_EQ(answer(with(form, "sec-fetch-site", "same-origin")).status, 200);
  EXPECT_EQ(answer(with(form, "sec-fetch-site", "none")).status, 200);
  EXPECT_EQ(answer(with(form, "sec-fetch-site", "same-site")).status, 403);
  EXPECT_EQ(answer(with(form, "sec-fetch-site", "cross-site")).status, 403);
}

TEST_F(Gate, RefusesASignInThatAnotherSiteSent) {
  EXPECT_EQ(answer(post("/open")).status, 200);
  EXPECT_EQ(answer(with(post("/open"), "sec-fetch-site", "cross-site")).status, 403);
  EXPECT_EQ(answer(with(post("/open"), "origin", "https://evil.example")).status, 403);
}

TEST_F(Gate, BehindTlsTakesOnlyTheHostCookieAndHttpsOrigins) {
  open_router(database(), {.secure_cookies = true});
  const auto session = session_of(user("eva@example.org", kCoordinator));
  EXPECT_EQ(answer(get("/grants", session)).status, 303);
  auto request = post("/grants", "", form_token_of(session));
  request.headers.push_back({"cookie", "__Host-kindling=" + session});
  EXPECT_EQ(answer(request).status, 200);
  EXPECT_EQ(answer(with(request, "origin", "http://kindling.example")).status, 403);
  EXPECT_EQ(answer(with(request, "origin", "https://kindling.example")).status, 200);
}

TEST_F(Gate, EndsASessionAfterThirtyIdleMinutes) {
  const auto session = session_of(user("eva@example.org", kViewer));
  sql("UPDATE sessions SET last_seen_at = now() - interval '29 minutes'");
  EXPECT_EQ(answer(get("/grants", session)).status, 200);
  sql("UPDATE sessions SET last_seen_at = now() - interval '31 minutes'");
  EXPECT_EQ(answer(get("/grants", session)).status, 303);
}

TEST_F(Gate, EndsASessionAfterEightHoursWhateverHappens) {
  const auto session = session_of(user("eva@example.org", kViewer));
  sql("UPDATE sessions SET created_at = now() - interval '7 hours 59 minutes'");
  EXPECT_EQ(answer(get("/grants", session)).status, 200);
  sql("UPDATE sessions SET created_at = now() - interval '8 hours 1 minute'");
  EXPECT_EQ(answer(get("/grants", session)).status, 303);
}

TEST_F(Gate, NotesAtMostOnceAMinuteThatASessionWasSeen) {
  const auto session = session_of(user("eva@example.org", kViewer));
  const std::string seen = "SELECT last_seen_at::text FROM sessions";
  sql("UPDATE sessions SET last_seen_at = now() - interval '50 seconds'");
  const auto before = sql_text(seen);
  answer(get("/grants", session));
  EXPECT_EQ(sql_text(seen), before);
  sql("UPDATE sessions SET last_seen_at = now() - interval '61 seconds'");
  answer(get("/grants", session));
  EXPECT_EQ(sql_text("SELECT (last_seen_at > now() - interval '10 seconds')::text FROM sessions"), "true");
}

TEST_F(Gate, KnowsNobodyByAnInventedCookie) {
  EXPECT_EQ(answer(get("/grants", std::string(43, 'A'))).status, 303);
  EXPECT_EQ(answer(get("/grants", "' OR true --")).status, 303);
}

TEST_F(Gate, ForgetsWhoIsNoLongerActive) {
  const auto eva = user("eva@example.org", kViewer);
  const auto session = session_of(eva);
  const auto token = token_of(eva, false);
  sql("UPDATE users SET active = false");
  EXPECT_EQ(answer(get("/grants", session)).status, 303);
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", "Bearer " + token)).status, 401);
}

TEST_F(Gate, OneTimePasswordReachesOnlyThePasswordPage) {
  const auto session = session_of(user("eva@example.org", kCoordinator));
  sql("UPDATE users SET must_change_password = true");
  EXPECT_EQ(answer(get("/password", session)).status, 200);
  const auto response = answer(get("/grants", session));
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(*response.header("location"), "/password");
  EXPECT_EQ(answer(post("/grants", session, form_token_of(session))).status, 403);
  EXPECT_EQ(answer(get("/api/v1/grants", session)).status, 403);
}

TEST_F(Gate, TokenWritesOnlyWithTheScopeForIt) {
  const auto eva = user("eva@example.org", kCoordinator);
  const auto reader = "Bearer " + token_of(eva, false);
  const auto writer = "bearer " + token_of(eva, true);
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", reader)).status, 200);
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", writer)).status, 200);
  EXPECT_EQ(answer(with(post("/api/v1/grants"), "authorization", reader)).status, 403);
  EXPECT_EQ(answer(with(post("/home"), "authorization", reader)).status, 403);
  EXPECT_EQ(answer(with(post("/api/v1/grants"), "authorization", writer)).status, 200);
}

TEST_F(Gate, TokenIsNotAskedForAFormTokenNorAnOrigin) {
  const auto writer = "Bearer " + token_of(user("eva@example.org", kCoordinator), true);
  const auto request = with(post("/api/v1/grants"), "authorization", writer);
  EXPECT_EQ(answer(with(request, "origin", "https://dashboard.example")).status, 200);
}

TEST_F(Gate, RefusesATokenThatIsUnknownExpiredOrRevoked) {
  const auto eva = user("eva@example.org", kViewer);
  const auto token = "Bearer " + token_of(eva, false);
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", token + "x")).status, 401);
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", "Bearer kdl_x")).status, 401);
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", token)).status, 200);
  sql("UPDATE api_tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 "
      "second'");
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", token)).status, 401);
  sql("UPDATE api_tokens SET expires_at = now() + interval '1 day', revoked_at = now()");
  EXPECT_EQ(answer(with(get("/api/v1/grants"), "authorization", token)).status, 401);
}

TEST_F(Gate, BadTokenIsNotSavedByAGoodCookie) {
  const auto session = session_of(user("eva@example.org", kViewer));
  EXPECT_EQ(answer(with(get("/api/v1/grants", session), "authorization", "Bearer kdl_x")).status, 401);
}

TEST_F(Gate, KeepsNoTokenInTheDatabase) {
  const auto eva = user("eva@example.org", kViewer);
  const auto session = session_of(eva);
  const auto token = token_of(eva, false);
  for (const auto& secret : {session, token}) {
    EXPECT_EQ(sql_text("SELECT count(*)::text FROM sessions s, api_tokens t WHERE s::text LIKE '%" + secret +
                       "%' OR t::text LIKE '%" + secret + "%'"),
              "0");
  }
}

TEST_F(Gate, ServesPublicPagesWhileTheDatabaseIsAway) {
  Database away({.url = "host=/nowhere user=nobody dbname=none", .connect_timeout_s = 1});
  open_router(away, {});
  const std::string cookie(43, 'A');
  EXPECT_EQ(answer(get("/open", cookie)).body, "hello stranger");
  const auto response = answer(get("/grants", cookie));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(*response.header("retry-after"), "2");
}

}  // namespace
}  // namespace kindling
