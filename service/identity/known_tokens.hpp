// API tokens that were looked up a moment ago, so that a dashboard's every request does not ask the database again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/actor.hpp"

namespace kindling {

// How long another instance, or the token's own end, may go unnoticed. What this process changes is noticed at once.
inline constexpr std::chrono::seconds kKnownTokenMax{5};

// Safe to share between threads. Tokens are kept by their SHA-256, as everywhere.
class KnownTokens {
 public:
  using Clock = std::chrono::steady_clock;

  // The token's actor, where it was kept in this generation and not longer ago than kKnownTokenMax. A generation is a
  // number that grows with each write of this process.
  std::optional<Actor> find(const std::string& hash, std::uint64_t generation, Clock::time_point now) const;
  // `generation` is the one from before the look-up: what changed meanwhile makes it unknown again.
  void keep(const std::string& hash, const Actor& actor, std::uint64_t generation, Clock::time_point now);

 private:
  struct Known {
    Actor actor;
    std::uint64_t generation;
    Clock::time_point since;
  };
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace kindling
