// A visitor promises a regular gift; a person takes it up, or leaves it.
#pragma once

#include <cstdint>

#include "core/currency.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "donations/record_donor.hpp"

namespace kindling {

struct Transaction;

// Fields: those of parse_pledge_offer. Stores it sealed; nothing is promised yet.
Result<std::int64_t> offer_pledge(Transaction& transaction, const DonorDesk& desk, const Input& input, Currency platform);
// The donor of this e-mail, or a new one who agreed today to be written to, with a pledge that begins today; the message
// waits for moderation. The pledge's id.
Result<std::int64_t> accept_pledge_offer(Transaction& transaction, const DonorDesk& desk, std::int64_t offer_id, Currency platform);
// What they wrote and who they are is destroyed.
Outcome decline_pledge_offer(Transaction& transaction, const DonorDesk& desk, std::int64_t offer_id);

}  // namespace kindling
