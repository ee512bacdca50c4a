// A pile of gifts entered at once, with the total that somebody counted before.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/result.hpp"
#include "donations/donation.hpp"
#include "donations/record_donation.hpp"

namespace kindling {

inline constexpr std::size_t kBatchRowsMax = 200;

// Fields: given_on, method, campaign_id (of all), control_total, rows.N.{gross, fee, reference, donor_id, given_on}; empty
// rows are skipped. Refused where the rows do not come to the control total, to the cent: "batch_adds_up".
struct BatchGift {
  std::string row;  // "rows.3."
  NewDonation gift;
};
Result<std::vector<BatchGift>> parse_batch(const Input& input, const GiftRules& rules);

// All or nothing. The gifts' ids, in the order of the rows. What the database refuses (the same payment twice, a donor that
// is not there) is told at its row.
Result<std::vector<std::int64_t>> record_batch(Transaction& transaction, const Input& input, const GiftRules& rules);

}  // namespace kindling
