// Writes the sheets: Cover, Tie-out, SF-425, Indirect expense, Costs by category, Definitions. The lines are live formulas
// over the costs by category. The form is English by law, so there is no other language.
#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "reports/grant_facts.hpp"
#include "reports/sf425/sf425.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {
namespace {

using sheet::Cell;
using sheet::Frame;
using sheet::Ref;
using sheet::Style;
using sheet::Table;

constexpr int kFirstRow = 3;  // below title, note and headings
constexpr const char* kForm = "SF-425";
constexpr const char* kIndirect = "Indirect expense";
constexpr const char* kCosts = "Costs by category";

enum CostColumn : int { kCode, kName, kInBase, kSpent, kPaid, kCommitted, kAll };

// One line of the form: what it is called and its figure.
struct Line {
  char letter;
  const char* name;
  std::int64_t Sf425Lines::*figure;
};
constexpr Line kCash[] = {{'a', "Cash receipts", &Sf425Lines::a},
                          {'b', "Cash disbursements", &Sf425Lines::b},
                          {'c', "Cash on hand (line a minus b)", &Sf425Lines::c}};
constexpr Line kExpenditures[] = {{'d', "Total federal funds authorized", &Sf425Lines::d},
                                  {'e', "Federal share of expenditures", &Sf425Lines::e},
                                  {'f', "Federal share of unliquidated obligations", &Sf425Lines::f},
                                  {'g', "Total federal share (sum of lines e and f)", &Sf425Lines::g},
                                  {'h', "Unobligated balance of federal funds (line d minus g)", &Sf425Lines::h}};
constexpr Line kRecipient[] = {{'i', "Total recipient share required", &Sf425Lines::i},
                               {'j', "Recipient share of expenditures", &Sf425Lines::j},
                               {'k', "Remaining recipient share to be provided (line i minus j)", &Sf425Lines::k}};
constexpr Line kIncome[] = {{'l', "Total federal program income earned", &Sf425Lines::l},
                            {'m', "Program income expended in accordance with the deduction alternative", &Sf425Lines::m},
                            {'n', "Program income expended in accordance with the addition alternative", &Sf425Lines::n},
                            {'o', "Unexpended program income (line l minus line m or line n)", &Sf425Lines::o}};

class Writer {
 public:
  Writer(const Sf425& report, const RunCover& run)
      : report_(report),
        currency_(report.grant.maximum.currency),
        lines_(sf425_lines(sf425_figures(report), report.basis, report.alternative)),
        frame_(cover_of(report.grant,
                        {.report = "Federal financial report (SF-425)",
                         .period = {report.grant.eligibility.first, report.as_of},
                         .run = run,
                         .certification = "By signing this report, I certify to the best of my knowledge and belief that it is "
                                          "true, complete and accurate, and that the expenditures, disbursements and cash "
                                          "receipts are for the purposes set forth in the award documents."}),
               sheet::Words()) {}

  sheet::File write() {
    write_facts();
    write_form();
    write_indirect();
    write_costs();
    write_tie_outs();
    write_definitions();
    return frame_.finish();
  }

 private:
  Money money(std::int64_t minor) const { return {minor, currency_}; }
  bool cash() const { return report_.basis == Sf425Basis::kCash; }
  int digits() const { return currency_.minor_digits(); }

  void write_facts() {
    frame_.fact("Federal agency (box 1)", report_.grant.funder);
    frame_.fact("Federal grant number (box 2)", report_.grant.reference);
    frame_.fact("Recipient (box 3)", report_.recipient.name);
    frame_.fact("Address (box 3)", report_.recipient.address);
    frame_.fact("UEI (box 4a)", report_.recipient.uei);
    frame_.fact("EIN (box 4b)", report_.recipient.ein);
    frame_.fact("Report type (box 6)", report_.type);
    frame_.fact("Basis of accounting (box 7)", std::string(cash() ? "Cash" : "Accrual"));
    frame_.fact("Project period from (box 8)", report_.grant.eligibility.first);
    frame_.fact("Project period to (box 8)", report_.grant.eligibility.last);
    frame_.fact("Reporting period end date (box 9)", report_.as_of);
    frame_.fact("Federal funds authorized", report_.grant.maximum, "MaximumGrant");
    frame_.fact("Federal share", report_.grant.funding_rate, "FundingRate");
    frame_.fact("Indirect cost rate", report_.grant.indirect_rate, "IndirectRate");
  }

