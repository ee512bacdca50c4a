#include <algorithm>

#include "reports/receipt_register/receipt_register.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {
namespace {

constexpr std::size_t kRowsComparedMax = 10'000;  // a longer register is looked up, not compared row by row

enum Column { kNumber, kFor, kIssuedOn, kDonor, kGifts, kCopies, kAmount };

class Writer {
 public:
  Writer(const ReceiptRegister& report, const std::string& language, const std::string& identifier)
      : report_(report), words_(sheet::Words::of(language)),
        frame_({.platform = report.platform, .report = words_("Register of donation receipts"),
                .period = Period{Date::of(std::to_string(report.year) + "-01-01"), Date::of(std::to_string(report.year) + "-12-31")},
                .ledger_position = report.ledger_position, .ledger_hash = report.ledger_hash, .as_of_s = report.sealed_at_s,
                .identifier = identifier},
               words_) {}

  sheet::File write() {
    frame_.fact(words_("Receipts issued"), sheet::Decimal{static_cast<std::int64_t>(report_.rows.size()), 0});
    frame_.fact(words_("Last number"), sheet::Decimal{report_.last_number, 0});
    std::map<Currency, std::vector<const ReceiptRegister::Row*>> by_currency;
    for (const auto& row : report_.rows) by_currency[row.amount.currency].push_back(&row);
    if (by_currency.empty()) by_currency[report_.currency];
    for (const auto& [currency, rows] : by_currency) write_currency(currency, rows);
    write_kinds();
    frame_.define(words_("Amount"), words_("What was left of the gifts when the receipt was issued. Gifts in kind are described on it, and not valued."));
    frame_.define(words_("Copies"), words_("How often the receipt was issued again, marked as a copy, under the same number."));
    frame_.define(words_("Last number"), words_("Numbers of a year begin at 1 and none is left out, so that it is the number of receipts."));
    return frame_.finish();
  }

 private:
  void write_currency(Currency currency, const std::vector<const ReceiptRegister::Row*>& rows) {
    auto& table = frame_.add_table({.name = words_.format("Receipts in {}", currency.code()),
                                    .note = words_.format("Receipts issued in {}, by their number. No names.", report_.year),
                                    .columns = {{words_("Number"), 15}, {words_("For"), 22}, {words_("Issued on"), 13},
                                                {words_("Donor"), 17}, {words_("Gifts"), 10, true}, {words_("Copies"), 10, true},
                                                {words_("Amount"), 17, true}},
                                    .named_figures = report_.rows.size() <= kRowsComparedMax});
    for (const auto* receipt : rows) {
      table.row(receipt->number);
      table.text(kNumber, receipt->number);
      table.text(kFor, receipt->covers_year ? words_.format("gifts of {}", *receipt->covers_year) : words_("one gift"));
      table.date(kIssuedOn, receipt->issued_on);
      table.text(kDonor, receipt->donor_reference);
      table.count(kGifts, receipt->gifts);
      table.count(kCopies, receipt->copies);
      table.amount(kAmount, receipt->amount);
    }
    table.total(words_("Total"), {kGifts, kCopies, kAmount}, {0, currency});
    const Money sum = rows.empty() ? Money{0, currency} : table.sum(kAmount).money();
    const auto lines = report_.lines_minor.find(currency);
    frame_.tie_out(words_.format("Amount of all receipts in {}", currency.code()), table.ref(kAmount), sum,
                   words_("What is receipted of the gifts, one by one"),
                   {lines == report_.lines_minor.end() ? 0 : lines->second, currency});
  }

  void write_kinds() {
    auto& table = frame_.add_table({.name = words_("By kind"),
                                    .columns = {{words_("For"), 24}, {words_("Receipts issued"), 12, true}, {words_("Gifts"), 12, true}}});
    const bool annual[] = {false, true};
    for (const bool of_a_year : annual) {
      const auto label = of_a_year ? words_("the gifts of a year") : words_("one gift");
      std::int64_t receipts = 0, gifts = 0;
      for (const auto& row : report_.rows) {
        if (row.covers_year.has_value() != of_a_year) continue;
        ++receipts;
        gifts += row.gifts;
      }
      table.row(label);
      table.text(0, label);
      table.count(1, receipts);
      table.count(2, gifts);
    }
    table.total(words_("Total"), {1, 2}, {0, report_.currency});
    frame_.tie_out(words_("Receipts of the year"), table.ref(1), sheet::Decimal{static_cast<std::int64_t>(report_.rows.size()), 0},
                   words_("The last number that was given: a gap would stand here"), sheet::Decimal{report_.last_number, 0});
  }

  const ReceiptRegister& report_;
  sheet::Words words_;
  sheet::Frame frame_;
};

}  // namespace

sheet::File write_receipt_register(const ReceiptRegister& report, const std::string& language, const std::string& identifier) {
  return Writer(report, language, identifier).write();
}

}  // namespace kindling
