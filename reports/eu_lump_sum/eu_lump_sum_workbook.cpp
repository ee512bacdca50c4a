// Writes the sheets: Cover, Tie-out, Statement, Declared, Shares, Definitions. What is declared is live: the share of a
// partner times the completion of its package.
#include <fmt/format.h>

#include "reports/eu_lump_sum/eu_lump_sum.hpp"
#include "reports/grant_facts.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {
namespace {

using sheet::Cell;
using sheet::Frame;
using sheet::Ref;
using sheet::Style;
using sheet::Table;
using sheet::word;

constexpr int kFirstRow = 3;  // below title, note and headings
constexpr int kFirstPartner = 1;

enum StatementColumn : int { kPackage, kNote, kCompletedIn, kCompleted, kShare, kEarlier, kPeriod, kRemaining };

class Writer {
 public:
  Writer(const EuLumpSum& report, const std::string& language, const RunCover& run)
      : report_(report),
        currency_(report.grant.maximum.currency),
        frame_(cover_of(report.grant, {.report = sheet::Words::of(language)(word("EU financial statement, lump sums")),
                                       .period = report.period.days,
                                       .run = run,
                                       .certification = sheet::Words::of(language)(
                                           word("The undersigned certifies that the work packages declared as completed have "
                                                "been completed as Annex 1 describes them."))}),
               sheet::Words::of(language)) {}

  sheet::File write() {
    frame_.fact(words()("Reporting period"), words().format("{}, {}", report_.period.number, words()(
        report_.period.state == "closed" ? word("closed") : report_.period.state == "closing" ? word("being closed") : word("open"))));
    add_grant_facts(frame_, report_.grant);
    frame_.fact(words()("Payments received to date"), money(report_.received.documents_minor), "PaymentsReceived");
    write_statement();
    write_declared();
    write_shares();
    write_definitions();
    return frame_.finish();
  }

 private:
  const sheet::Words& words() const { return frame_.words(); }
  Money money(std::int64_t minor) const { return {minor, currency_}; }
  std::string statement_sheet() const { return sheet::sheet_name_of(words()("Statement")); }
  std::string declared_sheet() const { return sheet::sheet_name_of(words()("Declared by partner")); }
  std::string shares_sheet() const { return sheet::sheet_name_of(words()("Lump sum shares")); }
  int total_column() const { return kFirstPartner + static_cast<int>(report_.partners.size()); }
  std::string name_of(const EuLumpSum::Package& package) const {
    return package.code.empty() ? words()("Without a work package") : package.code;
  }
  std::string name_of(const EuLumpSum::Partner& partner) const {
    return partner.number == 0 ? words()("No partner") : fmt::format("{} {}", partner.number, partner.name);
  }

  void write_statement() {
    auto& table = frame_.add_table(
        {.name = statement_sheet(), .note = {},
         .columns = {{words()("Work package"), 26}, {words()("Note"), 36}, {words()("Completed in period"), 13},
                     {words()("Completed"), 12, true}, {words()("Lump sum"), 18, true}, {words()("Declared earlier"), 18, true},
                     {words()("Declared in this period"), 18, true}, {words()("Remaining"), 18, true}},
         .frozen_columns = 1});
    int row = kFirstRow;
    for (const auto& package : report_.packages) {
      const auto sums = lump_sums(report_, package);
      const bool here = package.period == report_.period.number;
      const auto declared = "=" + sheet::name_of(Ref{declared_sheet(), {row, total_column()}});
      table.row(name_of(package));
      table.text(kPackage, name_of(package), Style::kWrapped);
      table.formula(kShare, "=" + sheet::name_of(Ref{shares_sheet(), {row, total_column()}}), {}, money(sums.share));
      if (package.period) {
        table.identifier(kCompletedIn, *package.period);
      } else {
        table.text(kCompletedIn, words()("not yet"));
      }
      table.percent(kCompleted, package.completed);
      table.formula(kEarlier, package.period && !here ? declared : "=0", {}, money(sums.earlier));
      table.formula(kPeriod, here ? declared : "=0", {}, money(sums.period));
      table.formula(kRemaining, "={0}-{1}-{2}", {kShare, kEarlier, kPeriod}, money(sums.remaining()));
      table.text(kNote, package.note, Style::kWrapped);
      ++row;
    }
    table.total(words()("Total"), {kShare, kEarlier, kPeriod, kRemaining}, money(0), kPackage);
    LumpSums all;
    for (const auto& package : report_.packages) {
      const auto sums = lump_sums(report_, package);
      all = {all.share + sums.share, all.earlier + sums.earlier, all.period + sums.period};
    }
    frame_.tie_out(words()("Lump sums of all work packages"), table.ref(kShare), money(all.share),
                   words()("Sum over the budget's lines"), money(report_.independent.budget_minor));
    frame_.tie_out(words()("Declared in this period"), table.ref(kPeriod), money(all.period),
                   words()("Completed packages by partner, in one sum of the database"), money(report_.independent.completed_minor));
    table.row(words()("Payments received to date"));
    table.text(kPackage, words()("Payments received to date"), Style::kWrapped);
    table.formula(kShare, "=PaymentsReceived", {}, money(report_.received.documents_minor));
    frame_.tie_out(words()("Payments received to date"), table.ref(kShare), money(report_.received.documents_minor),
                   words()("Grant income posted to the grant's fund to date"), money(report_.received.ledger_minor));
  }

