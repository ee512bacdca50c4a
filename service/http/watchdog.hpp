// The watchdog: ends connections that the transport accepted and never handed on (measured: 1 in 629,000), so that
// their clients hear so at once and try again, instead of waiting for their own time limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <unordered_set>

namespace kindling::http {

using SocketId = std::uint64_t;  // the same for every descriptor of one socket: its inode
SocketId socket_id(int descriptor);

class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;

  // `port`: where the server listens. A connection may wait for a busy worker as long as its statement may take, so
  // `lost_after` is longer than that.
  Watchdog(std::uint16_t port, std::chrono::milliseconds lost_after) : port_(port), lost_after_(lost_after) {}

  // Looks at the process's own sockets: those that are connections to the port, are not `served`, and were so at a look
  // `lost_after` ago are shut down. Returns how many. One thread calls this.
  int look(const std::unordered_set<SocketId>& served, Clock::time_point now);

 private:
  struct Stray {
    Clock::time_point first_seen;
    bool ended = false;
  };

  std::uint16_t port_;
  std::chrono::milliseconds lost_after_;
  std::map<SocketId, Stray> strays_;
};

}  // namespace kindling::http
