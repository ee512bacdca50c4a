// Sheets: Figures (each a live sum over the entries), Entries, Costs, Receipts, Approvals, Evidence. Of a grant with very
// many entries rows leave memory as they are written; otherwise not, because then programs fit no row to its text.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/grant_audit/grant_audit.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {
namespace {

using sheet::Style;
using sheet::word;

sheet::Cover cover_of(const GrantAudit::Cover& cover, const sheet::Words& words) {
  return {.platform = cover.platform,
          .report = words("Audit workbook of a grant"),
          .subject = cover.grant_title,
          .currency = cover.awarded.currency,
          .ledger_position = cover.ledger_position,
          .ledger_hash = cover.ledger_hash,
          .as_of_s = cover.sealed_at_s,
          .identifier = cover.identifier};
}

constexpr std::size_t kPostingsInMemory = 20'000;
constexpr std::size_t kSealDigits = 16;  // of an entry; the cover has the whole head

// What an entry's posting says about the grant, so that a figure is the sum of its kind.
const char* figure_of(const GrantAudit::Posting& posting) {
  if (posting.account == "exchange_differences") return word("exchange differences");
  if (posting.account_kind == "expense") return word("cost");
  if (posting.account == "income_grants") return word("grant income");
  if (posting.account == "bank") return word("bank");
  if (posting.account == "payables") return word("owed to suppliers");
  return word("other");
}

class Writer {
 public:
  Writer(const GrantAudit& audit, const sheet::Words& words)
      : audit_(audit),
        words_(words),
        currency_(audit.cover.awarded.currency),
        frame_(cover_of(audit.cover, words), words, {.constant_memory = audit.postings.size() > kPostingsInMemory}),
        figures_(frame_.add_table({.name = words("Figures"),
                                   .note = words("Every figure is a live sum over the sheet of entries."),
                                   .columns = {{words("Figure"), 30}, {words("Line"), 8}, {words("What it is for"), 48},
                                               {words("Approved budget"), 16, true}, {words("Amount"), 16, true},
                                               {words("Entries"), 10, true}, {words("Documents"), 16, true},
                                               {words("Difference"), 14, true}}})),
        entries_(frame_.add_table({.name = words("Entries"),
                                   .note = words("Every posting of the grant's fund, in the order of the sealed ledger."),
                                   .columns = {{words("Ledger position"), 10}, {words("Entry"), 9}, {words("Posting"), 8},
                                               {words("Booked on"), 11}, {words("Recorded at"), 22}, {words("Figure"), 16},
                                               {words("Line"), 8}, {words("Amount"), 15, true}, {words("Unit"), 6},
                                               {words("Account"), 18}, {words("Kind"), 20}, {words("Document"), 16},
                                               {words("Description"), 34}, {words("Reverses entry"), 10},
                                               {words("By"), 18}, {words("Seal of the entry (SHA-256)"), 20}},
                                   .frozen_columns = 2,
                                   .named_figures = false})),
        costs_(frame_.add_table({.name = words("Costs"),
                                 .note = words("The documents of this grant, as far as they are posted. A staff cost does not say whose."),
                                 .columns = {{words("Cost no."), 9}, {words("Kind"), 14}, {words("Supplier"), 26},
                                             {words("Document"), 18}, {words("Date"), 12}, {words("Description"), 40},
                                             {words("State"), 12}, {words("Document amount"), 15, true},
                                             {words("Unit"), 6}, {words("Used as"), 16}, {words("Line"), 8},
                                             {words("Stands in this grant"), 15, true}, {words("Entry"), 9},
                                             {words("Payment entry"), 10}, {words("Files"), 12}}})),
        receipts_(frame_.add_table({.name = words("Receipts"),
                                    .columns = {{words("Received on"), 12}, {words("Instalment"), 36},
                                                {words("Reference"), 30}, {words("Amount"), 16, true}, {words("Entry"), 9},
                                                {words("State"), 14}}})),
        approvals_(frame_.add_table({.name = words("Approvals"),
                                     .note = words("Who asked, and who else decided."),
                                     .columns = {{words("What"), 20}, {words("Which"), 28}, {words("Asked for by"), 24},
                                                 {words("Asked at"), 21}, {words("Decided by"), 24},
                                                 {words("Decided at"), 21}, {words("Reason"), 50}}})),
        evidence_(frame_.add_table({.name = words("Evidence"),
                                    .note = words("The files behind the costs. A file is the one that was recorded if its SHA-256 is the same."),
                                    .columns = {{words("Cost no."), 9}, {words("File"), 40}, {words("Kind"), 24},
                                                {words("Bytes"), 12, true}, {words("SHA-256"), 68},
                                                {words("Attached by"), 22}, {words("Attached at"), 21}},
                                    .named_figures = false})) {}

