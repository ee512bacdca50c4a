#include "support/payment_code.hpp"

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::int64_t kAmountMinorMax = 99'999'999'999;
constexpr std::size_t kPayloadBytesMax = 331;
constexpr std::size_t kHolderCharactersMax = 70;

}  // namespace

Result<std::string> payment_code(const PaymentRequest& request) {
  std::string amount;
  if (request.amount) {
    if (request.amount->currency.code() != "EUR") {
      return invalid_field("amount", "not_euro", "A payment code is made for amounts in EUR only.");
    }
    if (request.amount->minor < 1 || request.amount->minor > kAmountMinorMax) {
      return invalid_field("amount", "out_of_range", "Enter an amount from 0.01 to 999999999.99.");
    }
    amount = "EUR" + to_string(*request.amount);
  }
  // BCD, version, UTF-8, SEPA credit transfer, BIC, name, IBAN, amount, purpose, structured reference.
  auto payload = "BCD\n002\n1\nSCT\n" + request.bic.value_or("") + "\n" + request.holder + "\n" + request.iban +
                       "\n" + amount + "\n\n" + request.reference;
  while (payload.ends_with('\n')) payload.pop_back();
  if (payload.size() > kPayloadBytesMax || code_points(request.holder) > kHolderCharactersMax) {
    return invalid_field("", "payload_too_long", "The account holder's name is too long for a payment code.");
  }
  return payload;
}

}  // namespace kindling
