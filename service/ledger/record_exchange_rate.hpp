// Exchange rates come in: the ECB's file, and manual ones.
#pragma once

#include <cstdint>
#include <string_view>

#include "ledger/exchange_rate_store.hpp"

namespace kindling {

struct ImportedRates {
  PublishedRates file;
  StoredRates stored;
};
// The whole file or nothing: the errors of parse_published_rates. The same file again adds nothing. A rate that differs
// from the stored one is told, not taken; who wants it enters it as a manual one.
Result<ImportedRates> import_exchange_rates(Transaction& transaction, std::string_view csv);

// A rate with its source, beside the published one of the day; its id.
Result<std::int64_t> record_manual_rate(Transaction& transaction, const Input& input, Date today);

// Fields: reason. kConflict "rate_is_published" or "rate_is_withdrawn".
Outcome withdraw_rate(Transaction& transaction, std::int64_t id, const Input& input);

}  // namespace kindling
