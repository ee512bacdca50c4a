// The register of receipts of a year: every number, so that a gap would show. Holds no name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"

namespace kindling {

class Session;

struct ReceiptRegister {
  struct Row {
    std::string number;           // "2026-000123"
    std::string kind;             // single, annual
    Date issued_on;
    std::string donor_reference;
    std::int64_t gifts = 0;
    std::int64_t copies = 0;
    Money amount;
  };
  int year = 0;
  std::string platform;
  std::int64_t issued_at_s = 0;   // of the last receipt: the same receipts give the same bytes
  std::vector<Row> rows;          // by number
  std::int64_t missing = 0;       // numbers between the first and the last that no receipt has: always 0
};

ReceiptRegister query_receipt_register(Session& session, int year, std::string platform);
// One sheet a currency, each with its total as a live formula.
std::string write_receipt_register(const ReceiptRegister& report);

}  // namespace kindling