  // ---- Where things stand on the sheet of costs, which comes later ----

  int categories() const { return static_cast<int>(report_.categories.size()); }
  enum CostRow : int { kDirectRow, kBaseRow, kIndirectRow, kChargedRow, kMatchRow = 5, kInKindRow, kHereRow };
  Cell cost_cell(CostRow row, int column) const { return {kFirstRow + categories() + row, column}; }
  std::string cost(CostRow row, int column) const { return sheet::name_of(Ref{kCosts, cost_cell(row, column)}); }
  int outlays() const { return cash() ? kPaid : kSpent; }

  // ---- The form ----

  std::string line_name(char letter) const { return sheet::name_of(line_refs_[static_cast<std::size_t>(letter - 'a')].cell); }
  std::string income_used(const std::string& of) const { return fmt::format("MAX(0,MIN({},{}))", line_name('l'), of); }
  std::string federal(int column) const {
    const auto charged = cost(kChargedRow, column);
    return fmt::format("=ROUND(({}-{})*FundingRate,{})", charged, income_used(charged), digits());
  }

  std::string formula_of(char letter) const {
    const auto charged = cost(kChargedRow, outlays());
    switch (letter) {
      case 'b': return federal(kPaid);
      case 'c': return "=" + line_name('a') + "-" + line_name('b');
      case 'd': return "=MaximumGrant";
      case 'e': return federal(outlays());
      case 'f': return "=" + line_name('g') + "-" + line_name('e');
      case 'g': return federal(kAll);
      case 'h': return "=" + line_name('d') + "-" + line_name('g');
      case 'j': return fmt::format("={0}-{1}-{2}+{3}+{4}", charged, income_used(charged), line_name('e'),
                                   cost(kMatchRow, outlays()), cost(kInKindRow, outlays()));
      case 'k': return "=" + line_name('i') + "-" + line_name('j');
      case 'm': return report_.alternative == ProgramIncome::kDeduction ? "=" + income_used(charged) : "=0";
      case 'n': return report_.alternative == ProgramIncome::kAddition ? "=" + income_used(charged) : "=0";
      case 'o': return fmt::format("={}-{}-{}", line_name('l'), line_name('m'), line_name('n'));
      default: return {};  // a, i, l are given
    }
  }

  void write_form() {
    auto& table = frame_.add_table({.name = kForm, .note = {}, .columns = {{"Line", 8}, {"Item", 72}, {"Cumulative", 22, true}},
                                    .landscape = false});
    // The lines refer to each other, so their places are known before they are written.
    int row = kFirstRow;
    for (const auto& block : blocks()) {
      ++row;
      for (const auto& line : block.lines) line_refs_[static_cast<std::size_t>(line.letter - 'a')] = {kForm, {row++, 2}};
    }
    for (const auto& block : blocks()) {
      table.row();
      table.text(0, "", Style::kSection);
      table.text(1, block.title, Style::kSection);
      for (const auto& line : block.lines) {
        const auto number = fmt::format("10{}", line.letter);
        table.row(number);
        table.text(0, number);
        table.text(1, line.name, Style::kWrapped);
        const auto formula = formula_of(line.letter);
        if (formula.empty()) {
          table.amount(2, money(lines_.*line.figure));
        } else {
          table.formula(2, formula, {}, money(lines_.*line.figure));
        }
      }
    }
  }