  sheet::File write() {
    add_facts();
    fill_entries();
    fill_costs();
    fill_receipts();
    fill_approvals();
    fill_evidence();
    fill_figures();
    define();
    return frame_.finish();
  }

 private:
  enum EntryColumn { kPosition, kEntry, kPosting, kBookedOn, kRecordedAt, kFigure, kLine, kAmount, kUnit, kAccount, kKind,
                     kDocument, kDescription, kReverses, kActor, kSeal };
  enum FigureColumn { kName, kOfLine, kWhat, kBudget, kSum, kCount, kOfDocuments, kDifference };

  Money money(std::int64_t minor) const { return {minor, currency_}; }

  // "expenditure 12" and what may follow: the first word is translated.
  std::string named(const std::string& document) const {
    const auto end = std::min(document.find(' '), document.size());
    return (end == 0 ? "" : words_(document.substr(0, end))) + document.substr(end);
  }

  std::string line_text(std::int64_t root_id) const {
    if (root_id == 0) return {};
    const auto line = std::ranges::find(audit_.lines, root_id, &GrantAudit::Line::root_id);
    return line != audit_.lines.end() && line->number > 0 ? std::to_string(line->number)
                                                          : words_("ended") + " " + std::to_string(root_id);
  }

  // A number where it is in force: a criterion of SUMIFS then compares numbers.
  void put_line(sheet::Table& table, int column, std::int64_t root_id) const {
    const auto line = std::ranges::find(audit_.lines, root_id, &GrantAudit::Line::root_id);
    if (line != audit_.lines.end() && line->number > 0) {
      table.identifier(column, line->number);
    } else {
      table.text(column, line_text(root_id));
    }
  }

  void add_facts() {
    const auto& cover = audit_.cover;
    frame_.fact(words_("Agreement number"), cover.reference);
    frame_.fact(words_("Funder"), cover.funder);
    frame_.fact(words_("State of the grant"), words_(cover.state));
    frame_.fact(words_("Eligible from"), cover.eligibility.first);
    frame_.fact(words_("Eligible to"), cover.eligibility.last);
    frame_.fact(words_("Maximum grant"), cover.awarded, "MaximumGrant");
    if (cover.retention_until) frame_.fact(words_("Records are kept until"), *cover.retention_until);
    const auto without = std::ranges::count_if(audit_.costs, [](const auto& cost) { return cost.used_as == "claimed" && cost.files == 0; });
    frame_.fact(words_("Claimed costs without a file"), sheet::Decimal{without, 0});
  }

  void fill_entries() {
    auto& table = entries_;
    for (const auto& posting : audit_.postings) {
      table.row();
      table.identifier(kPosition, posting.position);
      table.identifier(kEntry, posting.entry_id);
      table.identifier(kPosting, posting.line_no);
      table.date(kBookedOn, posting.booked_on);
      table.instant(kRecordedAt, posting.recorded_at_s);
      table.text(kFigure, words_(figure_of(posting)));
      put_line(table, kLine, posting.root_id);
      table.amount(kAmount, posting.amount);
      table.text(kUnit, posting.amount.currency.code());
      table.text(kAccount, posting.account);
      table.text(kKind, words_(posting.kind));
      table.text(kDocument, named(posting.document));
      table.text(kDescription, posting.description, Style::kWrapped);
      if (posting.reverses_entry_id != 0) table.identifier(kReverses, posting.reverses_entry_id);
      table.text(kActor, posting.actor);
      table.text(kSeal, posting.seal.substr(0, kSealDigits), Style::kCode);
    }
  }

  void fill_costs() {
    auto& table = costs_;
    enum { kCost, kCostKind, kSupplier, kCostDocument, kDate, kCostDescription, kState, kDocumentAmount, kCostUnit, kUsedAs,
           kCostLine, kStands, kCostEntry, kPaymentEntry, kFiles };
    for (const auto& cost : audit_.costs) {
      table.row(fmt::format("{} {} {}", cost.expenditure_id, cost.used_as, line_text(cost.root_id)));
      table.identifier(kCost, cost.expenditure_id);
      table.text(kCostKind, words_(cost.kind));
      table.text(kSupplier, cost.supplier, Style::kWrapped);
      table.text(kCostDocument, cost.document, Style::kWrapped);
      table.date(kDate, cost.document_on);
      table.text(kCostDescription, cost.description, Style::kWrapped);
      table.text(kState, words_(cost.state));
      table.amount(kDocumentAmount, cost.amount);
      table.text(kCostUnit, cost.amount.currency.code());
      table.text(kUsedAs, words_(cost.used_as));
      put_line(table, kCostLine, cost.root_id);
      table.amount(kStands, money(cost.grant_minor));
      table.identifier(kCostEntry, cost.entry_id);
      if (cost.payment_entry_id != 0) table.identifier(kPaymentEntry, cost.payment_entry_id);
      if (cost.files > 0) {
        table.identifier(kFiles, cost.files);
      } else {
        table.text(kFiles, words_("none"), cost.used_as == "claimed" ? Style::kWarning : Style::kRemark);
      }
      if (cost.used_as == "claimed") claimed_by_line_[cost.root_id] += cost.grant_minor;
    }
  }

