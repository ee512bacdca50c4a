#include "storage/database.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

namespace kindling {
namespace {

// libpq reads its own settings from the connection string; ours go behind, where they win.
std::string connection_string(const DatabaseConfig& config) {
  const bool is_url = config.url.starts_with("postgresql://") || config.url.starts_with("postgres://");
  const auto timeout = std::to_string(config.connect_timeout_s);
  if (!is_url) return config.url + " connect_timeout=" + timeout + " application_name=kindling";
  return config.url + (config.url.find('?') == std::string::npos ? "?" : "&") + "connect_timeout=" + timeout +
         "&application_name=kindling";
}

void set_up(soci::session& sql, const DatabaseConfig& config) {
  // Verbose errors name the constraint, also of a trigger's RAISE; error_of() reads it, and no user ever sees the text.
  PQsetErrorVerbosity(static_cast<soci::postgresql_session_backend*>(sql.get_backend())->conn_, PQERRORS_VERBOSE);
  sql << "SET statement_timeout = " + std::to_string(config.statement_timeout_ms);
  sql << "SET lock_timeout = " + std::to_string(config.statement_timeout_ms / 2);
  sql << "SET idle_in_transaction_session_timeout = " + std::to_string(config.statement_timeout_ms * 3);
  sql << "SET timezone = 'UTC'";
  sql << "SET jit = off";  // compiling a statement takes longer than any of ours runs
  sql << "SET client_min_messages = warning";
  if (!config.role.empty()) sql << "SET ROLE " + config.role;
}

PGconn* connection_of(Session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.sql().get_backend())->conn_;
}

}  // namespace

Session::Session(const DatabaseConfig& config) {
  try {
    sql_ = std::make_unique<soci::session>(soci::postgresql, connection_string(config));
    set_up(*sql_, config);
  } catch (const soci::soci_error&) {
    throw Unavailable();
  }
}

Session::~Session() { statements_.clear(); }

struct Database::Impl {
  DatabaseConfig config;
  std::mutex mutex;
  std::condition_variable freed;
  std::vector<std::unique_ptr<Session>> idle;  // the last one used comes first: its statements are warm
  int open = 0;                                // leased and idle together
};

Database::Database(DatabaseConfig config) : impl_(std::make_unique<Impl>()) { impl_->config = std::move(config); }
Database::~Database() = default;
const DatabaseConfig& Database::config() const { return impl_->config; }

std::unique_ptr<Session> Database::connect() { return std::unique_ptr<Session>(new Session(impl_->config)); }

Database::Lease Database::lease() {
  std::unique_lock lock(impl_->mutex);
  const auto ready = [this] { return !impl_->idle.empty() || impl_->open < impl_->config.sessions; };
  if (!impl_->freed.wait_for(lock, std::chrono::milliseconds(impl_->config.lease_timeout_ms), ready)) {
    throw Unavailable();
  }
  if (!impl_->idle.empty()) {
    auto session = std::move(impl_->idle.back());
    impl_->idle.pop_back();
    return Lease(*this, std::move(session));
  }
  ++impl_->open;
  lock.unlock();
  try {
    return Lease(*this, connect());
  } catch (...) {
    lock.lock();
    --impl_->open;
    impl_->freed.notify_one();
    throw;
  }
}

Database::Lease::Lease(Database& database, std::unique_ptr<Session> session)
    : database_(&database), session_(std::move(session)) {}

Database::Lease::Lease(Lease&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)), session_(std::move(other.session_)) {}

Database::Lease& Database::Lease::operator=(Lease&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(session_, other.session_);
  return *this;
}

Database::Lease::~Lease() {
  if (database_ == nullptr) return;
  auto& pool = *database_->impl_;
  // A session in the middle of something, or whose connection broke, is not handed on.
  const bool usable = session_ && PQstatus(connection_of(*session_)) == CONNECTION_OK &&
                      PQtransactionStatus(connection_of(*session_)) == PQTRANS_IDLE;
  if (!usable) session_.reset();
  const std::lock_guard lock(pool.mutex);
  if (usable) {
    pool.idle.push_back(std::move(session_));
  } else {
    --pool.open;
  }
  pool.freed.notify_one();
}

void Database::Lease::drop() { session_.reset(); }

namespace detail {
namespace {

void roll_back(Session& session) noexcept {
  // A failed COMMIT has ended the transaction already.
  if (PQtransactionStatus(connection_of(session)) == PQTRANS_IDLE) return;
  try {
    session.sql() << "ROLLBACK";
  } catch (...) {  // the connection is gone, and the transaction with it
  }
}

// COMMIT of an aborted transaction answers ROLLBACK without an error; only the command's own word tells.
void commit(Session& session) {
  PGresult* result = PQexec(connection_of(session), "COMMIT");
  const std::string status = PQcmdStatus(result);
  const auto code = PQresultStatus(result);
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string sqlstate = state == nullptr ? "08006" : state;
  const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  const std::string rule = constraint == nullptr ? "" : constraint;
  PQclear(result);
  if (code == PGRES_COMMAND_OK && status == "COMMIT") return;
  const auto shown = "CONSTRAINT NAME:  " + rule + "\n";
  throw soci::postgresql_soci_error(shown, code == PGRES_COMMAND_OK ? "40000" : sqlstate.c_str());
}

}  // namespace

void run_transaction(Database& database, const Actor& actor, std::string_view request_id, TransactionOptions options,
                     const ErasedWork& work) {
  auto lease = database.lease();
  // In one message, and so in one round trip.
  const auto begin = "BEGIN; SET LOCAL kindling.actor_id = '" + std::to_string(actor.id) + "'";
  try {
    lease->sql() << begin;
  } catch (const soci::soci_error&) {
    // Nothing has happened yet: an idle session that died since its last use is replaced once.
    lease.drop();
    lease = database.lease();
    lease->sql() << begin;
  }
  Transaction transaction{*lease, actor, request_id};
  try {
    const bool ok = work(transaction);
    if (ok && options.dry_run) transaction.sql() << "SET CONSTRAINTS ALL IMMEDIATE";
    if (ok && !options.dry_run) {
      commit(transaction.session);
    } else {
      transaction.sql() << "ROLLBACK";
    }
  } catch (...) {
    roll_back(transaction.session);
    throw;
  }
}

void run_reading(Database& database, const std::function<void(Session&)>& work) {
  auto lease = database.lease();
  try {
    work(*lease);
  } catch (...) {
    if (!is_connection_loss(std::current_exception())) throw;
    lease.drop();
    auto fresh = database.lease();
    work(*fresh);
  }
}

}  // namespace detail
}  // namespace kindling
