// What a funder pays and when. Pure. Source: AGA 22.3.
#pragma once

#include "core/money.hpp"

namespace kindling {

// The prefinancing that arrives: a share of the maximum grant, less what is kept until the end (mutual insurance).
Money first_payment(Money maximum, Percent prefinancing, Percent retention);

// What an interim payment pays: the accepted contribution, as far as all payments stay below the ceiling.
Money interim_payment(Money accepted, Money ceiling, Money paid_before);

// A further prefinancing is reduced by the unused part where less than 70 % of the previous one was used.
Money further_prefinancing(Money planned, Money previous, Money used);

// The balance: what was accepted, at most the maximum grant, less what was paid. Negative: to be paid back.
Money balance_payment(Money accepted, Money maximum, Money paid_before);

}  // namespace kindling