  struct Block {
    const char* title;
    std::span<const Line> lines;
  };
  static std::vector<Block> blocks() {
    return {{"Federal cash", kCash}, {"Federal expenditures and unobligated balance", kExpenditures},
            {"Recipient share", kRecipient}, {"Program income", kIncome}};
  }

  void write_indirect() {
    auto& table = frame_.add_table(
        {.name = kIndirect, .note = {},
         .columns = {{"Line", 8}, {"Type of rate (a)", 18}, {"Period from (c)", 16}, {"Period to (c)", 16}, {"Rate (b)", 12, true},
                     {"Base (d)", 18, true}, {"Amount charged (e)", 18, true}, {"Federal share (f)", 18, true}}});
    table.row("11");
    table.text(0, "11");
    table.text(1, indirect_rate_type(report_.grant.indirect_rate, report_.grant.eligibility.first));
    table.date(2, report_.grant.eligibility.first);
    table.date(3, report_.as_of);
    table.percent(4, report_.grant.indirect_rate);
    table.formula(5, "=" + cost(kBaseRow, outlays()), {}, money(lines_.indirect_base));
    table.formula(6, fmt::format("=ROUND(IndirectRate*{{0}},{})", digits()), {5}, money(lines_.indirect_charged));
    table.formula(7, fmt::format("=ROUND(FundingRate*{{0}},{})", digits()), {6}, money(lines_.indirect_federal));
    table.total("11g Totals", {5, 6, 7}, money(0), 1);
  }

  // ---- Costs by category ----

  void write_costs() {
    auto& table = frame_.add_table({.name = kCosts, .note = {},
                                    .columns = {{"Code", 16}, {"Cost category", 44}, {"Indirect base", 10}, {"Approved", 18, true},
                                                {"Paid", 18, true}, {"Ordered", 18, true}, {"Approved and ordered", 18, true}},
                                    .frozen_columns = 2});
    for (const auto& category : report_.categories) {
      table.row(category.code);
      table.text(kCode, category.code);
      table.text(kName, category.name, Style::kWrapped);
      table.text(kInBase, category.in_indirect_base ? "yes" : "no");
      table.amount(kSpent, money(category.spent_minor));
      table.amount(kPaid, money(category.paid_minor));
      table.amount(kCommitted, money(category.committed_minor));
      table.formula(kAll, "={0}+{1}", {kSpent, kCommitted}, money(category.spent_minor + category.committed_minor));
    }
    write_cost_totals(table);
    write_own_costs(table);
  }