  void fill_receipts() {
    auto& table = receipts_;
    for (const auto& receipt : audit_.receipts) {
      table.row(receipt.instalment + " " + receipt.reference);
      table.date(0, receipt.received_on);
      table.text(1, receipt.instalment, Style::kWrapped);
      table.text(2, receipt.reference, Style::kWrapped);
      table.amount(3, money(receipt.amount_minor));
      table.identifier(4, receipt.entry_id);
      table.text(5, receipt.reversed ? words_("reversed") : words_("received"));
      if (!receipt.reversed) received_ += receipt.amount_minor;
    }
  }

  void fill_approvals() {
    auto& table = approvals_;
    for (const auto& approval : audit_.approvals) {
      table.row(approval.what + " " + approval.name);
      table.text(0, words_(approval.what));
      table.text(1, named(approval.name), Style::kWrapped);
      table.text(2, approval.asked_by, Style::kWrapped);
      if (approval.asked_at_s != 0) table.instant(3, approval.asked_at_s);
      table.text(4, approval.decided_by, Style::kWrapped);
      table.instant(5, approval.decided_at_s);
      table.text(6, approval.reason, Style::kWrapped);
    }
  }

  void fill_evidence() {
    auto& table = evidence_;
    for (const auto& file : audit_.evidence) {
      table.row();
      table.identifier(0, file.expenditure_id);
      table.text(1, file.name, Style::kWrapped);
      table.text(2, file.media_type, Style::kWrapped);
      table.count(3, file.size_bytes);
      table.text(4, file.sha256, Style::kCode);
      table.text(5, file.attached_by, Style::kWrapped);
      table.instant(6, file.attached_at_s);
    }
    if (audit_.evidence.empty()) table.sheet().text({table.first_row(), 1}, words_("No file is attached to the costs of this grant."), Style::kRemark);
  }

  struct Sum {
    std::int64_t minor = 0;
    std::int64_t count = 0;
  };
  template <typename Counts>
  Sum sum_of(Counts&& counts) const {
    Sum sum;
    for (const auto& posting : audit_.postings) {
      if (posting.amount.currency != currency_ || !counts(posting)) continue;
      sum.minor += posting.amount.minor;
      ++sum.count;
    }
    return sum;
  }

  // SUMIFS or COUNTIFS over every sheet of entries: of a figure, in the grant's currency, of one line where `by_line`.
  std::string over_entries(const char* function, bool with_amount, bool by_line, const char* sign = "") const {
    const auto figure = entries_.ranges(kFigure), unit = entries_.ranges(kUnit), line = entries_.ranges(kLine),
               amount = entries_.ranges(kAmount);
    if (figure.empty()) return "=0";
    std::string text;
    for (std::size_t i = 0; i < figure.size(); ++i) {
      text += fmt::format("{}{}({}{},{},{},\"{}\"", i == 0 ? std::string("=") + sign : std::string(sign[0] ? "-" : "+"), function,
                          with_amount ? sheet::name_of(amount[i]) + "," : "", sheet::name_of(figure[i]),
                          sheet::name_of(figures_.cell(kName)), sheet::name_of(unit[i]), currency_.code());
      if (by_line) text += fmt::format(",{},{}", sheet::name_of(line[i]), sheet::name_of(figures_.cell(kOfLine)));
      text += ")";
    }
    return text;
  }

  // A figure whose documents say it too; the difference must be 0.
  void figure(const std::string& label, const char* name, std::int64_t line, const std::string& what,
              std::optional<std::int64_t> budget, const Sum& sum, std::optional<std::int64_t> documents, bool negated = false) {
    auto& table = figures_;
    const bool by_line = line != 0;
    const auto minor = negated ? -sum.minor : sum.minor;
    table.row(label);
    table.text(kName, words_(name));
    put_line(table, kOfLine, line);
    table.text(kWhat, what, Style::kWrapped);
    if (budget) table.amount(kBudget, money(*budget));
    table.formula(kSum, over_entries("SUMIFS", true, by_line, negated ? "-" : ""), {}, money(minor));
    table.formula(kCount, over_entries("COUNTIFS", false, by_line), {}, sheet::Decimal{sum.count, 0});
    if (!documents) return;
    table.amount(kOfDocuments, money(*documents));
    table.check(kDifference, fmt::format("=ROUND({{0}}-{{1}},{})", currency_.minor_digits()), {kSum, kOfDocuments},
                money(minor - *documents));
  }

