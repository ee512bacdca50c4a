// The pages of the door: sign-in, own password, users and API tokens, as a browser sees them.
#include <gtest/gtest.h>

#include <memory>
#include <regex>
#include <string>

#include "http/html.hpp"
#include "http/router.hpp"
#include "identity/gate.hpp"
#include "identity/manage_users.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"
#include "web/account/routes.hpp"
#include "web/page.hpp"
#include "web/site.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Method;
using http::Request;
using http::Response;

const http::Templates& templates() {
  static const http::Templates all({KINDLING_SOURCE_DIR "/service/web"});
  return all;
}

class Account : public ::testing::Test {
 protected:
  Account() : site_{test_database_.database(), templates(), {}} {
    static const bool loaded = (load_static_files(KINDLING_SOURCE_DIR "/service/web/static"), true);
    (void)loaded;
    add_account_routes(router_, site_);
    router_.add(
        {.method = Method::kGet, .pattern = "/", .action = Action::kSignedIn, .handler = [](const Request&) {
           return http::text("home");
         }});
    router_.set_error_page(
        [this](const Error& error, const Request& request) { return error_page(site_, error, request); });
    router_.set_exception_mapper(error_of);
    install_gate(router_, site_.database, {});
  }

  Response send(Method method, const std::string& target, std::string body = {}) {
    Request request;
    request.method = method;
    request.target = target;
    request.path = target.substr(0, target.find('?'));
    if (target.size() > request.path.size()) add_query(request, target.substr(request.path.size() + 1));
    request.request_id = "01TEST";
    request.peer_address = "192.0.2.1";
    request.headers = {{"host", "kindling.example"}, {"accept", "text/html"}};
    if (!cookie_.empty()) request.headers.push_back({"cookie", cookie_});
    if (method == Method::kPost) {
      request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
      if (!form_token_.empty()) body += "&form_token=" + form_token_;
    }
    request.body = std::move(body);
    auto response = router_.answer(request);
    if (const auto* set = response.header("set-cookie")) cookie_ = set->substr(0, set->find(';'));
    std::smatch found;
    if (std::regex_search(response.body, found, std::regex("name=\"form_token\" value=\"([^\"]+)\""))) {
      form_token_ = found[1];
    }
    return response;
  }
  Response get(const std::string& target) { return send(Method::kGet, target); }
  Response post(const std::string& target, std::string body = {}) {
    return send(Method::kPost, target, std::move(body));
  }
  static void add_query(Request& request, const std::string& query) {
    const auto equals = query.find('=');
    request.query.emplace_back(query.substr(0, equals), query.substr(equals + 1));
  }
  static std::string location(const Response& response) {
    const auto* found = response.header("location");
    return found == nullptr ? "" : *found;
  }
  static bool shows(const Response& response, const std::string& text) {
    return response.body.find(text) != std::string::npos;
  }

  // Adds a user and signs in with a password of their own.
  void enter(const std::string& email, const std::string& roles) {
    const auto password = *add_user(site_.database, email, "Ada Byron", roles);
    post("/sign-in", "email=" + email + "&password=" + password);
    get("/password");
    ASSERT_EQ(location(post("/password", "chosen=mauve+otter+candle&repeated=mauve+otter+candle")),
              "/?done=password");
    get("/password");
  }

  TestDatabase test_database_;
  Site site_;
  http::Router router_;
  std::string cookie_;
  std::string form_token_;
};

TEST_F(Account, SignInPageAsksForAddressAndPassword) {
  const auto response = get("/sign-in");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(shows(response, "autocomplete=\"username\""));
  EXPECT_TRUE(shows(response, "autocomplete=\"current-password\""));
  EXPECT_EQ(*response.header("cache-control"), "no-store");
}

