#include "storage/copy.hpp"

#include <poll.h>

#include <memory>

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kFlushBytes = 64 * 1024;

PGconn* connection_of(Session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.sql().get_backend())->conn_;
}

[[noreturn]] void throw_result(PGconn* connection, PGresult* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string sqlstate = state == nullptr ? "08006" : state;
  const std::string message = result == nullptr ? PQerrorMessage(connection) : PQresultErrorMessage(result);
  PQclear(result);
  throw soci::postgresql_soci_error(message, sqlstate.c_str());
}

}  // namespace

CopyIn::CopyIn(Session& session, std::string_view target) : session_(session) {
  auto* connection = connection_of(session);
  PGresult* result = PQexec(connection, ("COPY " + std::string(target) + " FROM STDIN").c_str());
  if (PQresultStatus(result) != PGRES_COPY_IN) throw_result(connection, result);
  PQclear(result);
}

CopyIn::~CopyIn() {
  if (finished_) return;
  auto* connection = connection_of(session_);
  PQputCopyEnd(connection, "given up");
  while (PGresult* result = PQgetResult(connection)) PQclear(result);
}

void CopyIn::separate() {
  if (row_begun_) buffer_ += '\t';
  row_begun_ = true;
}

CopyIn& CopyIn::field(std::string_view text) {
  separate();
  for (const char c : text) {
    switch (c) {
      case '\\': buffer_ += "\\\\"; break;
      case '\t': buffer_ += "\\t"; break;
      case '\n': buffer_ += "\\n"; break;
      case '\r': buffer_ += "\\r"; break;
      default: buffer_ += c;
    }
  }
  return *this;
}

CopyIn& CopyIn::field(long long number) {
  separate();
  buffer_ += std::to_string(number);
  return *this;
}

CopyIn& CopyIn::null() {
  separate();
  buffer_ += "\\N";
  return *this;
}

void CopyIn::end_row() {
  buffer_ += '\n';
  row_begun_ = false;
  if (buffer_.size() >= kFlushBytes) flush();
}

void CopyIn::flush() {
  auto* connection = connection_of(session_);
  if (PQputCopyData(connection, buffer_.data(), static_cast<int>(buffer_.size())) != 1) {
    throw_result(connection, nullptr);
  }
  buffer_.clear();
}

long long CopyIn::finish() {
  auto* connection = connection_of(session_);
  if (!buffer_.empty()) flush();
  finished_ = true;
  if (PQputCopyEnd(connection, nullptr) != 1) throw_result(connection, nullptr);
  PGresult* result = PQgetResult(connection);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
    throw_result(connection, result);
  }
  const long long rows = std::stoll(PQcmdTuples(result));
  PQclear(result);
  while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
  return rows;
}

void listen(Session& session, std::string_view channel) { session.sql() << "LISTEN " + std::string(channel); }

std::optional<std::string> wait_notification(Session& session, int timeout_ms) {
  auto* connection = connection_of(session);
  const auto next = [&]() -> std::optional<std::string> {
    const std::unique_ptr<PGnotify, void (*)(void*)> notification(PQnotifies(connection), PQfreemem);
    if (!notification) return std::nullopt;
    return std::string(notification->extra);
  };
  if (auto waiting = next()) return waiting;
  pollfd poll_for{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
  if (::poll(&poll_for, 1, timeout_ms) <= 0) return std::nullopt;
  if (PQconsumeInput(connection) != 1) throw Unavailable();
  return next();
}

}  // namespace kindling
