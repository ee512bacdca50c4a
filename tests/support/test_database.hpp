// A database of its own for each suite: a clone of a template that the real migrations made, dropped at the end.
#pragma once

#include <memory>
#include <string>

#include "storage/database.hpp"

namespace kindling {

// Needs KINDLING_TEST_DATABASE_URL: "host=... user=... dbname=postgres", a login that may create databases and roles.
class TestDatabase {
 public:
  TestDatabase();
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& url() const { return url_; }  // of the owner
  Database& database() { return *database_; }       // acts as kindling_service

 private:
  std::string name_;
  std::string url_;
  std::unique_ptr<Database> database_;
};

// Runs a script as the owner of a database; throws std::runtime_error with the server's message.
void run_as_owner(const std::string& url, const std::string& sql);

}  // namespace kindling
