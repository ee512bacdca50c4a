// Documents that are changed in place keep what they were: a report that is made again reads them as they were known, and is
// the same to the byte.
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "insight/steering_query.hpp"
#include "reporting/made_report_store.hpp"
#include "reporting/remake_report.hpp"
#include "reporting/report_run_store.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"
#include "support/report_app.hpp"

namespace kindling {
namespace {

ReportSettings settings() {
  return {.platform = "Sparks in the Dark", .currency = "EUR", .time_zone = "Europe/Brussels", .root = KINDLING_SOURCE_DIR};
}

class DocumentsAsKnown : public ::testing::Test {
 protected:
  void owner(const std::string& statement) { run_as_owner(app_.owner_url(), statement); }
  std::string text(Session& session, const std::string& query) {
    std::string found;
    session.sql() << query, soci::into(found);
    return found;
  }
  SealedPosition now() {
    auto lease = app_.database().lease();
    return SealedSnapshot(*lease).at();
  }
  // What a query of a report says at a position.
  std::string at(const SealedPosition& position, const std::string& query) {
    auto lease = app_.database().lease();
    const SealedSnapshot snapshot(*lease, position);
    return text(*lease, query);
  }
  bool remakes(const std::string& run, const ReportSettings& at = settings()) {
    const auto remade = remake_report(app_.database(), std::stoll(run), at);
    EXPECT_TRUE(remade.ok());
    return remade.ok() && remade->same();
  }
  // What a steering community looks at, beside the ledger.
  void add_watched_documents() {
    const auto grant = std::to_string(app_.grant().id);
    owner("INSERT INTO risks (title, likelihood, impact, mitigation, review_on) VALUES ('One funder', 3, 4, 'Ask others', '2027-01-31');"
          "INSERT INTO obligations (grant_id, kind, title, due_on) VALUES (" + grant + ", 'deliverable', 'Handbook', '2026-10-01');"
          "INSERT INTO instalments (grant_id, kind, title, due_on, currency, amount_minor) VALUES (" + grant +
          ", 'interim', 'Second', '2026-09-01', 'EUR', 500000)");
    app_.record_grant("applied");
  }

  // A folder of settings in which every programme and every letter says this.
  std::string folder_with(const std::string& programme, const std::string& letter) {
    namespace fs = std::filesystem;
    const fs::path root = fs::temp_directory_path() / ("kindling-settings-" + std::to_string(::getpid()));
    fs::remove_all(root);
    fs::create_directories(root / "config/letters");
    fs::create_directories(root / "config/programmes");
    for (const auto& entry : fs::directory_iterator(KINDLING_SOURCE_DIR "/config/programmes")) {
      std::ofstream(root / "config/programmes" / entry.path().filename()) << programme;
    }
    std::ofstream(root / "config/letters/default.mustache") << letter;
    return root;
  }