  void write_cost_totals(Table& table) {
    const auto figures = sf425_figures(report_);
    const Sf425Costs columns[] = {figures.spent, figures.paid, figures.committed,
                                  {figures.spent.direct + figures.committed.direct, figures.spent.base + figures.committed.base}};
    const auto each = [&](const char* name, auto&& formula, auto&& value) {
      table.total_row(name);
      for (int column = kCode; column <= kInBase; ++column) table.text(column, column == kName ? name : "");
      for (int column = kSpent; column <= kAll; ++column) {
        table.formula(column, formula(column), {}, money(value(columns[column - kSpent])));
      }
    };
    const auto indirect = [&](const Sf425Costs& costs) {
      return round_div(costs.base, report_.grant.indirect_rate.basis_points, 10'000);
    };
    const auto block = [&](int column) { return sheet::range_of({kFirstRow, column}, {kFirstRow + std::max(categories(), 1) - 1, column}); };
    const auto name = [&](CostRow row, int column) { return sheet::name_of(cost_cell(row, column)); };
    each("Direct costs", [&](int column) { return table.sum_formula(column); }, [](const Sf425Costs& costs) { return costs.direct; });
    each("Of them in the indirect base",
         [&](int column) { return fmt::format("=SUMIF({},\"yes\",{})", block(kInBase), block(column)); },
         [](const Sf425Costs& costs) { return costs.base; });
    each("Indirect costs", [&](int column) { return fmt::format("=ROUND(IndirectRate*{},{})", name(kBaseRow, column), digits()); },
         indirect);
    each("Total costs", [&](int column) { return fmt::format("={}+{}", name(kDirectRow, column), name(kIndirectRow, column)); },
         [&](const Sf425Costs& costs) { return costs.direct + indirect(costs); });
  }

  // An empty row, and what is not claimed: the recipient's own part, and of what was paid the part in this currency.
  void write_own_costs(Table& table) {
    table.row();
    const auto row = [&](const char* name, std::int64_t spent, std::int64_t paid) {
      table.row(name);
      table.text(kName, name, Style::kWrapped);
      table.amount(kSpent, money(spent));
      table.amount(kPaid, money(paid));
    };
    row("Recipient's own costs for the project", report_.match_spent_minor, report_.match_paid_minor);
    row("Third-party in-kind contributions", report_.match_in_kind_minor, report_.match_in_kind_minor);
    table.row("Paid by documents in this currency");
    table.text(kName, "Of the paid direct costs: documents in this currency", Style::kWrapped);
    table.amount(kPaid, money(report_.paid_in_grant_currency_minor));
  }

  void write_tie_outs() {
    frame_.tie_out("10a Cash receipts", line_refs_[0], money(lines_.a), "Grant income posted to the grant's fund",
                   money(report_.received.ledger_minor));
    frame_.tie_out("Approved direct costs", Ref{kCosts, cost_cell(kDirectRow, kSpent)},
                   money(sf425_figures(report_).spent.direct), "Expense postings to the grant's fund",
                   money(report_.ledger.spent_minor));
    frame_.tie_out("Paid direct costs, documents in this currency", Ref{kCosts, cost_cell(kHereRow, kPaid)},
                   money(report_.paid_in_grant_currency_minor), "Payments taken off the payables of the grant's fund",
                   money(report_.ledger.paid_minor));
  }

  void write_definitions() {
    static constexpr std::pair<const char*, const char*> kDefinitions[] = {
        {"Cumulative", "From the beginning of the grant up to the reporting period's end date."},
        {"Cash basis", "A cost is an expenditure once it is paid. What is approved and not paid is an unliquidated obligation."},
        {"Accrual basis", "A cost is an expenditure once it is approved, paid or not. Unliquidated are orders that no cost has consumed."},
        {"10b Cash disbursements", "The federal share of paid direct costs and of the indirect costs that they carry, on either basis."},
        {"10c Cash on hand", "Negative, in red: the recipient has advanced money."},
        {"Federal share", "The award's share of total costs less the program income that was spent; rounded once a line, half away from zero."},
        {"10g Total federal share", "The federal share of approved and ordered costs with their indirect costs: the same on both bases."},
        {"10i Recipient share required", "The match that the agreement asks for."},
        {"10j Recipient share of expenditures", "What the federal share leaves of the costs, the recipient's own costs for the project, and third-party in-kind contributions. The documents say which these are."},
        {"10l Program income", "Any income of the grant's fund that the agency did not pay. It is spent before federal money."},
        {"11 Indirect expense", "The rate times the marked categories. \"De minimis\": up to 15 % for awards from 2024-10-01, up to 10 % before."},
        {"Other currencies", "Costs in other currencies count at the rate at which the grant declares them."},
        {"Ledger position", "The report holds every entry sealed up to this position and no other. The same position gives the same file."},
    };
    for (const auto& [figure, definition] : kDefinitions) frame_.define(figure, definition);
  }

  const Sf425& report_;
  Currency currency_;
  Sf425Lines lines_;
  Frame frame_;
  std::array<Ref, 15> line_refs_ = {};
};

}  // namespace

sheet::File write_sf425(const Sf425& report, const RunCover& run) { return Writer(report, run).write(); }

}  // namespace kindling
