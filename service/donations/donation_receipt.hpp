// Receipts for donors: numbered without gaps, each gift on one of them, never changed. Types, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/value.hpp"

namespace kindling {

struct ReceiptLine {
  std::int64_t donation_id = 0;
  Date given_on;
  Money amount;             // left of the gift when it was receipted; 0 in kind
  std::string description;  // in kind: what was given, without a value
  bool taken_back = false;  // refunded or charged back since
};

struct ReceiptCopy {
  int number = 0;
  Date issued_on;
  std::string reason;
};

struct DonationReceipt {
  std::int64_t id = 0;
  int year = 0;
  int number = 0;
  std::string kind;  // single, annual
  std::int64_t donor_id = 0;
  std::string donor_reference;
  Date issued_on;
  std::optional<int> covers_year;
  Money amount;
  std::vector<ReceiptLine> lines;   // find_receipt only
  std::vector<ReceiptCopy> copies;  // find_receipt only
};

std::string number_of(const DonationReceipt& receipt);  // "2026-000123"
Value receipt_value(const DonationReceipt& receipt);    // schema "DonationReceipt"; nothing of a person

}  // namespace kindling
