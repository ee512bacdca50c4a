// Receipts are issued, singly or for a year, and issued again as marked copies.
#pragma once

#include <cstdint>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;

// Field: donation_id; a gift of a known donor that cleared. The receipt's id.
Result<std::int64_t> issue_single_receipt(Transaction& transaction, const Input& input, Date today);
// Fields: year (not after this one), donor_id (all donors where absent). One receipt for each donor and currency, over
// the gifts that are on none yet. How many.
Result<std::int64_t> issue_annual_receipts(Transaction& transaction, const Input& input, Date today);
// Field: reason. The number of the copy stands on it.
Outcome reissue_receipt(Transaction& transaction, std::int64_t id, const Input& input, Date today);

}  // namespace kindling
