// The set-based half of importing gifts.
#pragma once

#include <cstdint>

#include "core/currency.hpp"
#include "donations/donation_import.hpp"
#include "importing/import.hpp"

namespace kindling {

struct Transaction;

// Marks staged rows: gifts that are recorded already, and days without a rate.
void settle_gift_rows(Transaction& transaction, std::int64_t import_id, Currency platform);

// Makes the donors that are not recorded, then entries, gifts and parts, and matches pledges. The rows that were counted;
// what was recorded since the check is left out.
std::int64_t load_gift_rows(Transaction& transaction, const ImportLoad& load, Currency platform);

}  // namespace kindling
