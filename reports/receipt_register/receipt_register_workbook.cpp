#include <map>

#include "reports/receipt_register/receipt_register.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling {
namespace {

using sheet::Style;

constexpr int kFirstRow = 3;
constexpr int kAmountColumn = 6;

void write_sheet(sheet::Workbook& workbook, const ReceiptRegister& report, Currency currency,
                 const std::vector<const ReceiptRegister::Row*>& rows) {
  auto& page = workbook.add_sheet("Receipts " + std::string(currency.code()),
                                  {.widths = {16, 12, 14, 16, 10, 10, 18}, .frozen_rows = kFirstRow, .repeated_row = 2});
  page.text({0, 0}, "Receipts of " + std::to_string(report.year), Style::kTitle);
  page.text({1, 0}, report.platform + ", amounts in " + std::string(currency.code()) + ". Numbers missing in the year: " +
                        std::to_string(report.missing) + ". Gifts in kind are not valued.", Style::kNote);
  page.headings(2, {"Number", "Kind", "Issued on", "Donor", "Gifts", "Copies", "Amount"}, kAmountColumn);
  int row = kFirstRow;
  Money sum{0, currency};
  for (const auto* receipt : rows) {
    page.text({row, 0}, receipt->number);
    page.text({row, 1}, receipt->kind);
    page.date({row, 2}, receipt->issued_on);
    page.text({row, 3}, receipt->donor_reference);
    page.count({row, 4}, receipt->gifts);
    page.count({row, 5}, receipt->copies);
    page.amount({row, kAmountColumn}, receipt->amount);
    sum = sum + receipt->amount;
    ++row;
  }
  for (int column = 0; column < kAmountColumn; ++column) page.text({row, column}, column == 0 ? "Total" : "", Style::kTextTotal);
  const auto range = rows.empty() ? std::string("0") : sheet::range_of({kFirstRow, kAmountColumn}, {row - 1, kAmountColumn});
  page.formula({row, kAmountColumn}, "=SUM(" + range + ")", sum, Style::kNumberTotal);
}

}  // namespace

std::string write_receipt_register(const ReceiptRegister& report) {
  std::map<Currency, std::vector<const ReceiptRegister::Row*>> by_currency;
  for (const auto& row : report.rows) by_currency[row.amount.currency].push_back(&row);
  if (by_currency.empty()) by_currency[Currency::of("EUR")];
  sheet::Workbook workbook({.title = "Receipts of " + std::to_string(report.year), .subject = "Register of receipts",
                            .author = report.platform, .company = report.platform, .comments = {},
                            .created_s = report.issued_at_s});
  for (const auto& [currency, rows] : by_currency) write_sheet(workbook, report, currency, rows);
  return workbook.finish();
}

}  // namespace kindling
