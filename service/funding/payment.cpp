#include "funding/payment.hpp"

namespace kindling {
namespace {

constexpr Percent kUsedEnough{7'000};

Money smaller(Money a, Money b) { return (a - b).minor < 0 ? a : b; }

}  // namespace

Money first_payment(Money maximum, Percent prefinancing, Percent retention) {
  return share_of(maximum, prefinancing) - share_of(maximum, retention);
}

Money interim_payment(Money accepted, Money ceiling, Money paid_before) {
  const auto room = ceiling - paid_before;
  return room.minor <= 0 ? Money{0, accepted.currency} : smaller(accepted, room);
}

Money further_prefinancing(Money planned, Money previous, Money used) {
  const auto enough = share_of(previous, kUsedEnough);
  if ((used - enough).minor >= 0) return planned;
  const auto reduced = planned - (enough - used);
  return reduced.minor < 0 ? Money{0, planned.currency} : reduced;
}

Money balance_payment(Money accepted, Money maximum, Money paid_before) {
  return smaller(accepted, maximum) - paid_before;
}

}  // namespace kindling