TEST_F(Account, WrongPasswordShowsThePageAgainWithTheAddressButNotThePassword) {
  const auto response = post("/sign-in", "email=eva%40example.org&password=secret-of-eva");
  EXPECT_EQ(response.status, 422);
  EXPECT_TRUE(shows(response, "value=\"eva@example.org\""));
  EXPECT_FALSE(shows(response, "secret-of-eva"));
  EXPECT_TRUE(shows(response, "The e-mail address or the password is not right."));
  EXPECT_EQ(response.header("set-cookie"), nullptr);
}

TEST_F(Account, TooManyAttemptsSayHowLongToWait) {
  for (int i = 0; i < 5; ++i) post("/sign-in", "email=eva%40example.org&password=wrong");
  const auto response = post("/sign-in", "email=eva%40example.org&password=wrong");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(*response.header("retry-after"), "2");
  EXPECT_TRUE(shows(response, "Please wait 2 seconds"));
}

TEST_F(Account, OneTimePasswordLeadsThroughThePasswordPageToWhereOneWanted) {
  const auto password = *add_user(site_.database, "eva@example.org", "Eva Lindt", "viewer");
  EXPECT_TRUE(shows(get("/sign-in?next=/api-docs"), "value=\"/api-docs\""));
  const auto entered = post("/sign-in", "email=eva%40example.org&next=/api-docs&password=" + password);
  EXPECT_EQ(entered.status, 303);
  EXPECT_EQ(location(entered), "/password?next=%2Fapi-docs");
  EXPECT_EQ(location(get("/")), "/password");
  EXPECT_TRUE(shows(get("/password"), "Choose your password"));
  const auto refused = post("/password", "chosen=short&repeated=short&next=/api-docs");
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(shows(refused, "Use at least 12 characters."));
  EXPECT_FALSE(shows(refused, "value=\"short\""));
  const auto before = cookie_;
  const auto done = post("/password", "chosen=mauve+otter+candle&repeated=mauve+otter+candle&next=/api-docs");
  EXPECT_EQ(location(done), "/api-docs");
  EXPECT_NE(cookie_, before);
  EXPECT_EQ(get("/").body, "home");
}

TEST_F(Account, NeverLeadsToAnotherSite) {
  enter("ada@example.org", "viewer");
  EXPECT_EQ(location(get("/sign-in?next=//evil.example")), "/");
  EXPECT_EQ(location(get("/sign-in?next=https://evil.example")), "/");
}

