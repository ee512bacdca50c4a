// Migrations: migrations/NNNN_name.sql, forward only, numbered without gaps, checksummed, each in one transaction.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace kindling {

struct Migration {
  int number;            // 1, 2, 3, ...
  std::string name;      // "0001_roles.sql"
  std::string sql;
  std::string checksum;  // SHA-256, hexadecimal
};

// Reads a folder; throws std::runtime_error for a gap, a doubled number or a name of another form.
std::vector<Migration> read_migrations(const std::string& folder);

struct MigrationReport {
  int before = 0;
  int after = 0;
};

// Applies what is missing as the login of `url` (the owner), under an advisory lock: two that start at once apply each
// once. kConflict "migration_changed" where an applied file was edited, "schema_too_new" where the database has more
// than the folder; a failing migration throws with its name and position, and leaves nothing.
Result<MigrationReport> migrate(const std::string& url, const std::vector<Migration>& migrations);

// kConflict "schema_too_old" or "schema_too_new" or "migration_changed" where the schema is not the one of `migrations`.
Outcome check_schema(const std::string& url, const std::vector<Migration>& migrations);

}  // namespace kindling
