// Links to one submitted report, and a funder's own login: each reaches what it is for, and nothing else.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "http/uri.hpp"
#include "storage/database.hpp"
#include "support/report_app.hpp"

namespace kindling {
namespace {

class ReportShares : public ::testing::Test {
 protected:
  // The path of a new link; the answer is the API's.
  std::string share(const std::string& run, const std::string& body = R"({"purpose":"Desk of the audit","days":30})") {
    const auto made = app_.json("POST", "/api/v1/report-runs/" + run + "/shares", body);
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.header("cache-control"), "no-store");
    const auto link = text_at(made.json(), "link");
    return link.substr(std::min(link.find("/shared/"), link.size()));
  }
  Answer download(const std::string& path, const std::string& password = "") {
    return app_.form(path, {{"password", password}});
  }
  std::string shared_run() {
    auto id = app_.made();
    app_.submit(id);
    return id;
  }

  ReportApp app_;
};

TEST_F(ReportShares, OpenTheirReportWithoutSignInAndCountIt) {
  const auto id = shared_run();
  const auto bytes = app_.file(id);
  const auto path = share(id);
  app_.sign_in_as("");
  const auto shown = app_.get(path);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.header("cache-control"), "no-store");
  EXPECT_EQ(shown.header("referrer-policy"), "no-referrer");
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_share_uses"), 0);  // to look at it is no download
  const auto file = download(path);
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, bytes);
  EXPECT_EQ(file.header("cache-control"), "no-store");
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_share_uses WHERE outcome = 'downloaded'"), 1);
  EXPECT_EQ(app_.get("/report-runs/" + id + "/file").status, 401);
  EXPECT_EQ(app_.get("/api/v1/report-runs/" + id).status, 401);
}

TEST_F(ReportShares, AreStoredAsHashesOnly) {
  const auto path = share(shared_run());
  const auto token = path.substr(8);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_shares WHERE token_hash = sha256('" + token + "')"), 1);
}

TEST_F(ReportShares, NeedASubmittedReport) {
  const auto draft = app_.made();
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs/" + draft + "/shares", R"({"purpose":"x","days":30})").code(),
            "share_needs_a_submitted_report");
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs/" + draft + "/shares", R"({"purpose":"","days":367,"password":"short"})").breaches(),
            (std::vector<std::string>{"purpose:required", "days:out_of_range", "password:too_short"}));
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs/999999/shares", R"({"purpose":"x","days":30})").status, 404);
}

TEST_F(ReportShares, EndWhenTheyAreRevokedOrExpired) {
  const auto id = shared_run();
  const auto revoked = share(id), expired = share(id);
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs/" + id + "/shares/1/revoke", "{}").status, 200);
  EXPECT_EQ(app_.json("POST", "/api/v1/report-runs/" + id + "/shares/1/revoke", "{}").status, 404);
  run_as_owner(app_.owner_url(),
               "ALTER TABLE report_shares DISABLE TRIGGER USER; UPDATE report_shares SET created_at = now() - interval '2 days', "
               "expires_at = now() - interval '1 second' WHERE id = 2; ALTER TABLE report_shares ENABLE TRIGGER USER");
  app_.sign_in_as("");
  for (const auto& path : {revoked, expired, std::string("/shared/") + std::string(43, 'A')}) {
    EXPECT_EQ(app_.get(path).status, 404) << path;
    EXPECT_EQ(download(path).status, 404) << path;
  }
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_share_uses"), 0);
  // A link changes in no other way, for the owner neither.
  EXPECT_ANY_THROW(run_as_owner(app_.owner_url(), "UPDATE report_shares SET expires_at = expires_at + interval '1 day' WHERE id = 1"));
  EXPECT_ANY_THROW(run_as_owner(app_.owner_url(), "UPDATE report_shares SET revoked_at = NULL, revoked_by = NULL WHERE id = 1"));
}

