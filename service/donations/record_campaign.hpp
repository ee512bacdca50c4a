// A campaign is recorded and changed.
#pragma once

#include <cstdint>

#include "core/currency.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// A restricted campaign gets a fund of its own; the others fill the general one. Its id.
Result<std::int64_t> record_campaign(Transaction& transaction, const Input& input, Currency platform);
// Name, goal, dates, texts. Restriction and reference stay: people gave under them.
Outcome change_campaign(Transaction& transaction, std::int64_t id, int expected, const Input& input, Currency platform);

}  // namespace kindling
