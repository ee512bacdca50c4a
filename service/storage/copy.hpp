// Bulk in and out of PostgreSQL (COPY), and NOTIFY: what SOCI has no words for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kindling {

class Session;

// Streams rows into "COPY table (columns) FROM STDIN" in text format.
class CopyIn {
 public:
  // `target` is ours, never a user's: "posting (entry_id, line_no, ...)".
  CopyIn(Session& session, std::string_view target);
  ~CopyIn();  // aborts the COPY where finish() was not called
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  CopyIn& field(std::string_view text);
  CopyIn& field(long long number);
  CopyIn& null();
  void end_row();
  long long finish();  // rows copied; throws what the server says

 private:
  void separate();
  void flush();
  Session& session_;
  std::string buffer_;
  bool row_begun_ = false;
  bool finished_ = false;
};

// LISTEN channel; the session must be one of its own (Database::connect).
void listen(Session& session, std::string_view channel);
// Waits up to timeout_ms for one notification; nullopt: none came. Throws Unavailable where the connection is lost.
std::optional<std::string> wait_notification(Session& session, int timeout_ms);

}  // namespace kindling
