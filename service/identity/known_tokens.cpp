#include "identity/known_tokens.hpp"

#include <mutex>

namespace kindling {
namespace {

constexpr std::size_t kTokensMax = 1'024;

}  // namespace

std::optional<Actor> KnownTokens::find(const std::string& hash, std::uint64_t generation, Clock::time_point now) const {
  const std::shared_lock lock(mutex_);
  const auto found = known_.find(hash);
  if (found == known_.end() || found->second.generation != generation) return std::nullopt;
  if (now - found->second.since >= kKnownTokenMax) return std::nullopt;
  return found->second.actor;
}

void KnownTokens::keep(const std::string& hash, const Actor& actor, std::uint64_t generation, Clock::time_point now) {
  const std::unique_lock lock(mutex_);
  if (known_.size() >= kTokensMax) known_.clear();
  known_.insert_or_assign(hash, Known{actor, generation, now});
}

}  // namespace kindling
