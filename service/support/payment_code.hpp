// What a payment QR code says (EPC069-12, version 002): a SEPA credit transfer that a banking app fills in by itself.
#pragma once

#include <optional>
#include <string>

#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

struct PaymentRequest {
  std::string holder;              // at most 70 characters
  std::string iban;                // checked (core/iban.hpp)
  std::optional<std::string> bic;
  std::optional<Money> amount;     // in EUR; 0.01 to 999,999,999.99; the payer enters it where absent
  std::string reference;           // a creditor reference (ISO 11649), "" for none
};

// Lines without a final newline, empty ones at the end dropped, at most 331 bytes of UTF-8. Errors: at "amount"
// out_of_range and not_euro; payload_too_long.
Result<std::string> payment_code(const PaymentRequest& request);

}  // namespace kindling
