#include "storage/migrate.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>

#include <libpq-fe.h>

#include "core/hash.hpp"

namespace kindling {
namespace {

// Two services that start at once take turns on this key.
constexpr const char* kLock = "SELECT pg_advisory_lock(4920301)";

struct Closer {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Closer>;
using Answer = std::unique_ptr<PGresult, Closer>;

// libpq itself, because a migration is a script of many statements, which SOCI's prepared statements cannot run.
Connection connect(const std::string& url) {
  Connection connection(PQconnectdb(url.c_str()));
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error("the database cannot be reached");
  return connection;
}

Answer run(PGconn* connection, const std::string& sql, const std::string& what) {
  Answer answer(PQexec(connection, sql.c_str()));
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(what + ": " + PQresultErrorMessage(answer.get()));
  }
  return answer;
}

std::string literal(PGconn* connection, const std::string& text) {
  const std::unique_ptr<char, void (*)(void*)> quoted(PQescapeLiteral(connection, text.data(), text.size()), PQfreemem);
  return quoted.get();
}

struct Applied {
  int number;
  std::string checksum;
};

std::vector<Applied> applied_migrations(PGconn* connection) {
  const auto known = run(connection, "SELECT to_regclass('public.schema_migrations') IS NOT NULL", "schema_migrations");
  if (PQgetvalue(known.get(), 0, 0)[0] != 't') return {};
  const auto rows = run(connection, "SELECT number, checksum FROM schema_migrations ORDER BY number", "schema_migrations");
  std::vector<Applied> applied;
  for (int i = 0; i < PQntuples(rows.get()); ++i) {
    applied.push_back({std::stoi(PQgetvalue(rows.get(), i, 0)), PQgetvalue(rows.get(), i, 1)});
  }
  return applied;
}

// Whether what is applied is a beginning of what we know.
Outcome compare(const std::vector<Applied>& applied, const std::vector<Migration>& known) {
  if (applied.size() > known.size()) {
    return conflict("schema_too_new", "The database is at migration " + std::to_string(applied.size()) +
                                          ", this program knows " + std::to_string(known.size()) +
                                          ": run a newer program.");
  }
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].checksum != known[i].checksum) {
      return conflict("migration_changed", "Migration " + known[i].name + " was changed after it was applied.");
    }
  }
  return kOk;
}

void apply(PGconn* connection, const Migration& migration) {
  run(connection, "BEGIN", migration.name);
  try {
    run(connection, migration.sql, migration.name);
    run(connection,
        "INSERT INTO schema_migrations (number, name, checksum) VALUES (" + std::to_string(migration.number) + ", " +
            literal(connection, migration.name) + ", " + literal(connection, migration.checksum) + ")",
        migration.name);
    run(connection, "COMMIT", migration.name);
  } catch (...) {
    Answer(PQexec(connection, "ROLLBACK"));
    throw;
  }
}

}  // namespace

std::vector<Migration> read_migrations(const std::string& folder) {
  static const std::regex kName(R"((\d{4})_[a-z0-9_]+\.sql)");
  std::vector<Migration> migrations;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto name = file.path().filename().string();
    std::smatch match;
    if (!std::regex_match(name, match, kName)) throw std::runtime_error("not a migration's name: " + name);
    std::ifstream stream(file.path(), std::ios::binary);
    std::ostringstream sql;
    sql << stream.rdbuf();
    if (!stream) throw std::runtime_error("cannot read " + name);
    migrations.push_back({std::stoi(match[1]), name, sql.str(), sha256_hex(sql.str())});
  }
  std::ranges::sort(migrations, {}, &Migration::number);
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].number != static_cast<int>(i) + 1) {
      throw std::runtime_error("migrations are numbered from 0001 without gaps; look at " + migrations[i].name);
    }
  }
  return migrations;
}

Result<MigrationReport> migrate(const std::string& url, const std::vector<Migration>& migrations) {
  const auto connection = connect(url);
  run(connection.get(), kLock, "lock");  // given back with the connection
  run(connection.get(), "SET lock_timeout = '10s'; SET client_min_messages = warning", "settings");
  run(connection.get(), R"(
    CREATE TABLE IF NOT EXISTS schema_migrations (
      number integer PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    ))", "schema_migrations");
  const auto applied = applied_migrations(connection.get());
  if (const auto same = compare(applied, migrations); !same) return same.error();
  for (auto i = applied.size(); i < migrations.size(); ++i) apply(connection.get(), migrations[i]);
  return MigrationReport{static_cast<int>(applied.size()), static_cast<int>(migrations.size())};
}

Outcome check_schema(const std::string& url, const std::vector<Migration>& migrations) {
  const auto connection = connect(url);
  const auto applied = applied_migrations(connection.get());
  if (const auto same = compare(applied, migrations); !same) return same.error();
  if (applied.size() < migrations.size()) {
    return conflict("schema_too_old", "The database is at migration " + std::to_string(applied.size()) + " of " +
                                          std::to_string(migrations.size()) + ": run `kindling migrate` first.");
  }
  return kOk;
}

}  // namespace kindling
