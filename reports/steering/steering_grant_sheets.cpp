// The pipeline, grants and what is still to come of them; each currency has a table of its own.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/steering/steering_sheets.hpp"

namespace kindling::steering {
namespace {

using sheet::Table;
using sheet::word;

// What states are called; the data has them in English.
[[maybe_unused]] constexpr const char* kStates[] = {word("prospect"), word("drafting"), word("applied"), word("awarded"),
                                                    word("active"), word("suspended"), word("closing")};

constexpr int kFirstHeading = 2;

// A table a currency below each other on one sheet. `currency_of` says which a row has, `write` writes it.
template <typename Row, typename CurrencyOf, typename Begin>
void by_currency(const std::vector<Row>& rows, CurrencyOf currency_of, Begin begin) {
  std::map<Currency, std::vector<const Row*>> groups;
  for (const auto& row : rows) groups[currency_of(row)].push_back(&row);
  int heading = kFirstHeading;
  for (const auto& [currency, group] : groups) heading = begin(currency, group, heading) + 3;
}

sheet::Sheet& sheet_for(sheet::Frame& frame, std::string name, std::vector<double> widths, bool empty, std::string nothing) {
  auto& page = frame.add_sheet(name, {.widths = std::move(widths), .frozen_rows = kFirstHeading + 1, .repeated_row = kFirstHeading});
  if (empty) page.text({kFirstHeading, 0}, nothing, sheet::Style::kRemark);
  return page;
}

std::string digits_of(Currency currency) { return std::to_string(currency.minor_digits()); }

}  // namespace

void write_pipeline(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  auto& page = sheet_for(frame, words("Pipeline"), {40, 30, 12, 12, 16, 12, 16, 16}, report.pipeline.empty(),
                         words("Nothing is in the pipeline."));
  by_currency(report.pipeline, [](const PipelineItem& item) { return item.weighted.currency; },
              [&](Currency currency, const std::vector<const PipelineItem*>& items, int heading) {
    auto& table = frame.add_table_on(page, heading, {{words("Grant"), 40}, {words("Funder"), 30}, {words("State"), 12},
                                                     {words("Starts"), 12}, {words.format("Requested, {}", currency.code()), 16, true},
                                                     {words("Probability"), 12, true}, {words("Weighted"), 16, true},
                                                     {words("By cut-off (75 %)"), 16, true}});
    for (const auto* item : items) {
      table.row(item->title);
      table.text(0, item->title);
      table.text(1, item->funder);
      table.text(2, words(item->state));
      table.date(3, item->starts_on);
      if (item->amount) table.amount(4, *item->amount);
      table.percent(5, item->probability);
      table.formula(6, "=ROUND({0}*{1}," + digits_of(currency) + ")", {4, 5}, item->weighted);
      table.formula(7, "=IF({1}>=0.75,{0}+0,0)", {4, 5}, item->cut_off);
    }
    table.total(words("All"), {4, 6, 7}, Money{0, currency});
    return table.cell(0).row;
  });
}

void write_grants(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  auto& page = sheet_for(frame, words("Budget against actual"), {38, 26, 12, 12, 12, 16, 16, 16, 16, 16, 9, 9, 13, 13},
                         report.grants.empty(), words("No grant has a budget in force."));
  by_currency(report.grants, [](const GrantActual& grant) { return grant.currency; },
              [&](Currency currency, const std::vector<const GrantActual*>& grants, int heading) {
    auto& table = frame.add_table_on(page, heading,
                                     {{words("Grant"), 38}, {words("Funder"), 26}, {words("State"), 12}, {words("Starts"), 12},
                                      {words("Ends"), 12}, {words.format("Planned, {}", currency.code()), 16, true},
                                      {words("Spent"), 16, true}, {words("Committed"), 16, true}, {words("Drafts"), 16, true},
                                      {words("Available"), 16, true}, {words("% spent"), 9, true}, {words("% of time"), 9, true},
                                      {words("Left a day"), 13, true}, {words("Spent a day"), 13, true}});
    const auto in = [&](std::int64_t minor) { return Money{minor, currency}; };
    for (const auto* grant : grants) {
      table.row(grant->title);
      table.text(0, grant->title);
      table.text(1, grant->funder);
      table.text(2, words(grant->state));
      table.date(3, grant->period.first);
      table.date(4, grant->period.last);
      table.amount(5, in(grant->planned_minor));
      table.amount(6, in(grant->spent_minor));
      table.amount(7, in(grant->committed_minor));
      table.amount(8, in(grant->drafts_minor));
      table.formula(9, "={0}-{1}-{2}", {5, 6, 7}, in(grant->available_minor()));
      table.ratio(10, 6, 5, grant->spent_minor, grant->planned_minor);
      const auto elapsed = time_elapsed(grant->period, report.as_of);
      const auto row = table.cell(0).row + 1;
      table.sheet().ratio_formula(table.cell(11), fmt::format("=MAX(0,MIN(AsOf-D{0}+1,E{0}-D{0}+1))/(E{0}-D{0}+1)", row),
                                  elapsed.numerator, elapsed.denominator);
      const auto pressure = spend_pressure(grant->planned_minor, grant->spent_minor, grant->period, report.as_of);
      const auto a_day = [&](int column, const std::string& days, const char* amount, Quotient quotient) {
        const auto formula = fmt::format("=IF({0}<=0,\"\",ROUND({1}/{0},{2}))", days, amount, digits_of(currency));
        if (quotient.defined()) {
          table.formula(column, formula, {5, 6}, in(round_div(quotient.numerator, 1, quotient.denominator)));
        } else {
          table.text_formula(column, formula, {5, 6}, "");
        }
      };
      a_day(12, fmt::format("MIN(E{0}-AsOf,E{0}-D{0}+1)", row), "({0}-{1})", pressure.needed_a_day);
      a_day(13, fmt::format("MIN(AsOf-D{0}+1,E{0}-D{0}+1)", row), "{1}", pressure.spent_a_day);
    }
    table.total(words("All grants"), {5, 6, 7, 8, 9}, in(0));
    return table.cell(0).row;
  });
}

void write_expected(sheet::Frame& frame, const SteeringReport& report) {
  const auto& words = frame.words();
  auto& page = sheet_for(frame, words("Money expected"), {44, 40, 14, 18}, report.expected.empty(), words("No instalment is planned."));
  by_currency(report.expected, [](const ExpectedMoney& money) { return money.open.currency; },
              [&](Currency currency, const std::vector<const ExpectedMoney*>& expected, int heading) {
    auto& table = frame.add_table_on(page, heading, {{words("Grant"), 44}, {words("Instalment"), 40}, {words("Due on"), 14},
                                                     {words.format("Not received, {}", currency.code()), 18, true}});
    for (const auto* money : expected) {
      table.row(money->grant + ", " + money->title);
      table.text(0, money->grant);
      table.text(1, money->title);
      table.date(2, money->due_on);
      table.amount(3, money->open);
    }
    table.total(words("All"), {3}, Money{0, currency});
    return table.cell(0).row;
  });
}

}  // namespace kindling::steering
