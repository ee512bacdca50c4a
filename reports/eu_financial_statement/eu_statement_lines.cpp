// The statements: the lines of Annex 4 with what follows from them.
#include <fmt/format.h>

#include "reports/eu_financial_statement/eu_statement_sheets.hpp"

namespace kindling::eu_statement {
namespace {

using sheet::Cell;
using sheet::Ref;
using sheet::Style;
using sheet::Table;
using sheet::word;

using Partner = EuFinancialStatement::Partner;

// After kStatement come the adjustments of earlier periods, and the total.
enum StatementColumn : int { kLine, kName, kInBase, kStatement };

// The rows that follow from direct costs.
struct Follows {
  const char* line;
  const char* name;
  std::int64_t Annex4Figures::*figure;
  int offset;  // below the total of direct costs
};
constexpr Follows kFollows[] = {
    {"a-d", word("Total direct costs"), &Annex4Figures::direct_total, 0},
    {"e", word("Indirect costs (rate x indirect base)"), &Annex4Figures::indirect, 1},
    {"f", word("Total eligible costs"), &Annex4Figures::total, 2},
    {"g", word("Maximum EU contribution (funding rate x f)"), &Annex4Figures::maximum, 3},
    {"h", word("Requested EU contribution"), &Annex4Figures::requested, 4},
};
constexpr int kMaximumOffset = 5, kAskedOffset = 6;  // of a partner: m, and what it asks for where that is less

class Statements {
 public:
  explicit Statements(const Sheets& sheets) : sheets_(sheets), report_(sheets.report()) {}

  StatementTotals write() {
    write_consolidated();
    for (const auto& partner : report_.partners) write_partner(partner);
    return totals_;
  }

 private:
  const sheet::Words& words() const { return sheets_.words(); }
  Money money(std::int64_t minor) const { return sheets_.money(minor); }
  int statements() const { return static_cast<int>(report_.adjusts.size()); }
  int total_column() const { return kStatement + statements(); }
  int row_of_direct() const { return kFirstRow + static_cast<int>(report_.lines.size()); }

  std::string heading_of(int adjusts) const {
    return adjusts == 0 ? words().format("Period {}", report_.period.number) : words().format("Adjustment to period {}", adjusts);
  }

  Table& add_statement(std::string name, std::string note) {
    std::vector<sheet::Column> columns = {{words()("Line"), 8}, {words()("Cost category"), 48}, {words()("Indirect base"), 11}};
    for (const int number : report_.adjusts) columns.push_back({heading_of(number), 24, true});
    columns.push_back({words()("Total declared"), 19, true});
    return sheets_.frame().add_table({.name = std::move(name), .note = std::move(note), .columns = std::move(columns), .frozen_columns = 2});
  }

  std::string own_formula(const Partner& partner, const Follows& row, int column) const {
    const auto at = [&](int offset) { return sheet::name_of(Cell{row_of_direct() + offset, column}); };
    const auto block = [&](int of) { return sheet::range_of({kFirstRow, of}, {row_of_direct() - 1, of}); };
    const int digits = report_.grant.maximum.currency.minor_digits();
    switch (row.offset) {
      case 0: return "=SUM(" + block(column) + ")";
      case 1: return fmt::format("=ROUND(IndirectRate*SUMIF({},{},{}),{})", block(kInBase), sheet::literal(words()("yes")),
                                 block(column), digits);
      case 2: return "=" + at(0) + "+" + at(1);
      case 3: return fmt::format("=ROUND(FundingRate*{},{})", at(2), digits);
      default:
        // Less is asked for the period itself only; an adjustment follows its own costs.
        return partner.asked_minor && column == kStatement ? "=MIN(" + at(3) + "," + at(kAskedOffset) + ")" : "=" + at(3);
    }
  }

  std::string partners_formula(Cell cell) const {
    std::string formula;
    for (const auto& partner : report_.partners) {
      formula += (formula.empty() ? "=" : "+") + sheet::name_of(Ref{sheets_.sheet_of(partner), cell});
    }
    return formula.empty() ? "=0" : formula;
  }

  // `formula(column)` of a statement's column; the last column adds them up.
  template <typename Formula>
  void figures(Table& table, const std::vector<std::int64_t>& values, Formula&& formula) {
    std::int64_t sum = 0;
    for (int at = 0; at < statements(); ++at) {
      table.formula(kStatement + at, formula(kStatement + at), {}, money(values[static_cast<std::size_t>(at)]));
      sum += values[static_cast<std::size_t>(at)];
    }
    table.formula(total_column(), "=SUM({0}:{1})", {kStatement, total_column() - 1}, money(sum));
  }

  template <typename Get>
  static std::vector<std::int64_t> each(const std::vector<Annex4Figures>& statements, Get&& get) {
    std::vector<std::int64_t> values;
    for (const auto& one : statements) values.push_back(get(one));
    return values;
  }

