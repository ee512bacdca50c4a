#include "reporting/request_rate.hpp"

#include <algorithm>

namespace kindling {
namespace {

constexpr std::size_t kAddressesMax = 10'000;

}  // namespace

bool RequestRate::allow(const std::string& address, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  // Who has their whole burst again need not be remembered.
  if (full_at_.size() >= kAddressesMax) std::erase_if(full_at_, [&](const auto& pair) { return pair.second <= now; });
  if (full_at_.size() >= kAddressesMax && !full_at_.contains(address)) return false;
  auto& full_at = full_at_[address];
  const auto next = std::max(full_at, now) + refill_;
  if (next - now > refill_ * burst_) return false;
  full_at = next;
  return true;
}

}  // namespace kindling
