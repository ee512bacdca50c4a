// The HTTP server: Pistache's transport and router behind our own framing (see ARCHITECTURE.md, "The wire").
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace kindling::http {

class Router;

struct ServerConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;            // 0: any free port, told by port()
  int workers = 8;
  int connections_max = 4096;           // one more gets 503 with Retry-After
  int header_timeout_ms = 60'000;
  int body_timeout_ms = 60'000;
  int keep_alive_timeout_ms = 75'000;
  int drain_idle_timeout_ms = 30'000;   // a reader that takes nothing for so long is dropped
  int lost_timeout_ms = 15'000;         // accepted and served by nobody: ended (http/watchdog.hpp)
  int stop_timeout_ms = 10'000;         // how long stop() waits for what is in flight
};

// Figures for /metrics; a snapshot.
struct ServerFigures {
  std::int64_t connections_open = 0;
  std::int64_t connections_refused = 0;
  std::int64_t connections_lost = 0;
  std::int64_t requests = 0;
  std::int64_t responses_draining = 0;
};

class Server {
 public:
  // The router must outlive the server. Throws std::runtime_error where the port cannot be bound.
  Server(ServerConfig config, const Router& router);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start();               // returns once it accepts
  std::uint16_t port() const;
  // Stops accepting, waits for what is in flight up to stop_timeout_ms, then closes. Idempotent.
  void stop();
  ServerFigures figures() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling::http
