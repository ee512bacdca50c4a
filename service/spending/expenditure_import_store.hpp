// The set-based half of importing expenditures.
#pragma once

#include <cstdint>
#include <vector>

#include "importing/import.hpp"
#include "spending/expenditure_import.hpp"

namespace kindling {

// Marks staged rows: of documents with a bad row, of invoices that are recorded already (known where the amount is the
// same, bad where it is not), and of costs whose exchange rate is missing.
void settle_expenditure_rows(Transaction& transaction, std::int64_t import_id, const std::vector<std::int64_t>& bad_documents);

// Suppliers on request, then each document with its parts; submitted where that was chosen. The rows that were counted.
std::int64_t load_expenditure_rows(Transaction& transaction, const ImportLoad& load);

}  // namespace kindling
