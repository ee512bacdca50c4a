// Every route of the real app against every role: the gate answers as the policy says, and nothing stands
// outside it.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <optional>
#include <set>
#include <string>

#include "app.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "identity/manage_users.hpp"
#include "identity/session.hpp"
#include "identity/session_store.hpp"
#include "storage/database.hpp"
#include "support/test_database.hpp"

namespace kindling {
namespace {

using http::Method;
using http::Request;
using http::Route;

constexpr std::string_view kRoleMissing = "Your role does not include this.";

class RouteMatrix : public ::testing::Test {
 protected:
  RouteMatrix() {
    Config config;
    config.root = KINDLING_SOURCE_DIR;
    config.database.url = test_database_.url();
    config.http.port = 0;
    app_.emplace(config);
  }

  Database& database() { return app_->database(); }
  const std::vector<Route>& routes() const { return app_->router().routes(); }

  std::int64_t user(Role role) {
    const Actor nobody;
    const auto email = "user" + std::to_string(static_cast<int>(role)) + "@example.org";
    const auto added = add_user(database(), {.actor = nobody, .request_id = "test"},
                                {.email = email, .name = "Ada", .roles = static_cast<Roles>(role)});
    EXPECT_TRUE(added.ok());
    database().lease()->sql() << "UPDATE users SET must_change_password = false";
    return added->id;
  }
  std::string session_of(std::int64_t user_id) {
    const Actor nobody;
    return *in_transaction(
        database(), nobody, "test", {},
        [&](Transaction& transaction) -> Result<std::string> { return begin_session(transaction, user_id); });
  }

  // A request that matches the route, with ids that no row has.
  static Request request_for(const Route& route) {
    Request request;
    request.method = route.method;
    for (std::size_t at = 0; at < route.pattern.size();) {
      const auto open = route.pattern.find('{', at);
      request.path += route.pattern.substr(at, open == std::string::npos ? open : open - at);
      if (open == std::string::npos) break;
      const auto close = route.pattern.find('}', open);
      request.path += "999999";
      request.path_params.emplace_back(route.pattern.substr(open + 1, close - open - 1), "999999");
      at = close + 1;
    }
    request.target = request.path;
    request.request_id = "01TEST";
    request.peer_address = "192.0.2.1";
    request.headers = {{"host", "kindling.example"}, {"accept", "text/html"}};
    if (request.is_write()) request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
    return request;
  }
  http::Response send(const Route& route, const std::string& session) {
    auto request = request_for(route);
    request.headers.push_back({"cookie", "kindling=" + session});
    if (request.is_write()) request.headers.push_back({"x-form-token", form_token_of(session)});
    return app_->router().run(route, request);
  }

  TestDatabase test_database_;
  std::optional<App> app_;
};

std::string name_of(const Route& route) {
  return std::string(to_string(route.method)) + " " + route.pattern;
}

TEST_F(RouteMatrix, OnlyTheseArePublic) {
  std::set<std::string> open;
  for (const auto& route : routes()) {
    if (route.action == Action::kPublic && !route.pattern.starts_with("/static/"))
      open.insert(name_of(route));
  }
  EXPECT_EQ(open, (std::set<std::string>{"GET /api/v1/openapi.json", "GET /favicon.ico", "GET /healthz", "GET /metrics",
                                         "GET /open-data", "GET /open-data/grants.json", "GET /open-data/grants.xlsx",
                                         "GET /readyz", "GET /sign-in", "GET /support",
                                         "GET /support/give", "GET /support/progress.json", "GET /support/progress.svg", "POST /sign-in"}));
}

TEST_F(RouteMatrix, EachRouteAnswersEachRoleAsThePolicySays) {
  for (const auto role : {Role::kCoordinator, Role::kApprover, Role::kViewer, Role::kAdministrator}) {
    const auto id = user(role);
    Actor actor;
    actor.id = id;
    actor.roles = static_cast<Roles>(role);
    for (const auto& route : routes()) {
      if (route.action == Action::kPublic) continue;
      // A session each: one of the routes signs out.
      const auto response = send(route, session_of(id));
      const bool refused = response.status == 403 && response.body.find(kRoleMissing) != std::string::npos;
      EXPECT_EQ(!refused, authorize(actor, route.action).ok())
          << name_of(route) << " for role " << static_cast<int>(role) << ": " << response.status;
      EXPECT_NE(response.status, 401) << name_of(route);
      EXPECT_LT(response.status, 500) << name_of(route) << " for role " << static_cast<int>(role);
    }
  }
}

TEST_F(RouteMatrix, StrangerGetsThroughNoOtherRoute) {
  for (const auto& route : routes()) {
    if (route.action == Action::kPublic) continue;
    auto request = request_for(route);
    const auto response = app_->router().run(route, request);
    if (request.is_write() || request.is_api()) {
      EXPECT_EQ(response.status, 401) << name_of(route);
    } else {
      EXPECT_EQ(response.status, 303) << name_of(route);
      EXPECT_TRUE(response.header("location")->starts_with("/sign-in")) << name_of(route);
    }
  }
}

TEST_F(RouteMatrix, EveryWriteBySessionNeedsTheFormToken) {
  const auto session = session_of(user(Role::kCoordinator));
  for (const auto& route : routes()) {
    auto request = request_for(route);
    if (!request.is_write() || route.action == Action::kPublic) continue;
    request.headers.push_back({"cookie", "kindling=" + session});
    EXPECT_EQ(app_->router().run(route, request).status, 403) << name_of(route);
  }
}

TEST_F(RouteMatrix, WritesAreNeverOpenToThoseWhoOnlyRead) {
  for (const auto& route : routes()) {
    if (route.method == Method::kGet || route.action == Action::kPublic) continue;
    Actor viewer;
    viewer.id = 1;
    viewer.roles = static_cast<Roles>(Role::kViewer);
    const bool may = authorize(viewer, route.action).ok();
    // Making a report is reading; one's own session is one's own.
    const bool harmless = route.action == Action::kOwnSession || route.action == Action::kDownloadReport;
    EXPECT_TRUE(!may || harmless) << name_of(route);
  }
}

}  // namespace
}  // namespace kindling
