// ISO 4217 currencies. The table is config/currencies.csv, compiled in; the database holds the same rows (a test compares).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kindling {

// A currency that exists. Three bytes; compares and copies like an int.
class Currency {
 public:
  static std::optional<Currency> find(std::string_view code);  // exactly three capital letters
  // For codes from our own database or literals; throws std::invalid_argument for an unknown one.
  static Currency of(std::string_view code);

  std::string_view code() const { return {code_.data(), 3}; }
  int minor_digits() const { return minor_digits_; }  // 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF
  bool operator==(const Currency&) const = default;
  auto operator<=>(const Currency&) const = default;

 private:
  Currency() = default;
  std::array<char, 3> code_{};
  signed char minor_digits_ = 0;
};

struct CurrencyRow {
  std::string_view code;
  int minor_digits;
  std::string_view name;
};
std::span<const CurrencyRow> currency_table();  // sorted by code

}  // namespace kindling
