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
    const auto organisation = role == Role::kFunder ? std::optional<std::int64_t>(funder(email)) : std::nullopt;
    const auto added = add_user(database(), {.actor = nobody, .request_id = "test"},
                                {.email = email, .name = "Ada", .roles = static_cast<Roles>(role), .organisation_id = organisation});
    EXPECT_TRUE(added.ok());
    database().lease()->sql() << "UPDATE users SET must_change_password = false";
    return added->id;
  }
  std::int64_t funder(const std::string& name) {
    long long id = 0;
    database().lease()->sql() << "INSERT INTO organisations (name, is_funder) VALUES (:name, true) RETURNING id", soci::use(name),
        soci::into(id);
    return id;
  }
  std::string session_of(std::int64_t user_id) {
    const Actor nobody;
    return *in_transaction(
        database(), nobody, "test", {},
        [&](Transaction& transaction) -> Result<std::string> { return begin_session(transaction, user_id); });
  }

  // A request that matches the route, with ids that no row has where no other is given.
  static Request request_for(const Route& route, const std::string& id = "999999") {
    Request request;
    request.method = route.method;
    for (std::size_t at = 0; at < route.pattern.size();) {
      const auto open = route.pattern.find('{', at);
      request.path += route.pattern.substr(at, open == std::string::npos ? open : open - at);
      if (open == std::string::npos) break;
      const auto close = route.pattern.find('}', open);
      request.path += id;
      request.path_params.emplace_back(route.pattern.substr(open + 1, close - open - 1), id);
      at = close + 1;
    }
    request.target = request.path;
    request.request_id = "01TEST";
    request.peer_address = "192.0.2.1";
    request.headers = {{"host", "kindling.example"}, {"accept", "text/html"}};
    if (request.is_write()) request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
    return request;
  }
  http::Response send(const Route& route, const std::string& session, const std::string& id = "999999") {
    auto request = request_for(route, id);
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
  EXPECT_EQ(open, (std::set<std::string>{"GET /api/v1/openapi.json", "GET /api/v1/verify", "GET /favicon.ico", "GET /healthz",
                                         "GET /metrics", "GET /open-data", "GET /open-data/grants.json", "GET /open-data/grants.xlsx",
                                         "GET /readyz", "GET /shared/{token}", "GET /sign-in", "GET /support",
                                         "GET /support/give", "GET /support/progress.json", "GET /support/progress.svg", "GET /verify", "GET /verify/key",
                                         "POST /api/v1/verify", "POST /shared/{token}", "POST /sign-in", "POST /verify"}));
}

