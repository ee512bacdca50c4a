// A pledge is made, met by gifts, paused and ended.
#pragma once

#include <cstdint>
#include <optional>

#include "core/currency.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct NewDonation;
struct Transaction;
class Session;

Result<std::int64_t> record_pledge(Transaction& transaction, const Input& input, Currency platform);

struct PledgeAct {
  std::int64_t pledge_id;
  int expected;  // version; another one is kStale
  Date today;
};
// Nothing is expected from today until it is resumed.
Outcome pause_pledge(Transaction& transaction, const PledgeAct& act);
Outcome resume_pledge(Transaction& transaction, const PledgeAct& act);
// Fields: ends_on (today where absent), reason.
Outcome end_pledge(Transaction& transaction, const PledgeAct& act, const Input& input);
// Fields: donation_id; by hand, where the amount or the donor did not tell.
Outcome match_by_hand(Transaction& transaction, const PledgeAct& act, const Input& input);

// The pledge and the day that a new gift meets: same donor, currency, amount, and campaign where both name one; of
// several the one whose open day is the oldest.
struct PledgeMet {
  std::int64_t pledge_id;
  Date due_on;
};
std::optional<PledgeMet> match_pledge(Session& session, const NewDonation& gift);

}  // namespace kindling