TEST_F(Account, SignOutEndsTheSessionAndTakesTheCookie) {
  enter("ada@example.org", "viewer");
  const auto kept = cookie_;
  const auto response = post("/sign-out");
  EXPECT_EQ(location(response), "/sign-in?done=signed-out");
  EXPECT_EQ(*response.header("set-cookie"), "kindling=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
  cookie_ = kept;
  EXPECT_EQ(location(get("/")), "/sign-in");
}

TEST_F(Account, AdministratorAddsAUserAndSeesTheOneTimePasswordOnce) {
  enter("ada@example.org", "administrator");
  EXPECT_TRUE(shows(get("/users/new"), "name=\"roles.0\""));
  const auto added = post("/users", "name=Eva&email=Eva%40example.org&roles.0=coordinator&roles.1=approver");
  ASSERT_EQ(added.status, 201);
  std::smatch found;
  ASSERT_TRUE(std::regex_search(added.body, found, std::regex("id=\"one-time-password\">([a-z0-9-]{19})<")));
  EXPECT_EQ(*added.header("cache-control"), "no-store");
  EXPECT_FALSE(shows(get("/users"), found[1]));
  EXPECT_TRUE(shows(get("/users"), "Coordinator, Approver"));
  post("/sign-out");
  EXPECT_EQ(location(post("/sign-in", "email=eva%40example.org&password=" + found[1].str())), "/password");
}

TEST_F(Account, NewUserFormKeepsWhatWasTyped) {
  enter("ada@example.org", "administrator");
  get("/users/new");
  const auto response = post("/users", "name=Eva+Lindt&email=eva&roles.1=approver");
  EXPECT_EQ(response.status, 422);
  EXPECT_TRUE(shows(response, "value=\"Eva Lindt\""));
  EXPECT_TRUE(shows(response, "value=\"approver\" checked"));
  EXPECT_TRUE(shows(response, "Enter an e-mail address such as eva@example.org."));
  EXPECT_EQ(list_users(site_.database).size(), 1u);
}

TEST_F(Account, NameWithMarkupIsShownAsText) {
  enter("ada@example.org", "administrator");
  get("/users/new");
  const auto added =
      post("/users", "name=%3Cscript%3Ealert(1)%3C/script%3E&email=eva%40example.org&roles.0=viewer");
  EXPECT_FALSE(shows(added, "<script>alert"));
  EXPECT_TRUE(shows(added, "&lt;script&gt;alert"));
  EXPECT_FALSE(shows(get("/users"), "<script>alert"));
}

TEST_F(Account, AdministratorTakesAccessAwayAndGivesItAgain) {
  enter("ada@example.org", "administrator");
  add_user(site_.database, "eva@example.org", "Eva", "viewer").ok();
  const auto eva = list_users(site_.database).back().id;
  const auto path = "/users/" + std::to_string(eva);
  EXPECT_TRUE(shows(get(path), "Take access away"));
  EXPECT_EQ(location(post(path + "/deactivate", "version=1")), path + "?done=changed");
  EXPECT_EQ(post(path + "/deactivate", "version=1").status, 412);
  EXPECT_TRUE(shows(get(path), "Give access again"));
  EXPECT_EQ(location(post(path + "/activate", "version=2")), path + "?done=changed");
  EXPECT_TRUE(shows(get(path), "user.deactivated"));
}

TEST_F(Account, LastAdministratorIsToldSoAtTheField) {
  enter("ada@example.org", "administrator");
  const auto ada = list_users(site_.database)[0];
  const auto path = "/users/" + std::to_string(ada.id);
  get(path);
  const auto response = post(path, "name=Ada&roles.0=viewer&version=" + std::to_string(ada.version));
  EXPECT_EQ(response.status, 409);
  EXPECT_TRUE(shows(response, "Make somebody else an administrator first."));
}

TEST_F(Account, DryRunChangesNothing) {
  enter("ada@example.org", "administrator");
  get("/users/new");
  const auto response = post("/users?dry_run=true", "name=Eva&email=eva%40example.org&roles.0=viewer");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(shows(response, "\"would_answer\":201"));
  EXPECT_EQ(list_users(site_.database).size(), 1u);
}

TEST_F(Account, TokenIsShownOnceAndCanBeRevoked) {
  enter("ada@example.org", "administrator");
  const auto ada = std::to_string(list_users(site_.database)[0].id);
  EXPECT_TRUE(shows(get("/tokens"), "There is no token yet."));
  const auto made = post("/tokens", "name=dashboard&scope=read&days=90&user_id=" + ada);
  ASSERT_EQ(made.status, 201);
  std::smatch found;
  ASSERT_TRUE(std::regex_search(made.body, found, std::regex("id=\"token\">(kdl_[A-Za-z0-9_-]{43})<")));
  const auto list = get("/tokens");
  EXPECT_TRUE(shows(list, "dashboard"));
  EXPECT_FALSE(shows(list, found[1]));
  EXPECT_EQ(location(post("/tokens/1/revoke")), "/tokens?done=changed");
  EXPECT_EQ(post("/tokens/1/revoke").status, 404);
  EXPECT_EQ(post("/tokens", "name=&scope=all&days=0&user_id=").status, 422);
}

TEST_F(Account, ApiSaysWhoOneIs) {
  enter("ada@example.org", "administrator,viewer");
  const auto response = get("/api/v1/me");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(shows(response, "\"email\":\"ada@example.org\""));
  EXPECT_TRUE(shows(response, "\"roles\":[\"viewer\",\"administrator\"]"));
}

}  // namespace
}  // namespace kindling