  ReportApp app_;
};

TEST_F(DocumentsAsKnown, AreReadAsTheyWereAtEachInstant) {
  owner("INSERT INTO risks (title, likelihood, impact, mitigation, review_on) VALUES ('First', 1, 1, 'x', '2027-01-31')");
  const auto first = now();
  owner("UPDATE risks SET title = 'Second', likelihood = 5");
  const auto second = now();
  owner("UPDATE risks SET title = 'Third', version = version + 1");
  const std::string query = "SELECT title || ' ' || likelihood || ' ' || score FROM risks";
  EXPECT_EQ(at(first, query), "First 1 1");
  EXPECT_EQ(at(second, query), "Second 5 5");
  EXPECT_EQ(at(now(), query), "Third 5 5");
  EXPECT_EQ(text(*app_.database().lease(), query), "Third 5 5");  // outside of a report: the present
}

TEST_F(DocumentsAsKnown, AreNotThereBeforeTheyWereRecordedAndStillThereAfterTheyAreGone) {
  const auto before = now();
  const auto grant = std::to_string(app_.grant().id);
  owner("INSERT INTO obligations (grant_id, kind, title, due_on) VALUES (" + grant + ", 'audit', 'Audit', '2026-10-01');"
        "INSERT INTO grant_categories (grant_id, code, name, position, in_indirect_base) VALUES (" + grant + ", 'zz', 'New', 99, false)");
  const auto with = now();
  owner("DELETE FROM obligations; DELETE FROM grant_categories WHERE code = 'zz'");
  const auto without = now();
  owner("INSERT INTO grant_categories (grant_id, code, name, position, in_indirect_base) VALUES (" + grant + ", 'zz', 'Again', 99, false)");
  const std::string query = "SELECT (SELECT count(*) FROM obligations WHERE kind = 'audit') || ' ' || "
                            "COALESCE((SELECT name FROM grant_categories WHERE code = 'zz'), '-')";
  EXPECT_EQ(at(before, query), "0 -");
  EXPECT_EQ(at(with, query), "1 New");
  EXPECT_EQ(at(without, query), "0 -");
  EXPECT_EQ(at(now(), query), "0 Again");
}

TEST_F(DocumentsAsKnown, ThatTwoWriteCrosswiseStayInOrder) {
  owner("INSERT INTO risks (title, likelihood, impact, mitigation, review_on) VALUES ('Begun', 1, 1, 'x', '2027-01-31')");
  const auto begun = now();
  auto early = app_.database().connect();
  early->sql() << "BEGIN";
  text(*early, "SELECT now()::text");  // begins before the other, writes after it
  owner("UPDATE risks SET title = 'By the later one'");
  early->sql() << "UPDATE risks SET title = 'By the earlier one'";
  early->sql() << "COMMIT";
  EXPECT_EQ(at(begun, "SELECT title FROM risks"), "Begun");
  EXPECT_EQ(at(now(), "SELECT title FROM risks"), "By the earlier one");
}

TEST_F(DocumentsAsKnown, KeepNothingOfAPersonAndChangeForNobody) {
  owner("INSERT INTO donors (reference) VALUES ('D-1');"
        "INSERT INTO pledges (donor_id, currency, amount_minor, cycle, starts_on, ends_on, state, ended_reason) "
        "VALUES (1, 'EUR', 100, 'monthly', '2026-01-01', '2026-02-01', 'ended', 'Zyxwina moved away');"
        "UPDATE pledges SET amount_minor = 200");
  EXPECT_EQ(app_.number("SELECT count(*) FROM past_documents WHERE document_table = 'pledges'"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM past_documents WHERE content::text LIKE '%Zyxwina%'"), 0);
  for (const auto* statement : {"UPDATE past_documents SET content = NULL", "DELETE FROM past_documents", "TRUNCATE past_documents"}) {
    EXPECT_ANY_THROW(owner(statement)) << statement;
  }
}

// The views say what the tables say where nothing happened since: each column of each, so that a migration that adds one to
// a table and forgets the view is told.
TEST_F(DocumentsAsKnown, HaveEveryColumnOfTheirTables) {
  auto lease = app_.database().lease();
  std::string missing, views;
  lease->sql() << R"(
    SELECT COALESCE(string_agg(t.table_name || '.' || t.column_name, ', '), ''),
           count(DISTINCT t.table_name)::text
    FROM information_schema.columns v
    RIGHT JOIN (SELECT c.table_name, c.column_name
                FROM information_schema.columns c
                JOIN information_schema.views w ON w.table_schema = 'as_known' AND w.table_name = c.table_name
                WHERE c.table_schema = 'public') t
      ON v.table_schema = 'as_known' AND v.table_name = t.table_name AND v.column_name = t.column_name
    WHERE v.column_name IS NULL)",
      soci::into(missing), soci::into(views);
  EXPECT_EQ(missing, "");
}

TEST_F(DocumentsAsKnown, OfTheSteeringWorkbookMayChangeAndItIsTheSameToTheByte) {
  add_watched_documents();
  const auto run = app_.made(R"({"report":"steering","as_of":"2026-06-30"})");
  const auto bytes = app_.file(run);
  ASSERT_TRUE(remakes(run));
  owner("UPDATE risks SET title = 'Another one', impact = 5, state = 'accepted';"
        "INSERT INTO risks (title, likelihood, impact, mitigation, review_on) VALUES ('Later', 5, 5, 'x', '2027-01-31');"
        "UPDATE obligations SET title = 'Reader', due_on = '2026-11-01';"
        "UPDATE instalments SET amount_minor = 1, title = 'Less';"
        "UPDATE grants SET title = title || ' (renamed)';"
        "UPDATE grants SET requested_minor = requested_minor + 100, probability_bp = 100 WHERE state = 'applied';"
        "UPDATE organisations SET name = name || ' (renamed)'");
  app_.record_grant("drafting");
  app_.spend("A-2", "70.00");
  EXPECT_TRUE(remakes(run));
  const auto later = app_.made(R"({"report":"steering","as_of":"2026-06-30"})");
  EXPECT_NE(app_.file(later), bytes);  // a new run knows of it
  EXPECT_TRUE(remakes(later));
}

TEST_F(DocumentsAsKnown, OfAFundersReportMayChangeAndItIsTheSameToTheByte) {
  add_watched_documents();
  const auto report = app_.made();
  const auto audit = app_.made(R"({"report":"grant-audit","grant":)" + std::to_string(app_.grant().id) + "}");
  owner("UPDATE grants SET title = 'Renamed', match_required_minor = 700; UPDATE organisations SET name = name || ' 2';"
        "UPDATE instalments SET title = 'Other', amount_minor = 2; UPDATE grant_categories SET name = name || ' 2'");
  // The cost is paid, and part of it is taken back.
  const auto id = app_.number("SELECT max(id) FROM expenditures");
  ASSERT_EQ(app_.act(id, "pay", R"({"paid_on":"2026-05-04"})").status, 200);
  EXPECT_TRUE(remakes(report));
  EXPECT_TRUE(remakes(audit));
}

TEST_F(DocumentsAsKnown, MayBeConfiguredAndWrittenOtherwiseAndAReportIsTheSameToTheByte) {
  const auto report = app_.made();
  const auto steering = app_.made(R"({"report":"steering","as_of":"2026-06-30"})");
  const auto other = folder_with("unreadable", "Another letter to {{funder}}.");
  const ReportSettings changed{.platform = "Another name", .currency = "CZK", .time_zone = "UTC", .root = other};
  EXPECT_TRUE(remakes(report, changed));
  EXPECT_TRUE(remakes(steering, changed));
  std::filesystem::remove_all(other);
  // What is kept is what the workbook shows.
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_run_contexts WHERE platform = 'Sparks in the Dark' AND currency = 'EUR'"), 2);
}

TEST_F(DocumentsAsKnown, OfALetterAndAProgrammeAreKeptWithTheRun) {
  const auto report = app_.made();
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_run_contexts WHERE run_id = " + report +
                        " AND letter LIKE '%Sparks in the Dark%' AND programme LIKE '%[[categories]]%'"), 1);
  EXPECT_EQ(app_.number("SELECT count(*) FROM report_run_figures WHERE run_id = " + report + " AND row_label = 'Programme' AND value LIKE 'Horizon Europe%'"), 1);
  for (const auto* statement : {"UPDATE report_run_contexts SET letter = ''", "DELETE FROM report_run_contexts",
                                "TRUNCATE report_run_contexts"}) {
    EXPECT_ANY_THROW(owner(statement)) << statement;
  }
  // A run that is made takes no other one.
  owner("INSERT INTO report_runs (kind, parameters, for_funder) VALUES ('steering', 'as_of=2026-06-30&language=en', false)");
  const auto asked = app_.number("SELECT max(id) FROM report_runs");
  owner("INSERT INTO report_run_contexts VALUES (" + std::to_string(asked) + ", 'x', 'EUR', '', '')");
  EXPECT_ANY_THROW(owner("INSERT INTO report_run_contexts VALUES (" + std::to_string(asked) + ", 'y', 'EUR', '', '')"));
}

TEST_F(DocumentsAsKnown, NameWhoApprovedAsTheyWereCalledThen) {
  owner("UPDATE funds SET name = 'General fund' WHERE code = 'general'");
  const auto audit = app_.made(R"({"report":"grant-audit","grant":)" + std::to_string(app_.grant().id) + "}");
  const auto activities = app_.made(R"({"report":"financial-activities","year":2026})");
  owner("UPDATE users SET name = name || ' (married)'; UPDATE funds SET name = name || ' (renamed)'");
  EXPECT_TRUE(remakes(audit));
  EXPECT_TRUE(remakes(activities));
  EXPECT_EQ(app_.number("SELECT count(*) FROM past_documents WHERE document_table = 'users' AND content ? 'email'"), 0);
  EXPECT_EQ(app_.number("SELECT count(*) FROM past_documents WHERE document_table = 'users' AND content ? 'password_hash'"), 0);
  EXPECT_GE(app_.number("SELECT count(*) FROM past_documents WHERE document_table = 'users'"), 2);
  const auto later = app_.made(R"({"report":"grant-audit","grant":)" + std::to_string(app_.grant().id) + "}");
  EXPECT_NE(app_.file(later), app_.file(audit));
}

TEST_F(DocumentsAsKnown, AreWaitedForWhereTheyWereBegunBeforeTheRun) {
  const Actor nobody;
  const auto id = in_transaction(app_.database(), nobody, "test", {}, [&](Transaction& transaction) -> Result<std::int64_t> {
    transaction.sql() << "INSERT INTO report_runs (kind, parameters, for_funder) VALUES ('steering', 'as_of=2026-06-30&language=en', false)";
    return 1;
  });
  ASSERT_TRUE(id.ok());
  auto slow = app_.database().connect();
  slow->sql() << "BEGIN";
  slow->sql() << "INSERT INTO risks (title, likelihood, impact, mitigation, review_on) VALUES ('Slow', 1, 1, 'x', '2027-01-31')";
  std::jthread writer([&] {
    std::string slept;
    slow->sql() << "SELECT pg_sleep(0.3)::text", soci::into(slept);
    slow->sql() << "COMMIT";
  });
  auto lease = app_.database().lease();
  const auto bound = bind_report_run(*lease, app_.number("SELECT max(id) FROM report_runs"));
  EXPECT_EQ(at(bound, "SELECT count(*)::text FROM risks WHERE title = 'Slow'"), "1");
}

}  // namespace
}  // namespace kindling
