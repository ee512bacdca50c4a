#include "log.hpp"

#include <cstdio>
#include <mutex>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace kindling {
namespace {

constexpr std::size_t kQueuedMax = 16'384;  // beyond it the oldest lines go: a log never stops the service

std::shared_ptr<spdlog::logger>& logger() {
  static std::shared_ptr<spdlog::logger> the_logger;
  return the_logger;
}

spdlog::level::level_enum level_of(std::string_view name) {
  if (name == "debug") return spdlog::level::debug;
  if (name == "warning") return spdlog::level::warn;
  if (name == "error") return spdlog::level::err;
  return spdlog::level::info;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Values are ids, codes and numbers; whatever else comes is made harmless for one line.
void append_value(std::string& line, std::string_view value) {
  line += '"';
  for (const char c : value) line += c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
  line += '"';
}

}  // namespace

void start_log(std::string_view level) {
  static std::once_flag once;
  std::call_once(once, [] {
    spdlog::init_thread_pool(kQueuedMax, 1);
    logger() = spdlog::create_async_nb<spdlog::sinks::stderr_sink_mt>("kindling");
    logger()->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
    // Lines are written in blocks, at the latest after a second; warnings and errors at once.
    std::setvbuf(stderr, nullptr, _IOFBF, 64 * 1024);
    spdlog::flush_every(std::chrono::seconds(1));
    logger()->flush_on(spdlog::level::warn);
  });
  logger()->set_level(level_of(level));
}

void stop_log() {
  if (logger()) logger()->flush();
}

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!logger() || !logger()->should_log(level_of(level))) return;
  std::string line;
  line.reserve(200);
  line = "event=";
  line += event;
  for (const auto& [name, value] : fields) {
    line += ' ';
    line += name;
    line += '=';
    append_value(line, value);
  }
  logger()->log(level_of(level), line);
}

}  // namespace kindling