TEST_F(ReportShares, AskForTheirPasswordAndSlowDownWhoGuesses) {
  const auto id = shared_run();
  const auto path = share(id, R"({"purpose":"Ministry","days":7,"password":"lantern over harbour"})");
  app_.sign_in_as("");
  EXPECT_EQ(download(path, "").status, 422);
  EXPECT_EQ(download(path, "lantern over harbor").status, 422);
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_share_uses WHERE outcome = 'wrong_password'"), 2);
  EXPECT_EQ(download(path, "lantern over harbour").status, 200);
  int last = 0;
  for (int i = 0; i < 6; ++i) last = download(path, "guess").status;
  EXPECT_EQ(last, 429);
  EXPECT_EQ(download(path, "lantern over harbour").status, 429);  // the right one waits too
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_share_uses WHERE outcome = 'downloaded'"), 1);
}

class Funders : public ReportShares {
 protected:
  Funders() {
    const auto add = [&](const char* email, const std::string& organisation) {
      app_.sign_in_as("root@example.org");
      const auto added = app_.form("/users", {{"name", "Fay"}, {"email", email}, {"roles.0", "funder"}, {"organisation_id", organisation}});
      EXPECT_EQ(added.status, 201) << added.body;
    };
    EXPECT_EQ(app_.broken_rule("INSERT INTO users (email, name, roles, password_hash) VALUES ('root@example.org', 'Root', 8, '$argon2id$x')"), "");
    EXPECT_EQ(app_.broken_rule("INSERT INTO organisations (name, is_funder) VALUES ('Other Foundation', true)"), "");
    add("fay@ec.example", "1");
    add("otto@other.example", std::to_string(app_.number("SELECT max(id) FROM organisations")));
    app_.sign_in_as("ada@example.org");
  }
};

TEST_F(Funders, SeeTheirOwnGrantsAndWhatWasSubmittedToThem) {
  const auto draft = app_.made(), submitted = app_.made();
  app_.submit(submitted);
  const auto bytes = app_.file(submitted);
  const auto grant = std::to_string(app_.grant().id);
  app_.sign_in_as("fay@ec.example");
  EXPECT_EQ(app_.get("/").header("location"), "/my-grants");
  EXPECT_NE(app_.get("/my-grants").body.find("Spark 1"), std::string::npos);
  EXPECT_EQ(app_.get("/my-grants/" + grant).status, 200);
  EXPECT_EQ(app_.get("/my-grants/reports/" + submitted + "/file").body, bytes);
  EXPECT_EQ(app_.get("/my-grants/reports/" + draft + "/file").status, 404);
  EXPECT_EQ(app_.get("/my-grants/reports/999999/file").status, 404);
  const auto listed = app_.get("/api/v1/my-grants/" + grant + "/reports").json();
  EXPECT_EQ(std::get<Value::Array>(listed.find("items")->data()).size(), 1U);
  for (const auto* path : {"/grants", "/reports", "/api/v1/report-runs", "/api/v1/grants", "/ledger", "/donations"}) {
    EXPECT_EQ(app_.get(path).status, 403) << path;
  }
}

TEST_F(Funders, FindNothingOfAnotherFunders) {
  const auto submitted = app_.made();
  app_.submit(submitted);
  const auto grant = std::to_string(app_.grant().id);
  app_.sign_in_as("otto@other.example");
  EXPECT_EQ(app_.get("/my-grants").body.find("Spark 1"), std::string::npos);
  for (const auto& path : {"/my-grants/" + grant, std::string("/my-grants/0"), "/my-grants/reports/" + submitted + "/file",
                           "/api/v1/my-grants/" + grant + "/reports", "/api/v1/my-grants/reports/" + submitted + "/file"}) {
    EXPECT_EQ(app_.get(path).status, 404) << path;
  }
}

TEST_F(Funders, AreOfOneFunderAndHaveNoOtherRole) {
  EXPECT_EQ(app_.broken_rule("INSERT INTO users (email, name, roles, password_hash) VALUES ('x@x.example', 'X', 16, '$argon2id$x')"),
            "funder_has_an_organisation");
  EXPECT_EQ(app_.broken_rule("INSERT INTO users (email, name, roles, password_hash, organisation_id) VALUES ('x@x.example', 'X', 17, '$argon2id$x', 1)"),
            "funder_has_an_organisation");
  EXPECT_EQ(app_.broken_rule("INSERT INTO users (email, name, roles, password_hash) VALUES ('x@x.example', 'X', 64, '$argon2id$x')"),
            "user_has_a_role");
}

}  // namespace
}  // namespace kindling
