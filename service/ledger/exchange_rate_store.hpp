// All SQL of exchange rates.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/exchange_rate.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

// Newest day first. Filters: currency, kind ("published", "manual"). kInvalid for a filter or cursor of no sense.
struct RateList {
  std::vector<ExchangeRate> rates;
  std::string next_cursor;  // empty: the last page
};
Result<RateList> list_exchange_rates(Session& session, const ListQuery& query);
// The newest effective rate of each currency that has one, by currency.
std::vector<ExchangeRate> list_latest_rates(Session& session);
// kNotFound "exchange_rate_not_found".
Result<ExchangeRate> find_exchange_rate(Session& session, std::int64_t id);

// What was not there yet is stored, by COPY. What is there stays; where the file says something else, that is told.
struct Deviation {
  PublishedRate in_file;
  Rate stored;
};
struct StoredRates {
  std::int64_t added = 0;
  std::int64_t deviating = 0;
  std::vector<Deviation> deviations;  // the first 20
};
StoredRates insert_published_rates(Transaction& transaction, const std::vector<PublishedRate>& rates);

std::int64_t insert_manual_rate(Transaction& transaction, const NewRate& rate);
// False where it is no manual rate, or was withdrawn already.
bool withdraw_manual_rate(Transaction& transaction, std::int64_t id, const std::string& reason);

}  // namespace kindling
