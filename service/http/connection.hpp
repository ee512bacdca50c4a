// One client's connection: frames its requests, answers them in order, and hands the rest of a large answer to the
// drainer. Works on a socket of its own (a dup of the transport's), so it never outlives its descriptor.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "http/drainer.hpp"
#include "http/framing.hpp"
#include "http/server.hpp"
#include "http/watchdog.hpp"

namespace kindling::http {

// What all connections share; outlives them.
struct Exchange {
  Exchange(const ServerConfig& server_config, const Router& the_router)
      : config(server_config), router(the_router), drainer(server_config.drain_idle_timeout_ms) {}

  const ServerConfig config;
  const Router& router;
  std::function<void(std::function<void()>)> resume;  // runs a task on the resuming thread
  std::atomic<bool> stopping{false};
  std::atomic<std::int64_t> open{0};
  std::atomic<std::int64_t> refused{0};
  std::atomic<std::int64_t> lost{0};
  std::atomic<std::int64_t> requests{0};
  std::atomic<std::int64_t> in_flight{0};
  Drainer drainer;  // last: its thread ends before the rest goes
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Exchange& exchange, int socket, std::string peer_address);  // owns the socket
  ~Connection();

  // On a worker: bytes came in.
  void receive(std::string_view bytes);
  // Answers 503 and closes: there are too many connections, or the server is stopping.
  void refuse();
  // The client went away.
  void gone();
  SocketId id() const { return id_; }
  // Closes where a time limit has passed.
  void check_time(std::chrono::steady_clock::time_point now);

 private:
  void work();                      // answers all whole requests that are buffered; the mutex is held
  void answer(FramedRequest framed);
  void answer_framing_error(const FramingError& error);
  void send(std::string head, Response response, bool head_only, bool keep_alive);
  void after_drain(bool sent, bool keep_alive);
  std::chrono::milliseconds earned() const;
  void close_softly();              // says goodbye, reads over what still comes

  Exchange& exchange_;
  const int socket_;
  const SocketId id_;
  const std::string peer_address_;
  std::mutex mutex_;
  Framer framer_;
  enum class Phase { kReading, kDraining, kClosing, kGone };
  Phase phase_ = Phase::kReading;
  bool between_requests_ = true;
  std::chrono::steady_clock::time_point since_;  // of the phase, or of the request's first byte
  bool in_head_ = true;
};

// 26 characters, unguessable enough to correlate, safe everywhere.
std::string new_request_id();

}  // namespace kindling::http
