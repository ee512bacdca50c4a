#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <soci/soci.h>

#include "core/currency.hpp"
#include "storage/database.hpp"
#include "storage/migrate.hpp"
#include "support/test_database.hpp"

namespace kindling {
namespace {

const Actor kActor{.id = 1, .name = "test", .roles = 1, .form_token = {}};

TEST(Storage, RecoversWithoutARestartWhenItsSessionsAreEnded) {
  TestDatabase test;
  auto& database = test.database();
  EXPECT_EQ(reading(database, [](Session& s) { int one = 0; s.sql() << "SELECT 1", soci::into(one); return one; }), 1);
  run_as_owner(test.url(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                           "AND backend_type = 'client backend'");
  EXPECT_EQ(reading(database, [](Session& s) { int one = 0; s.sql() << "SELECT 1", soci::into(one); return one; }), 1);
}

TEST(Storage, SaysUnavailableWithinTwoSecondsWhereNobodyListens) {
  Database database({.url = "host=/nonexistent dbname=x"});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THROW(database.lease(), Unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Storage, WaitsForASessionOnlyAsLongAsItSays) {
  TestDatabase test;
  Database database({.url = test.url(), .sessions = 1, .lease_timeout_ms = 100});
  const auto held = database.lease();
  EXPECT_THROW(database.lease(), Unavailable);
}

TEST(Storage, ACommitThatBecameARollbackIsAnError) {
  TestDatabase test;
  const auto outcome = in_transaction(test.database(), kActor, "test", {}, [](Transaction& t) -> Outcome {
    try {
      t.sql() << "SELECT 1 / 0";
    } catch (const soci::soci_error&) {  // swallowed: the transaction is aborted all the same
    }
    return kOk;
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "busy");
}

TEST(Storage, HasTheSameCurrenciesAsTheCode) {
  TestDatabase test;
  std::vector<std::string> stored;
  auto lease = test.database().lease();
  std::string row;
  soci::statement rows = (lease->sql().prepare << "SELECT code || minor_digits || name FROM currencies ORDER BY code",
                          soci::into(row));
  rows.execute();
  while (rows.fetch()) stored.push_back(row);
  std::vector<std::string> known;
  for (const auto& currency : currency_table()) {
    known.push_back(std::string(currency.code) + std::to_string(currency.minor_digits) + std::string(currency.name));
  }
  EXPECT_EQ(stored, known);
}

class Migrations : public ::testing::Test {
 protected:
  Migrations() : known_(read_migrations(KINDLING_SOURCE_DIR "/migrations")) {}
  TestDatabase test_;
  std::vector<Migration> known_;
};

TEST_F(Migrations, AreAppliedOnceWhenTwoStartTogether) {
  known_.push_back({static_cast<int>(known_.size()) + 1, "next.sql", "CREATE TABLE once (id int)", "sum"});
  int after[2] = {0, 0};
  std::thread other([&] { after[0] = migrate(test_.url(), known_)->after; });
  after[1] = migrate(test_.url(), known_)->after;
  other.join();
  EXPECT_EQ(after[0], static_cast<int>(known_.size()));
  EXPECT_EQ(after[1], static_cast<int>(known_.size()));
}

TEST_F(Migrations, AnEditedOneIsRefused) {
  known_[0].checksum = "another";
  EXPECT_EQ(migrate(test_.url(), known_).error().code, "migration_changed");
  EXPECT_EQ(check_schema(test_.url(), known_).error().code, "migration_changed");
}

TEST_F(Migrations, ANewerOrOlderSchemaIsRefused) {
  auto fewer = known_;
  fewer.pop_back();
  EXPECT_EQ(check_schema(test_.url(), fewer).error().code, "schema_too_new");
  auto more = known_;
  more.push_back({static_cast<int>(more.size()) + 1, "next.sql", "SELECT 1", "sum"});
  EXPECT_EQ(check_schema(test_.url(), more).error().code, "schema_too_old");
  EXPECT_TRUE(check_schema(test_.url(), known_));
}

TEST_F(Migrations, AFailingOneLeavesNothing) {
  known_.push_back({static_cast<int>(known_.size()) + 1, "bad.sql", "CREATE TABLE half (id int); SELECT 1 / 0", "sum"});
  EXPECT_THROW((void)migrate(test_.url(), known_), std::runtime_error);
  known_.pop_back();
  EXPECT_TRUE(check_schema(test_.url(), known_));
}

}  // namespace
}  // namespace kindling
