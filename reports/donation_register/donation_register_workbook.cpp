#include <map>

#include "reports/donation_register/donation_register.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {
namespace {

using sheet::word;

// What methods and states are called; the data has them in English.
[[maybe_unused]] constexpr const char* kWords[] = {
    word("bank_transfer"), word("direct_debit"), word("card"), word("online"), word("cash"), word("cheque"), word("in_kind"),
    word("cleared"), word("refunded"), word("charged_back")};

// A few words stand in every row: each is translated once.
class Said {
 public:
  explicit Said(const sheet::Words& words) : words_(words) {}
  const std::string& operator()(const std::string& text) {
    const auto found = known_.find(text);
    if (found != known_.end()) return found->second;
    return known_.emplace(text, words_(text)).first->second;
  }

 private:
  const sheet::Words& words_;
  std::map<std::string, std::string, std::less<>> known_;
};

}  // namespace

sheet::File write_donation_register(const DonationRegister& of, const GiftRows& rows, const RegisterOptions& options) {
  const auto words = sheet::Words::of(options.language);
  sheet::Frame frame({.platform = of.platform, .report = words("Donation register"), .period = of.period, .currency = of.currency,
                      .ledger_position = of.ledger_position, .ledger_hash = of.ledger_hash, .as_of_s = of.sealed_at_s,
                      .identifier = options.identifier},
                     words, {.constant_memory = true, .path = options.path});
  frame.fact(words("Gifts"), sheet::Decimal{of.gifts, 0});
  auto& table = frame.add_table({.name = words("Donations"),
                                 .note = words("Gifts that arrived in the period, in kind at their value. No names."),
                                 .columns = {{words("Number"), 11}, {words("Given on"), 11}, {words("Arrived on"), 11},
                                             {words("Method"), 15}, {words("State"), 13}, {words("Campaign"), 34},
                                             {words("Currency"), 9}, {words("As given"), 13, true}, {words("Gross"), 13, true},
                                             {words("Fees"), 11, true}, {words("Given back"), 11, true}, {words("Net"), 13, true}},
                                 .named_figures = false, .rows_max = options.rows_max});
  Said said(words);
  const auto in = [&](std::int64_t minor) { return Money{minor, of.currency}; };
  rows([&](const RegisteredGift& gift) {
    table.row();
    table.identifier(0, gift.number);
    table.date(1, gift.given_on);
    table.date(2, gift.arrived_on);
    table.text(3, said(gift.method));
    table.text(4, said(gift.state));
    table.text(5, gift.campaign);
    table.text(6, gift.given.currency.code());
    table.amount(7, gift.given);
    table.amount(8, in(gift.gross_minor));
    table.amount(9, in(gift.fee_minor));
    table.amount(10, in(gift.refunded_minor));
    table.amount(11, in(gift.net_minor()));
    if (options.progress && table.rows() % 10'000 == 0) options.progress(table.rows());
  });
  table.total(words("All gifts"), {8, 9, 10, 11}, in(0), 5);
  frame.tie_out(words("Gross of all gifts"), table.ref(8), table.rows() == 0 ? in(0) : table.sum(8).money(),
                words("Income that the ledger posted for gifts, one by one"), in(of.independent_minor));
  frame.define(words("Arrived on"), words("The accounting date: the day on which the money was in the bank, or the gift in kind was received."));
  frame.define(words("Gross"), words("As given, in the platform's currency at the stated rate of the gift."));
  frame.define(words("Given back"), words("Refunds and chargebacks of this gift, whenever they were booked."));
  frame.define(words("Net"), words("Gross less fees less what was given back."));
  return frame.finish();
}

}  // namespace kindling
