// PostgreSQL: leased sessions, transactions, and errors in our own words. SOCI's header is included by stores only.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <unordered_map>
#include <utility>

#include "core/actor.hpp"
#include "core/result.hpp"

namespace soci {
class session;
}

namespace kindling {

struct DatabaseConfig {
  std::string url;                      // libpq connection string or postgresql:// URL
  std::string role = "kindling_service";  // SET ROLE after connecting; empty: as the login is
  int sessions = 12;                    // workers + jobs
  int lease_timeout_ms = 1'500;         // then kUnavailable
  int connect_timeout_s = 2;
  int statement_timeout_ms = 10'000;
};

// One connection with its statements. Used by one thread at a time.
class Session {
 public:
  soci::session& sql() { return *sql_; }

  // The statement S of this session, prepared at its first use: S(soci::session&) prepares with its members bound.
  // For hot paths (2.3x the speed of `sql << "..."`).
  template <typename S>
  S& prepared() {
    auto& slot = statements_[typeid(S)];
    if (!slot) slot = std::make_shared<S>(*sql_);
    return *static_cast<S*>(slot.get());
  }

  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  friend class Database;
  explicit Session(const DatabaseConfig& config);
  std::unique_ptr<soci::session> sql_;
  std::unordered_map<std::type_index, std::shared_ptr<void>> statements_;  // destroyed before sql_ is closed
};

// The store cannot be reached or no session was free in time: becomes 503 with Retry-After.
struct Unavailable : std::exception {
  const char* what() const noexcept override { return "database unavailable"; }
};

class Database {
 public:
  explicit Database(DatabaseConfig config);  // connects lazily
  ~Database();

  class Lease {
   public:
    ~Lease();  // gives the session back; drops it where it is broken
    Lease(Lease&&) noexcept;
    Lease& operator=(Lease&&) noexcept;
    Session& operator*() const { return *session_; }
    Session* operator->() const { return session_.get(); }
    void drop();  // this session is not to be used again

   private:
    friend class Database;
    Lease(Database& database, std::unique_ptr<Session> session);
    Database* database_;
    std::unique_ptr<Session> session_;
  };

  // Throws Unavailable after lease_timeout_ms, or where the server cannot be reached.
  Lease lease();
  // A connection of its own, outside the pool (jobs, LISTEN). Throws Unavailable.
  std::unique_ptr<Session> connect();
  const DatabaseConfig& config() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What a database exception means for the user; nullopt: a broken world (500). Constraints are named after their rule,
// and storage/sqlstate.cpp is the one place that knows them: unique -> kConflict or kInvalid at a field, check, foreign
// key, serialization and lock timeouts -> kConflict, connection loss -> kUnavailable.
std::optional<Error> error_of(std::exception_ptr exception);
// True where the session that threw it can no longer be used.
bool is_connection_loss(std::exception_ptr exception);

// One write transaction. Everything that happens in it is one act of one actor.
struct Transaction {
  Session& session;
  const Actor& actor;
  std::string_view request_id;
  soci::session& sql() { return session.sql(); }
};

struct TransactionOptions {
  bool dry_run = false;  // runs everything, deferred constraints too, and rolls back
};

namespace detail {
using ErasedWork = std::function<bool(Transaction&)>;  // true: commit
void run_transaction(Database& database, const Actor& actor, std::string_view request_id, TransactionOptions options,
                     const ErasedWork& work);
void run_reading(Database& database, const std::function<void(Session&)>& work);
}  // namespace detail

// Runs `work(Transaction&) -> Result<T>` in one transaction: commits where it is ok, rolls back on an error, on an
// exception and on a dry run. An exception that error_of() understands comes back as its Error.
// Never retried: the outcome of a lost commit is unknown, the client's key decides.
template <typename F>
auto in_transaction(Database& database, const Actor& actor, std::string_view request_id, TransactionOptions options,
                    F&& work) -> decltype(work(std::declval<Transaction&>())) {
  using R = decltype(work(std::declval<Transaction&>()));
  std::optional<R> result;
  try {
    detail::run_transaction(database, actor, request_id, options, [&](Transaction& transaction) {
      result.emplace(work(transaction));
      return result->ok();
    });
  } catch (...) {
    if (auto error = error_of(std::current_exception())) return R(*std::move(error));
    throw;
  }
  return *std::move(result);
}

// Runs `work(Session&)` outside a write; retried once on a fresh session after a connection loss, so it must only
// read. Throws Unavailable, and what `work` throws.
template <typename F>
auto reading(Database& database, F&& work) -> decltype(work(std::declval<Session&>())) {
  using R = decltype(work(std::declval<Session&>()));
  std::optional<R> result;
  detail::run_reading(database, [&](Session& session) { result.emplace(work(session)); });
  return *std::move(result);
}

}  // namespace kindling