TEST_F(RouteMatrix, EachRouteAnswersEachRoleAsThePolicySays) {
  for (const auto role : {Role::kCoordinator, Role::kApprover, Role::kViewer, Role::kAuditor, Role::kAdministrator, Role::kFunder}) {
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

// A funder against every route, with a number of its own, of another funder's, and of nothing. Grants and report runs have
// the same numbers here, so that one number stands for both.
TEST_F(RouteMatrix, AFunderReachesItsOwnAndNothingElse) {
  const auto id = user(Role::kFunder), approver = user(Role::kApprover);
  const auto own_funder = "(SELECT organisation_id FROM users WHERE id = " + std::to_string(id) + ")";
  const auto foreign_funder = std::to_string(funder("Other Foundation"));
  for (const auto& of : {own_funder, foreign_funder}) {
    const auto number = of == own_funder ? "1" : "2";
    run_as_owner(test_database_.url(), std::string(R"(
      INSERT INTO funding_sources (kind, name, organisation_id, currency, starts_on) VALUES ('grant', 'G', )") + of + R"(, 'EUR', '2026-01-01');
      ALTER TABLE grants DISABLE TRIGGER USER;
      INSERT INTO grants (funding_source_id, programme_code, title, funder_id, state, currency, requested_minor, probability_bp,
                          starts_on, ends_on, funding_rate_bp, indirect_rate_bp, transfer_threshold_bp, overspend_rule, report_layout)
      VALUES ()" + number + ", 'p', 'G', " + of + R"(, 'applied', 'EUR', 1, 0, '2026-01-01', '2026-12-31', 1, 0, 0, 'stop', 'x');
      ALTER TABLE grants ENABLE TRIGGER USER;
      ALTER TABLE report_runs DISABLE TRIGGER USER;
      INSERT INTO report_runs (kind, parameters, grant_id, for_funder, state, ledger_position, known_at, identifier, file_name,
                               content_type, size_bytes, sha256, public_key, signature, made_at, proposed_by, approved_by, submitted_at,
                               submitted_to)
      VALUES ('funder-report', 'grant=1', )" + number + R"(, true, 'submitted', 0, now(), 'kr-x', 'f.xlsx', 'x/y', 0, sha256('x'), sha256('k'),
              sha256('a') || sha256('b'), now(), )" + std::to_string(id) + ", " + std::to_string(approver) + ", now(), " + of + R"();
      ALTER TABLE report_runs ENABLE TRIGGER USER)");
  }
  int reached = 0;
  for (const auto& route : routes()) {
    if (route.action == Action::kPublic) continue;
    const auto answer = [&](const char* number) { return send(route, session_of(id), number).status; };
    if (route.action != Action::kReadAsFunder) {
      const bool everybodys = route.action == Action::kOwnSession || route.action == Action::kSignedIn;
      for (const auto* number : {"1", "2", "999999"}) EXPECT_EQ(answer(number) != 403, everybodys) << name_of(route) << " " << number;
      continue;
    }
    if (route.pattern.find('{') == std::string::npos) {
      EXPECT_EQ(answer("1"), 200) << name_of(route);
      continue;
    }
    ++reached;
    EXPECT_EQ(answer("1"), 200) << name_of(route) << " own";
    EXPECT_EQ(answer("2"), 404) << name_of(route) << " foreign";
    EXPECT_EQ(answer("999999"), 404) << name_of(route) << " missing";
  }
  EXPECT_EQ(reached, 4);
}

// Whoever has a link has its token: as a session, as a token of the API and as a number in any address it opens nothing.
TEST_F(RouteMatrix, AShareLinkOpensItsReportAndNothingElse) {
  const std::string token(43, 'k');
  const auto coordinator = std::to_string(user(Role::kCoordinator)), approver = std::to_string(user(Role::kApprover));
  run_as_owner(test_database_.url(), R"(
    ALTER TABLE report_runs DISABLE TRIGGER USER;
    INSERT INTO report_runs (kind, parameters, for_funder, state, ledger_position, known_at, identifier, file_name, content_type,
                             size_bytes, sha256, public_key, signature, made_at, proposed_by, approved_by, submitted_at)
    VALUES ('receipt-register', 'year=2026', false, 'submitted', 0, now(), 'kr-x', 'f.xlsx', 'x/y', 0, sha256('x'), sha256('k'),
            sha256('a') || sha256('b'), now(), )" + coordinator + ", " + approver + R"(, now());
    ALTER TABLE report_runs ENABLE TRIGGER USER;
    INSERT INTO report_shares (run_id, purpose, token_hash, created_by, expires_at)
    SELECT max(id), 'Desk', sha256(')" + token + "'), " + coordinator + ", now() + interval '1 day' FROM report_runs");
  int opened = 0;
  for (const auto& route : routes()) {
    const bool is_the_link = route.pattern == "/shared/{token}";
    if (route.action == Action::kPublic && !is_the_link) continue;  // open to everybody
    auto request = request_for(route, token);
    request.headers.push_back({"cookie", "kindling=" + token});
    request.headers.push_back({"authorization", "Bearer " + token});
    if (request.is_write()) request.headers.push_back({"x-form-token", form_token_of(token)});
    const auto response = app_->router().run(route, request);
    if (!is_the_link) {
      EXPECT_TRUE(response.status == 401 || response.status == 403 || response.status == 303) << name_of(route) << ": " << response.status;
      if (response.status == 303) {
        EXPECT_TRUE(response.header("location")->starts_with("/sign-in")) << name_of(route);
      }
    } else {
      EXPECT_EQ(response.status, 200) << name_of(route);
      ++opened;
    }
  }
  EXPECT_EQ(opened, 2);
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
    const bool harmless = route.action == Action::kOwnSession || route.action == Action::kDownloadReport ||
                          route.action == Action::kRequestReport;
    EXPECT_TRUE(!may || harmless) << name_of(route);
  }
}

}  // namespace
}  // namespace kindling