  template <typename Direct, typename Following>
  void write_lines(Table& table, const std::vector<Annex4Figures>& statement, Direct&& direct, Following&& following) {
    for (std::size_t at = 0; at < report_.lines.size(); ++at) {
      const auto& line = report_.lines[at];
      table.row(line.letter);
      table.text(kLine, line.letter);
      table.text(kName, line.name, Style::kWrapped);
      table.text(kInBase, words()(line.in_indirect_base ? word("yes") : word("no")));
      figures(table, each(statement, [&](const Annex4Figures& one) { return one.direct[at]; }), direct);
    }
    for (const auto& row : kFollows) {
      table.total_row(row.line);
      table.text(kLine, row.line);
      table.text(kName, words()(row.name));
      table.text(kInBase, "");
      figures(table, each(statement, [&](const Annex4Figures& one) { return one.*row.figure; }),
              [&](int column) { return following(row, column); });
    }
  }

  void write_partner(const Partner& partner) {
    auto note = sheets_.frame().context();
    if (!partner.pic.empty()) note = words().format("PIC {} · {}", partner.pic, note);
    auto& table = add_statement(sheets_.sheet_of(partner), std::move(note));
    const auto direct = [&](int column) {
      return fmt::format("=SUMIFS({},{},{},{},{},{},{})", sheet::name_of(sheets_.costs(kAmount)),
                         sheet::name_of(sheets_.costs(kPartner)), partner.number, sheet::name_of(sheets_.costs(kAdjusts)),
                         report_.adjusts[static_cast<std::size_t>(column - kStatement)],
                         sheet::name_of(sheets_.costs(kLetter)), sheet::name_of(table.cell(kLine)));
    };
    write_lines(table, partner.statements, direct,
                [&](const Follows& row, int column) { return own_formula(partner, row, column); });
    auto& page = table.sheet();
    if (partner.share_minor) {
      page.text({row_of_direct() + kMaximumOffset, kLine}, "m");
      page.text({row_of_direct() + kMaximumOffset, kName}, words()("Maximum grant amount of the partner"));
      page.amount({row_of_direct() + kMaximumOffset, total_column()}, money(*partner.share_minor));
    }
    if (partner.asked_minor) {
      page.text({row_of_direct() + kAskedOffset, kName}, words()("Lower contribution that the partner asks for"));
      page.amount({row_of_direct() + kAskedOffset, kStatement}, money(*partner.asked_minor));
    }
    write_signature(page, row_of_direct() + kAskedOffset + 2);
  }

  void write_signature(sheet::Sheet& page, int row) {
    for (const auto* name : {word("Name and function"), word("Place and date"), word("Signature")}) {
      page.row_height(row, 26);
      page.text({row, kName}, words()(name), Style::kLabel);
      page.text({row, kInBase}, "", Style::kSignature);
      page.text({row++, kStatement}, "", Style::kSignature);
    }
  }

  void write_consolidated() {
    auto& table = add_statement(words()("Consolidated"), {});
    const auto direct = [&](int column) { return partners_formula(table.cell(column)); };
    write_lines(table, report_.consolidated, direct,
                [&](const Follows&, int column) { return partners_formula(table.cell(column)); });
    std::int64_t all = 0, adjusted = 0;
    for (int at = 0; at < statements(); ++at) {
      const auto minor = report_.consolidated[static_cast<std::size_t>(at)].direct_total;
      all += minor;
      if (at > 0) adjusted += minor;
    }
    totals_.direct = {{table.sheet().name(), {row_of_direct(), total_column()}}, all};
    const auto add = [&](const char* line, const char* name) {
      table.row(line);
      table.text(kLine, line);
      table.text(kName, words()(name), Style::kWrapped);
    };
    add("m", word("Maximum grant amount"));
    table.formula(total_column(), "=MaximumGrant", {}, report_.grant.maximum);
    add("n", word("Income generated by the action"));
    table.amount(total_column(), money(report_.ledger.income_minor));
    add("", word("Payments received to date"));
    table.amount(total_column(), money(report_.received.documents_minor));
    totals_.received = {table.ref(total_column()), report_.received.documents_minor};
    add("", word("Of the direct costs: adjustments of earlier periods"));
    const auto formula = statements() == 1 ? std::string("=0")
                                           : "=SUM(" + sheet::range_of({row_of_direct(), kStatement + 1},
                                                                       {row_of_direct(), total_column() - 1}) + ")";
    table.formula(total_column(), formula, {}, money(adjusted));
    totals_.adjusted = {table.ref(total_column()), adjusted};
  }

  const Sheets& sheets_;
  const EuFinancialStatement& report_;
  StatementTotals totals_;
};

}  // namespace

StatementTotals write_statements(const Sheets& sheets) { return Statements(sheets).write(); }

}  // namespace kindling::eu_statement
