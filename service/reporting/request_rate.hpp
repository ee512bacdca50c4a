// How often an address may ask for something that costs work and needs no sign-in. Kept in this process alone: it spares
// the machine; nothing that must hold depends on it.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

namespace kindling {

class RequestRate {
 public:
  using Clock = std::chrono::steady_clock;

  RequestRate(int burst, std::chrono::seconds refill) : burst_(burst), refill_(refill) {}
  // Whether this one is within the rate: `burst` at once, then one each `refill`. Counts it where it is.
  bool allow(const std::string& address, Clock::time_point now);

 private:
  int burst_;
  std::chrono::seconds refill_;
  std::mutex mutex_;
  // When the address would have its whole burst again.
  std::unordered_map<std::string, Clock::time_point> full_at_;
};

}  // namespace kindling