  // A matrix work package x partner; `cell` writes one.
  template <typename Write>
  Table& matrix(std::string name, std::string note, Write&& write) {
    std::vector<sheet::Column> columns = {{words()("Work package"), 24}};
    for (const auto& partner : report_.partners) columns.push_back({name_of(partner), 20, true});
    columns.push_back({words()("Total"), 20, true});
    auto& table = frame_.add_table({.name = std::move(name), .note = std::move(note), .columns = std::move(columns), .frozen_columns = 1});
    for (std::size_t index = 0; index < report_.packages.size(); ++index) {
      const auto& package = report_.packages[index];
      table.row(name_of(package));
      table.text(kPackage, name_of(package), Style::kWrapped);
      std::int64_t sum = 0;
      for (std::size_t partner = 0; partner < report_.partners.size(); ++partner) {
        sum += write(table, package, index, partner);
      }
      table.formula(total_column(), report_.partners.empty() ? "=0" : "=SUM({0}:{1})", {kFirstPartner, total_column() - 1}, money(sum));
    }
    table.total_row(words()("Total"));
    table.text(kPackage, words()("Total"));
    for (int column = kFirstPartner; column <= total_column(); ++column) {
      table.formula(column, table.sum_formula(column), {}, money(table.sum(column).scaled));
    }
    return table;
  }

  void write_declared() {
    matrix(declared_sheet(), words().format("{} · completed up to this period", frame_.context()),
           [&](Table& table, const EuLumpSum::Package& package, std::size_t index, std::size_t partner) {
             const int column = kFirstPartner + static_cast<int>(partner);
             const int row = kFirstRow + static_cast<int>(index);
             const auto minor = lump_sum_of(package, partner);
             table.formula(column,
                           fmt::format("=ROUND({}*{},{})", sheet::name_of(Ref{shares_sheet(), {row, column}}),
                                       sheet::name_of(Ref{statement_sheet(), {row, kCompleted}}), currency_.minor_digits()),
                           {}, money(minor));
             return minor;
           });
  }

  void write_shares() {
    auto& table = matrix(shares_sheet(), {}, [&](Table& sheet, const EuLumpSum::Package& package, std::size_t, std::size_t partner) {
      sheet.amount(kFirstPartner + static_cast<int>(partner), money(package.shares[partner]));
      return package.shares[partner];
    });
    table.row(words()("Maximum grant"));
    table.text(kPackage, words()("Maximum grant"), Style::kWrapped);
    table.formula(total_column(), "=MaximumGrant", {}, report_.grant.maximum);
  }

  void write_definitions() {
    static constexpr std::pair<const char*, const char*> kDefinitions[] = {
        {word("Lump sum"), word("The share of a work package in the budget in force at the period's end, over all partners.")},
        {word("Completed"), word("A work package is completed in a period as a whole or not at all; a part of it counts in the final period only.")},
        {word("Declared in this period"), word("The lump sums of packages that are completed in this period, each partner's share rounded once.")},
        {word("Remaining"), word("Lump sums less what is declared.")},
        {word("Costs"), word("No cost records are reported for lump sums, and none stand here.")},
        {word("Ledger position"), word("The report holds every entry sealed up to this position and no other. The same position gives the same file.")},
    };
    for (const auto& [figure, definition] : kDefinitions) frame_.define(words()(figure), words()(definition));
  }

  const EuLumpSum& report_;
  Currency currency_;
  Frame frame_;
};

}  // namespace

sheet::File write_eu_lump_sum(const EuLumpSum& report, const std::string& language, const RunCover& run) {
  return Writer(report, language, run).write();
}

}  // namespace kindling
