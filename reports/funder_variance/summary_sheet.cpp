// The summary by cost category: each figure is a live sum over the lines, indirect costs are computed from their base.
#include <fmt/format.h>

#include "reports/funder_variance/variance_sheets.hpp"

namespace kindling {
namespace {

using Report = FunderVarianceReport;
using sheet::Style;

enum Column { kCode, kName, kBase, kBudget, kPeriod, kToDate, kCommitted, kRemaining, kAvailable, kSpent, kExpected,
              kVarianceSum };

struct Figures {
  std::int64_t budget = 0;
  std::int64_t period = 0;
  std::int64_t to_date = 0;
  std::int64_t committed = 0;
  std::int64_t expected = 0;

  template <typename Change>
  Figures each(Change&& change) const {
    return {change(budget), change(period), change(to_date), change(committed), change(expected)};
  }
  Figures operator+(const Figures& other) const {
    return {budget + other.budget, period + other.period, to_date + other.to_date, committed + other.committed,
            expected + other.expected};
  }
};

Figures figures_of(const Report::Line& line, Date last) {
  return {line.budget_minor, line.period_minor, line.to_date_minor, line.committed_minor, expected_minor(line, last)};
}

// Puts the five figures that are summed, each by the formula that `formula_of` gives for its column, and what follows.
template <typename FormulaOf>
void put(VarianceSheets& sheets, const Figures& figures, FormulaOf&& formula_of) {
  auto& table = sheets.summary;
  const auto money = [&](std::int64_t minor) { return sheets.money(minor); };
  const std::pair<int, std::int64_t> summed[] = {{kBudget, figures.budget}, {kPeriod, figures.period},
                                                 {kToDate, figures.to_date}, {kCommitted, figures.committed}};
  for (const auto& [column, minor] : summed) table.formula(column, formula_of(column), {}, money(minor));
  table.formula(kRemaining, "={0}-{1}", {kBudget, kToDate}, money(figures.budget - figures.to_date));
  table.formula(kAvailable, "={0}-{1}-{2}", {kBudget, kToDate, kCommitted},
                money(figures.budget - figures.to_date - figures.committed));
  table.ratio(kSpent, kToDate, kBudget, figures.to_date, figures.budget);
  table.formula(kExpected, formula_of(kExpected), {}, money(figures.expected));
  table.formula(kVarianceSum, "={0}-{1}", {kExpected, kToDate}, money(figures.expected - figures.to_date));
}

// The lines' cells of one figure.
sheet::Range on_lines(const VarianceSheets& sheets, int column) {
  if (column == kExpected) return sheets.variance.range(kVarianceExpected);
  return sheets.lines.range(column == kBudget   ? kLineBudget
                            : column == kPeriod ? kLinePeriod
                            : column == kToDate ? kLineToDate
                                                : kLineCommitted);
}

void total_texts(VarianceSheets& sheets, const std::string& text) {
  sheets.summary.total_row(text);
  for (const int column : {kCode, kName, kBase}) sheets.summary.text(column, column == kName ? text : "", Style::kTextTotal);
}

// What the funder pays at most of these costs, and what is left of the maximum grant.
void share_rows(VarianceSheets& sheets, const Figures& total, int total_row) {
  auto& table = sheets.summary;
  const auto rate = sheets.report.cover.funding_rate;
  const auto& words = sheets.words;
  const auto row = [&](const std::string& text, int column, std::int64_t minor) {
    table.total_row(text);
    table.text(kName, text, Style::kWrapped);
    const auto share = share_of(sheets.money(minor), rate);
    table.formula(kBudget, fmt::format("=ROUND(FundingRate*{},{})", sheet::name_of(sheet::Cell{total_row, column}),
                                       sheets.currency.minor_digits()), {}, share);
    return share;
  };
  row(words("Funder's share of the budget"), kBudget, total.budget);
  const auto used = row(words("Funder's share of the actual to date"), kToDate, total.to_date);
  const auto used_cell = sheet::name_of(table.cell(kBudget));
  const auto text = words("Maximum grant less that share");
  table.total_row(text);
  table.text(kName, text, Style::kWrapped);
  table.formula(kBudget, "=MaximumGrant-" + used_cell, {}, sheets.report.cover.awarded - used);
}

}  // namespace

void fill_summary(VarianceSheets& sheets) {
  auto& table = sheets.summary;
  const auto& words = sheets.words;
  const auto& report = sheets.report;
  const auto yes = words("yes");
  Figures direct, base;
  for (const auto& category : report.categories) {
    Figures sum;
    for (const auto& line : report.lines) {
      if (line.category == category.code) sum = sum + figures_of(line, report.cover.period.last);
    }
    table.row(category.code);
    table.text(kCode, category.code);
    table.text(kName, category.name, Style::kWrapped);
    table.text(kBase, category.in_indirect_base ? yes : words("no"));
    put(sheets, sum, [&](int column) {
      const auto categories = column == kExpected ? sheets.variance.range(kVarianceCategory) : sheets.lines.range(kLineCategory);
      return fmt::format("=SUMPRODUCT(({}={})*{})", sheet::name_of(categories), sheet::name_of(table.cell(kCode)),
                         sheet::name_of(on_lines(sheets, column)));
    });
    direct = direct + sum;
    if (category.in_indirect_base) base = base + sum;
  }
  const auto rows_of = [&](int column) {
    const auto range = table.range(column);
    return sheet::range_of(range.first, range.last);
  };
  total_texts(sheets, words("Total direct costs"));
  const int direct_row = table.cell(0).row;
  put(sheets, direct, [&](int column) { return table.rows() == 0 ? std::string("=0") : "=SUM(" + rows_of(column) + ")"; });
  const auto& frame_ref = table;
  sheets.frame.tie_out(words("Budget, direct costs"), frame_ref.ref(kBudget), sheets.money(direct.budget),
                       words("Sum of the budget lines"), sheets.lines.sum(kLineBudget).currency
                           ? sheets.lines.sum(kLineBudget).money() : sheets.money(0));
  sheets.frame.tie_out(words("Actual in period, direct costs"), frame_ref.ref(kPeriod), sheets.money(direct.period),
                       words("Costs posted to the grant's fund in the period"), sheets.money(report.ledger.spent_period_minor));
  sheets.frame.tie_out(words("Actual to date, direct costs"), frame_ref.ref(kToDate), sheets.money(direct.to_date),
                       words("Costs posted to the grant's fund to date"), sheets.money(report.ledger.spent_to_date_minor));

  const auto indirect = base.each([&](std::int64_t minor) { return share_of(sheets.money(minor), report.cover.indirect_rate).minor; });
  total_texts(sheets, words("Indirect costs (rate x indirect base)"));
  const int indirect_row = table.cell(0).row;
  put(sheets, indirect, [&](int column) {
    if (table.rows() == 0) return std::string("=0");
    return fmt::format("=ROUND(IndirectRate*SUMIF({},{},{}),{})", rows_of(kBase), sheet::literal(yes), rows_of(column),
                       sheets.currency.minor_digits());
  });

  const auto total = direct + indirect;
  total_texts(sheets, words("Total costs"));
  const int total_row = table.cell(0).row;
  put(sheets, total, [&](int column) {
    return fmt::format("={}+{}", sheet::name_of(sheet::Cell{direct_row, column}), sheet::name_of(sheet::Cell{indirect_row, column}));
  });
  sheets.frame.define_name("TotalBudget", table.ref(kBudget));
  sheets.frame.define_name("TotalActualPeriod", table.ref(kPeriod));
  sheets.frame.define_name("TotalActualToDate", table.ref(kToDate));
  share_rows(sheets, total, total_row);
}

}  // namespace kindling
