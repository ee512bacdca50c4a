// Structured logs: one line an event, asynchronous, without personal data: ids and codes, never names, SQL or what().
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace kindling {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Starts the logging thread; to standard error. Once a process; a second call changes the level only.
void start_log(std::string_view level);
void stop_log();  // writes what is queued

using LogField = std::pair<std::string_view, std::string>;
// log_event(LogLevel::kInfo, "request", {{"request_id", id}, {"status", "200"}});
void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

}  // namespace kindling
