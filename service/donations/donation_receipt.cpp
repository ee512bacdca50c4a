#include "donations/donation_receipt.hpp"

#include <algorithm>

namespace kindling {

std::string number_of(const DonationReceipt& receipt) {
  static constexpr std::size_t kDigits = 6;
  const auto number = std::to_string(receipt.number);
  return std::to_string(receipt.year) + "-" + std::string(kDigits - std::min(kDigits, number.size()), '0') + number;
}

Value receipt_value(const DonationReceipt& receipt) {
  auto lines = Value::array();
  for (const auto& line : receipt.lines) {
    lines.push(Value::object({{"donation_id", line.donation_id},
                              {"given_on", to_string(line.given_on)},
                              {"amount", to_string(line.amount)},
                              {"description", line.description}}));
  }
  return Value::object({{"id", receipt.id},
                        {"number", number_of(receipt)},
                        {"kind", receipt.kind},
                        {"donor_id", receipt.donor_id},
                        {"donor_reference", receipt.donor_reference},
                        {"issued_on", to_string(receipt.issued_on)},
                        {"covers_year", receipt.covers_year ? Value(*receipt.covers_year) : Value()},
                        {"currency", receipt.amount.currency.code()},
                        {"amount", to_string(receipt.amount)},
                        {"copies", receipt.copies.size()},
                        {"lines", std::move(lines)}});
}

}  // namespace kindling