  void fill_figures() {
    std::int64_t costs = 0;
    for (const auto& line : audit_.lines) {
      const auto sum = sum_of([&](const auto& posting) { return posting.root_id == line.root_id && figure_of(posting) == std::string_view("cost"); });
      figure("line " + line_text(line.root_id), "cost", line.root_id, line.what, line.budget_minor, sum, claimed_by_line_[line.root_id]);
      costs += sum.minor;
    }
    figures_.row("all costs");
    figures_.text(kName, words_("Costs of all lines"));
    const auto formula = audit_.lines.empty() ? std::string("=0")
                                              : fmt::format("=SUM({})", sheet::range_of({figures_.first_row(), kSum},
                                                                                        {figures_.cell(kSum).row - 1, kSum}));
    figures_.formula(kSum, formula, {}, money(costs));
    frame_.define_name("TotalCosts", figures_.ref(kSum));
    frame_.tie_out(words_("Costs of all lines"), figures_.ref(kSum), money(costs),
                   words_("Costs posted to the grant's fund, exchange differences apart"), money(audit_.ledger.fund_costs_minor));
    std::int64_t claimed = 0;
    for (const auto& [line, minor] : claimed_by_line_) claimed += minor;
    frame_.tie_out(words_("Costs of all lines"), figures_.ref(kSum), money(costs),
                   words_("What stands of the approved documents"), money(claimed));
    const auto of = [&](const char* name) { return sum_of([&](const auto& posting) { return figure_of(posting) == std::string_view(name); }); };
    figure("grant income", "grant income", 0, words_("What the funder paid"), std::nullopt, of("grant income"), received_, true);
    frame_.tie_out(words_("grant income"), figures_.ref(kSum), money(-of("grant income").minor),
                   words_("Grant income posted to the grant's fund to date"), money(audit_.ledger.fund_income_minor));
    figure("bank", "bank", 0, words_("What is left of it at the bank; negative: the platform paid in advance"), std::nullopt, of("bank"), std::nullopt);
    figure("owed", "owed to suppliers", 0, words_("Approved and not paid yet"), std::nullopt, of("owed to suppliers"), std::nullopt, true);
    figure("differences", "exchange differences", 0, words_("What pinned exchange rates moved: no cost of the grant"), std::nullopt, of("exchange differences"), std::nullopt);
    count_entries();
  }

  void count_entries() {
    std::int64_t entries = 0, last = 0;
    for (const auto& posting : audit_.postings) {
      if (posting.position != last) ++entries;
      last = posting.position;
    }
    auto& table = figures_;
    table.row("entries");
    table.text(kName, words_("Entries listed"));
    table.count(kCount, entries);
    frame_.tie_out(words_("Entries listed"), table.ref(kCount), sheet::Decimal{entries, 0},
                   words_("Seals of entries that touch the grant's fund"), sheet::Decimal{audit_.ledger.sealed_entries, 0});
  }

  void define() {
    const auto define = [&](const char* figure, const char* definition) { frame_.define(words_(figure), words_(definition)); };
    define(word("cost"), word("Expenses on the grant's budget lines, each with its entry, document, approval and files."));
    define(word("grant income"), word("Money that arrived on the bank account and is posted. Awards and plans are never counted as received."));
    define(word("Stands in this grant"), word("The part of a document that this grant bears, less what was taken back, in the grant's currency."));
    define(word("Seal of the entry (SHA-256)"), word("The hash of the entry and of all entries before it, here its first 16 digits. Whoever has the seal on the cover can prove that no entry was altered since."));
    define(word("Ledger position"), word("The report holds every entry sealed up to this position and no other. The same position gives the same file."));
    define(word("Difference"), word("Total of this report less the independent sum; 0 in green, anything else in red."));
  }

  const GrantAudit& audit_;
  sheet::Words words_;
  Currency currency_;
  sheet::Frame frame_;
  sheet::Table& figures_;
  sheet::Table& entries_;
  sheet::Table& costs_;
  sheet::Table& receipts_;
  sheet::Table& approvals_;
  sheet::Table& evidence_;
  std::map<std::int64_t, std::int64_t> claimed_by_line_;
  std::int64_t received_ = 0;
};

}  // namespace

sheet::File write_grant_audit(const GrantAudit& audit, const sheet::Words& words) { return Writer(audit, words).write(); }

}  // namespace kindling
