// Every gift that arrived in a period, one a row, however many: rows leave memory once they are written, and sheets go on
// where one is full. Holds nothing of a person: no donor, no reference of a payment, no message.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "reports/sheet/figure.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling {

class SealedSnapshot;

struct RegisteredGift {
  std::int64_t number = 0;
  Date given_on;
  Date arrived_on;          // the accounting date
  std::string method;       // bank_transfer ... in_kind
  std::string state;        // cleared, refunded, charged_back
  std::string campaign;     // "" without one
  Money given;              // as given
  // In the platform's currency:
  std::int64_t gross_minor = 0, fee_minor = 0, refunded_minor = 0;
  std::int64_t net_minor() const { return gross_minor - fee_minor - refunded_minor; }
};

struct DonationRegister {
  std::string platform;
  Currency currency;        // the platform's own
  Period period;            // of arrival
  std::int64_t ledger_position = 0;
  std::string ledger_hash;
  std::int64_t sealed_at_s = 0;
  std::int64_t gifts = 0;   // how many rows there are: for the progress
  // What the ledger posted as income of these gifts: an independent sum.
  std::int64_t independent_minor = 0;
};

// All but the rows.
DonationRegister query_donation_register(const SealedSnapshot& snapshot, const Period& period, Currency currency,
                                         std::string platform);
// The rows in the order of their numbers, a few thousand in memory at a time (a cursor of the snapshot's transaction).
void each_registered_gift(const SealedSnapshot& snapshot, const DonationRegister& of,
                          const std::function<void(const RegisteredGift&)>& each);

struct RegisterOptions {
  std::string path = {};          // of the file; "" is memory
  std::string language = "en";
  std::string identifier = {};
  int rows_max = sheet::kRowsMax;  // of a sheet; Excel's limit, less in tests
  std::function<void(std::int64_t rows)> progress = {};  // every ten thousand
};
// The workbook; `rows` calls back once for each row, in the order in which they are to stand.
using GiftRows = std::function<void(const std::function<void(const RegisteredGift&)>&)>;
sheet::File write_donation_register(const DonationRegister& of, const GiftRows& rows, const RegisterOptions& options);

}  // namespace kindling
