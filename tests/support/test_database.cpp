#include "support/test_database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <libpq-fe.h>

#include "storage/migrate.hpp"

namespace kindling {
namespace {

std::string server_url() {
  const char* url = std::getenv("KINDLING_TEST_DATABASE_URL");
  if (url == nullptr) throw std::runtime_error("KINDLING_TEST_DATABASE_URL is not set");
  return url;
}

// Later words win in a connection string.
std::string url_of(const std::string& name) { return server_url() + " dbname=" + name; }

// Made once by the first suite, dropped with the program.
class Template {
 public:
  Template() : name_("kindling_template_" + std::to_string(::getpid())) {
    run_as_owner(server_url(), "DROP DATABASE IF EXISTS " + name_);
    run_as_owner(server_url(), "CREATE DATABASE " + name_);
    const auto done = migrate(url_of(name_), read_migrations(KINDLING_SOURCE_DIR "/migrations"));
    if (!done) throw std::runtime_error(done.error().message);
  }
  ~Template() {
    try {
      run_as_owner(server_url(), "DROP DATABASE " + name_);
    } catch (const std::exception&) {  // the server may be gone already
    }
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace

void run_as_owner(const std::string& url, const std::string& sql) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(url.c_str()), PQfinish);
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()), PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(PQerrorMessage(connection.get()));
  }
}

TestDatabase::TestDatabase() {
  static const Template from;
  static std::atomic<int> count{0};
  name_ = "kindling_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
  // Half the time of the default strategy, where the files are many and small.
  run_as_owner(server_url(), "CREATE DATABASE " + name_ + " TEMPLATE " + from.name() + " STRATEGY file_copy");
  url_ = url_of(name_);
  database_ = std::make_unique<Database>(DatabaseConfig{.url = url_});
}

TestDatabase::~TestDatabase() {
  database_.reset();
  try {
    run_as_owner(server_url(), "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {  // a leftover is dropped with its cluster
  }
}

}  // namespace kindling
