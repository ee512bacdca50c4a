#include "reports/receipt_register/receipt_register.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace kindling {
namespace {

ReceiptRegister sample() {
  const auto eur = Currency::of("EUR"), czk = Currency::of("CZK");
  return {.year = 2026, .platform = "Sparks in the Dark", .currency = eur, .ledger_position = 7,
          .ledger_hash = std::string(64, 'a'), .sealed_at_s = 1'780'000'000,
          .rows = {{"2026-000001", {}, Date::of("2026-03-05"), "D-7KX2QMPA", 1, 1, {1'250, eur}},
                   {"2026-000002", 2025, Date::of("2026-03-05"), "D-AAAA2222", 3, 0, {9'000, eur}},
                   {"2026-000003", {}, Date::of("2026-04-01"), "D-BBBB3333", 1, 0, {50'000, czk}}},
          .last_number = 3, .lines_minor = {{eur, 10'250}, {czk, 50'000}}};
}

bool has(const sheet::File& file, const sheet::NamedFigure& wanted) {
  return std::ranges::find(file.figures, wanted) != file.figures.end();
}

TEST(ReceiptRegister, NamesEachFigureByItsReceiptAndItsCurrency) {
  const auto file = write_receipt_register(sample());
  EXPECT_TRUE(has(file, {"Receipts in EUR", "2026-000002", "For", "gifts of 2025", ""}));
  EXPECT_TRUE(has(file, {"Receipts in EUR", "2026-000002", "Amount", "90.00", "EUR"}));
  EXPECT_TRUE(has(file, {"Receipts in CZK", "2026-000003", "Amount", "500.00", "CZK"}));
  EXPECT_TRUE(has(file, {"By kind", "one gift", "Receipts issued", "2", ""}));
  EXPECT_FALSE(has(file, {"Receipts in EUR", "2026-000003", "Amount", "500.00", "EUR"}));
}

TEST(ReceiptRegister, TheSameReceiptsGiveTheSameBytes) {
  EXPECT_EQ(write_receipt_register(sample()).bytes, write_receipt_register(sample()).bytes);
}

TEST(ReceiptRegister, AYearWithoutReceiptsIsAnEmptyRegister) {
  auto empty = sample();
  empty.rows.clear();
  empty.lines_minor.clear();
  empty.last_number = 0;
  EXPECT_FALSE(write_receipt_register(empty).bytes.empty());
}

}  // namespace
}  // namespace kindling
