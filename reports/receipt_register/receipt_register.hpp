// The register of receipts of a year: every number, so that a gap would show. Holds no name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "reports/sheet/figure.hpp"

namespace kindling {

class SealedSnapshot;

struct ReceiptRegister {
  struct Row {
    std::string number;              // "2026-000123"
    std::optional<int> covers_year;  // of an annual one; nullopt: of one gift
    Date issued_on;
    std::string donor_reference;
    std::int64_t gifts = 0;
    std::int64_t copies = 0;
    Money amount;                    // gifts in kind are described on the receipt, and not valued
  };
  int year = 0;                      // of issue
  std::string platform;
  Currency currency;                 // the platform's own: of a year without a receipt
  std::int64_t ledger_position = 0;
  std::string ledger_hash;
  std::int64_t sealed_at_s = 0;
  std::vector<Row> rows;             // by number
  std::int64_t last_number = 0;      // as many as there are receipts, or one is missing
  std::map<Currency, std::int64_t> lines_minor;  // what the gifts on the receipts come to: an independent sum
};

struct ReceiptRegisterRequest {
  int year;
  std::string platform;
  Currency currency;
};
// As known at the snapshot's instant.
ReceiptRegister query_receipt_register(const SealedSnapshot& snapshot, const ReceiptRegisterRequest& request);
// A sheet for each currency, and how many there are of each kind; tied out to the gifts and to the last number.
sheet::File write_receipt_register(const ReceiptRegister& report, const std::string& language = "en",
                                   const std::string& identifier = {});

}  // namespace kindling
