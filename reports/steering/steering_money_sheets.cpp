// Cash, flows, the funding gap and where income comes from.
#include <algorithm>

#include <fmt/format.h>

#include "reports/steering/steering_sheets.hpp"

namespace kindling::steering {
namespace {

using sheet::name_of;
using sheet::Range;
using sheet::Ref;
using sheet::Table;
using sheet::word;

constexpr const char* kMonths[] = {word("Jan"), word("Feb"), word("Mar"), word("Apr"), word("May"), word("Jun"),
                                   word("Jul"), word("Aug"), word("Sep"), word("Oct"), word("Nov"), word("Dec")};

// What sources of income are called that are no organisation, and their kinds; the data has them in English.
[[maybe_unused]] constexpr const char* kKinds[] = {word("grants"), word("contributions"), word("grants and contributions"),
                                                   word("donations"), word("other"), word("All donors together"),
                                                   word("Other income")};

Money money(const SteeringReport& report, std::int64_t minor) { return {minor, report.currency}; }

// The last `count` rows of a column.
Range last_rows(Range range, int count) {
  range.first.row = std::max(range.first.row, range.last.row - count + 1);
  return range;
}

// By month, January first: an amount or the sum of a column on the sheet of sources.
struct MatrixTotals {
  std::vector<Ref> needed, weighted;
};

// The rows of needs, or of their sources, with a sum by year.
void write_cells(Table& table, const SteeringReport& report, const GapYear& year, bool sources) {
  for (const auto& cell : year.cells) {
    if (cell.source.empty() == sources) continue;
    table.row(sources ? cell.need + ", " + cell.source : cell.need);
    table.text(0, cell.need);
    if (sources) table.text(1, cell.source, sheet::Style::kWrapped);
    std::int64_t sum = 0;
    for (int month = 0; month < 12; ++month) {
      const auto minor = cell.minor[static_cast<std::size_t>(month)];
      table.amount(month + 2, money(report, minor));
      sum += minor;
    }
    table.formula(14, "=SUM({0}:{1})", {2, 13}, money(report, sum));
  }
}

std::vector<sheet::Column> matrix_columns(const sheet::Words& words, std::string second) {
  std::vector<sheet::Column> columns = {{words("Need"), 24}, {std::move(second), 30}};
  for (const auto* month : kMonths) columns.push_back({words(month), 11, true});
  columns.push_back({words("Year"), 13, true});
  return columns;
}

// Need x source x month: what is needed, then what each source is likely to bring for it.
MatrixTotals write_matrix(sheet::Frame& frame, const SteeringReport& report, const GapYear& year) {
  const auto& words = frame.words();
  auto& needs = frame.add_table({.name = words.format("Need by source {}", year.year),
                                 .note = words("Above: what each need costs. Below: what each source is planned to bring for it, x its probability."),
                                 .columns = matrix_columns(words, ""), .frozen_columns = 2});
  write_cells(needs, report, year, false);
  const std::initializer_list<int> sums = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  needs.total(words("Needed"), sums, money(report, 0));
  MatrixTotals totals;
  for (int month = 0; month < 12; ++month) totals.needed.push_back(needs.ref(month + 2));
  auto& sources = frame.add_table_on(needs.sheet(), needs.cell(0).row + 2, matrix_columns(words, words("Source")));
  write_cells(sources, report, year, true);
  sources.total(words("Weighted"), sums, money(report, 0));
  for (int month = 0; month < 12; ++month) totals.weighted.push_back(sources.ref(month + 2));
  return totals;
}

// The last row of the table.
int write_quarters(sheet::Frame& frame, const SteeringReport& report, const GapYear& year, Table& above) {
  const auto& words = frame.words();
  auto& table = frame.add_table_on(above.sheet(), above.cell(0).row + 2,
                                   {{words("Quarter")}, {words("Free cash at its beginning"), 16, true},
                                    {words("Secured"), 16, true}, {words("Planned cost"), 16, true}, {words("Coverage"), 16, true}});
  for (const auto& quarter : year.quarters) {
    const auto name = "Q" + std::to_string(quarter.quarter) + " " + std::to_string(year.year);
    table.row(name);
    table.text(0, name);
    table.amount(1, money(report, quarter.opening_minor));
    table.amount(2, money(report, quarter.secured_minor));
    table.amount(3, money(report, quarter.planned_minor));
    const auto covered = quarter.coverage();
    table.sheet().ratio_formula(table.cell(4), fmt::format("=IF({0}=0,\"\",({1}+{2})/{0})", name_of(table.cell(3)),
                                                           name_of(table.cell(1)), name_of(table.cell(2))),
                                covered.numerator, covered.denominator);
  }
  return table.cell(0).row;
}

}  // namespace

CashPlaces write_cash(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  const auto& cash = report.cash;
  auto& table = frame.add_table({.name = words("Cash by fund"),
                                 .columns = {{words("Fund"), 44}, {words("Restriction"), 16}, {words("Cash"), 18, true},
                                             {words("Free"), 18, true}, {words("Restricted"), 18, true}}});
  for (const auto& fund : cash.funds) {
    table.row(fund.fund);
    table.text(0, fund.fund);
    table.text(1, fund.restricted ? words("restricted") : words("unrestricted"));
    table.amount(2, money(report, fund.cash_minor));
    const auto free = fund.restricted ? std::min<std::int64_t>(fund.cash_minor, 0) : fund.cash_minor;
    table.formula(3, fund.restricted ? "=MIN({0},0)" : "={0}", {2}, money(report, free));
    table.formula(4, "={0}-{1}", {2, 3}, money(report, fund.cash_minor - free));
  }
  table.total(words("All funds"), {2, 3, 4}, money(report, 0));
  const CashPlaces places{table.ref(2), table.ref(3), table.ref(4)};
  frame.tie_out(words("Cash of all funds"), places.total, money(report, cash.total()),
                words("Postings on the bank account up to the month's end"), money(report, report.independent_cash));
  auto row = table.cell(0).row + 2;
  const auto list = [&](const std::string& title, const std::string& amount_title, const std::vector<Money>& amounts) {
    if (amounts.empty()) return;
    auto& listed = frame.add_table_on(table.sheet(), row, {{title, 44}, {words("Currency")}, {amount_title, 18, true}});
    for (const auto& amount : amounts) {
      listed.row(amount.currency.code());
      listed.text(1, amount.currency.code());
      listed.amount(2, amount);
    }
    row = listed.cell(0).row + 2;
  };
  list(words("Cash in other currencies, in no figure here"), words("Cash"), cash.other_currencies);
  list(words("Promised in contracts that no grant bears"), words("Reserved"), cash.promised);
  return places;
}

FlowPlaces write_flows(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  auto& table = frame.add_table({.name = words("Cash and flows"),
                                 .columns = {{words("Month"), 16}, {words("Income"), 16, true}, {words("Expenses"), 16, true},
                                             {words("Difference"), 16, true}, {words("Cash at its end"), 16, true}, {"", 16}}});
  const auto write = [&](const MonthFlow& flow) {
    table.text(0, to_string(flow.first).substr(0, 7));  // a month is no day, and names it on the chart
    table.amount(1, money(report, flow.income_minor));
    table.amount(2, money(report, flow.expense_minor));
    table.formula(3, "={0}-{1}", {1, 2}, money(report, flow.income_minor - flow.expense_minor));
    table.amount(4, money(report, flow.cash_minor));
  };
  for (const auto& flow : report.cash.months) {
    table.row(to_string(flow.first));
    write(flow);
  }
  FlowPlaces places{.income = {}, .expenses = {}, .last_income = last_rows(table.range(1), kBurnMonths),
                    .last_expenses = last_rows(table.range(2), kBurnMonths), .months = table.rows(), .chart = {}};
  if (places.months > 0) {
    const auto months = table.range(0);
    places.chart = sheet::Chart{.kind = sheet::ChartKind::kLine, .title = words("Cash, income and expenses"),
                                .alt_text = words.format("Income, expenses and cash at the month's end, {} whole months; the sheet Cash and flows has the figures.",
                                                         places.months),
                                .series = {{words("Income"), months, table.range(1)}, {words("Expenses"), months, table.range(2)},
                                           {words("Cash at its end"), months, table.range(4)}},
                                .value_axis = std::string(report.currency.code())};
  }
  table.total(words("Whole months"), {1, 2, 3}, money(report, 0));
  places.income = table.ref(1);
  places.expenses = table.ref(2);
  frame.tie_out(words("Income of the whole months"), places.income, money(report, report.cash.income()),
                words("Postings on income accounts, one by one"), money(report, report.independent_income));
  frame.tie_out(words("Expenses of the whole months"), places.expenses, money(report, report.cash.expenses()),
                words("Postings on expense accounts, one by one"), money(report, report.independent_expenses));
  if (report.cash.running) {
    table.total_row(words("running month"));
    write(*report.cash.running);
    table.text(5, words("running month"), sheet::Style::kRemark);
  }
  return places;
}

GapPlaces write_gap(sheet::Frame& frame, const SteeringReport& report, const GapYear& year) {
  const auto& words = frame.words();
  auto& table = frame.add_table({.name = words.format("Funding gap {}", year.year),
                                 .columns = {{words("Month"), 16}, {words("Needed"), 16, true}, {words("Secured"), 16, true},
                                             {words("Weighted"), 16, true}, {words("Gap"), 16, true}, {words("Gap to date"), 16, true},
                                             {"", 14}}});
  const auto totals = write_matrix(frame, report, year);
  std::int64_t to_date = 0;
  for (const auto& month : year.months) {
    const auto at = static_cast<std::size_t>(month.month - 1);
    const bool first = month.month == 1;
    to_date += month.gap_minor();
    table.row(kMonths[at]);
    table.text(0, words(kMonths[at]));
    table.formula(1, "=" + name_of(totals.needed[at]), {}, money(report, month.needed_minor));
    table.amount(2, money(report, month.secured_minor));
    table.formula(3, "=" + name_of(totals.weighted[at]), {}, money(report, month.weighted_minor));
    table.formula(4, "={0}-{1}", {1, 3}, money(report, month.gap_minor()));
    const auto above = first ? std::string() : name_of(sheet::Cell{table.cell(5).row - 1, 5}) + "+";
    table.formula(5, "=" + above + "{0}", {4}, money(report, to_date));
    if (month.month == year.first_uncovered_month) table.text(6, words("first uncovered"), sheet::Style::kWarning);
  }
  const auto months = table.range(0);
  sheet::Chart chart{.kind = sheet::ChartKind::kColumn, .title = words.format("Funding gap {}", year.year),
                     .alt_text = words.format("What each month of {} needs, what is secured for it and what is likely; the first uncovered month is {}.",
                                              year.year, year.first_uncovered_month == 0 ? std::string("-") : words(kMonths[year.first_uncovered_month - 1])),
                     .series = {{words("Needed"), months, table.range(1)}, {words("Secured"), months, table.range(2)},
                                {words("Weighted"), months, table.range(3)}},
                     .value_axis = std::string(report.currency.code())};
  table.total(words("Year"), {1, 2, 3, 4}, money(report, 0));
  const auto gap = table.ref(4);
  const int below = write_quarters(frame, report, year, table);
  if (year.year != report.gap.front().year) table.sheet().chart({below + 2, 0}, chart);
  return {gap, std::move(chart)};
}

IncomePlaces write_income(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  const auto& income = report.income;
  auto& table = frame.add_table({.name = words("Income by source"),
                                 .note = words("Of the last whole months, by who gave it."),
                                 .columns = {{words("Source"), 44}, {words("Kind"), 24}, {words("Amount"), 18, true},
                                             {words("Share"), 12, true}}});
  const auto total = fmt::format("$C${}", table.first_row() + static_cast<int>(income.sources.size()) + 1);
  const auto* largest = income.largest();
  IncomePlaces places{.total = {}, .amounts = {}, .largest = {}, .chart = {}};
  for (const auto& source : income.sources) {
    table.row(source.name);
    table.text(0, source.organisation ? source.name : words(source.name));
    table.text(1, words(source.kind));
    table.amount(2, money(report, source.minor));
    const auto share = fmt::format("=IF({0}=0,\"\",C{1}/{0})", total, table.cell(2).row + 1);
    table.sheet().ratio_formula(table.cell(3), share, source.minor, income.total());
    if (&source == largest) places.largest = table.ref(2);
  }
  if (table.rows() > 0) {
    places.chart = sheet::Chart{.kind = sheet::ChartKind::kDoughnut, .title = words("Income by source"),
                                .alt_text = words("How the income of the last whole months is shared by source; the sheet Income by source has the figures."),
                                .series = {{words("Income"), table.range(0), table.range(2)}}};
  }
  places.amounts = table.range(2);
  table.total(words("All income"), {2}, money(report, 0));
  places.total = table.ref(2);
  frame.tie_out(words("Income by source"), places.total, money(report, income.total()),
                words("Postings on income accounts, one by one"), money(report, report.independent_income));
  return places;
}

}  // namespace kindling::steering
