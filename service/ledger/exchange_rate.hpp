// Exchange rates: units of a currency for one euro. Published ones come from the ECB's file; a manual one stands beside
// them with its source and author, and wins for its day until it is withdrawn. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/currency.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

// Exact to 8 decimals: 2510000000 is 25.1. Amounts are converted in the database (converted_minor), where averages are
// exact; here a rate is only read and shown.
struct Rate {
  std::int64_t hundred_millionths;
  auto operator<=>(const Rate&) const = default;
};

// "25.1", above 0 and at most 9,999,999,999 units. Errors: not_a_rate, over_precise, out_of_range.
Result<Rate> parse_rate(std::string_view text);
std::string to_string(Rate rate);  // "25.1": as it was published, without zeros at the end
// A number of the database, "25.10000000" or an average with more decimals, as pages show it: at most 6 decimals.
std::string rate_display(std::string_view numeric);

// A rate as stored.
struct ExchangeRate {
  std::int64_t id = 0;
  Currency currency;
  Date on;
  Rate rate;
  bool manual = false;
  std::string source;            // "ECB", or what the author named
  std::string author_name;       // of a manual one
  std::string withdrawn_reason;  // empty: it stands
  bool effective = false;        // the one that counts for its day
};
Value exchange_rate_value(const ExchangeRate& rate);  // schema "ExchangeRate"

struct NewRate {
  Currency currency;
  Date on;
  Rate rate;
  std::string source;
};
// Fields: currency (not EUR), on_date (not after `today`), units_per_euro, source.
Result<NewRate> parse_manual_rate(const Input& input, Date today);

// ---- eurofxref-hist.csv ----

struct PublishedRate {
  Currency currency;
  Date on;
  Rate rate;
  std::size_t line;    // of the file, from 1
  std::size_t column;  // from 1; the date is column 1
};
struct PublishedRates {
  std::vector<PublishedRate> rates;              // as they stand in the file
  std::vector<std::string> unknown_currencies;   // columns of currencies that exist no longer: left out
  std::size_t days = 0;
};
// The header names the currencies, each row has a day and a rate or "N/A" for each; a comma may end every line. Nothing
// is taken of a file in which anything is malformed: kInvalid, the field "file", each error naming line and column, 50 of
// them at most. Codes: not_an_ecb_file, unknown_column, repeated_column, cell_count, not_a_date, repeated_day, not_a_rate,
// over_precise, out_of_range, and what core/csv finds.
Result<PublishedRates> parse_published_rates(std::string_view csv);

}  // namespace kindling
