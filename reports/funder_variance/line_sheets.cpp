// Budget lines, and how far each is from where it was expected to be.
#include <algorithm>

#include <fmt/format.h>

#include "reports/funder_variance/variance_sheets.hpp"

namespace kindling {
namespace {

using Report = FunderVarianceReport;
using sheet::Style;

// "WP1 · a1 · Harbour University · Interviews": what of it there is.
std::string what_of(const Report::Line& line) {
  std::string text;
  for (const auto* part : {&line.work_package, &line.category, &line.partner, &line.description}) {
    if (!part->empty()) text += (text.empty() ? "" : " · ") + *part;
  }
  return text;
}

void put_number(sheet::Table& table, int column, const Report::Line& line, const sheet::Words& words) {
  if (line.number > 0) {
    table.identifier(column, line.number);
  } else {
    table.text(column, words("ended"), Style::kRemark);
  }
}

}  // namespace

void fill_lines(VarianceSheets& sheets) {
  auto& table = sheets.lines;
  const auto money = [&](std::int64_t minor) { return sheets.money(minor); };
  std::int64_t budget = 0, to_date = 0, committed = 0;
  for (const auto& line : sheets.report.lines) {
    table.row(label_of(line));
    put_number(table, kLineNumber, line, sheets.words);
    table.text(kLinePackage, line.work_package, Style::kWrapped);
    table.text(kLineCategory, line.category);
    table.text(kLinePartner, line.partner, Style::kWrapped);
    table.text(kLineDescription, line.description, Style::kWrapped);
    table.amount(kLineBudget, money(line.budget_minor));
    table.amount(kLinePeriod, money(line.period_minor));
    table.amount(kLineToDate, money(line.to_date_minor));
    table.amount(kLineCommitted, money(line.committed_minor));
    table.formula(kLineRemaining, "={0}-{1}", {kLineBudget, kLineToDate}, money(line.budget_minor - line.to_date_minor));
    table.formula(kLineAvailable, "={0}-{1}-{2}", {kLineBudget, kLineToDate, kLineCommitted},
                  money(line.budget_minor - line.to_date_minor - line.committed_minor));
    table.ratio(kLineSpent, kLineToDate, kLineBudget, line.to_date_minor, line.budget_minor);
    budget += line.budget_minor;
    to_date += line.to_date_minor;
    committed += line.committed_minor;
  }
  table.total(sheets.words("Total"), {kLineBudget, kLinePeriod, kLineToDate, kLineCommitted, kLineRemaining, kLineAvailable},
              money(0), kLinePackage);
  table.ratio(kLineSpent, kLineToDate, kLineBudget, to_date, budget);
}

void fill_variance(VarianceSheets& sheets) {
  auto& table = sheets.variance;
  const auto& words = sheets.words;
  const auto& cover = sheets.report.cover;
  const auto digits = sheets.currency.minor_digits();
  const auto money = [&](std::int64_t minor) { return sheets.money(minor); };
  const auto elapsed = std::string("MAX(0,MIN({1},PeriodEnd)-{0}+1)/({1}-{0}+1)");
  for (const auto& line : sheets.report.lines) {
    const auto expected = expected_minor(line, cover.period.last);
    const bool asks = asks_for_explanation(line, cover.period.last, cover.explain_above);
    table.row(label_of(line));
    put_number(table, kVarianceLine, line, words);
    table.text(kVarianceWhat, what_of(line), Style::kWrapped);
    table.text(kVarianceCategory, line.category);
    table.date(kVarianceFrom, line.days.first);
    table.date(kVarianceTo, line.days.last);
    table.amount(kVarianceBudget, money(line.budget_minor));
    table.ratio_formula(kVarianceElapsed, "=" + elapsed, {kVarianceFrom, kVarianceTo},
                        std::clamp(days_between(line.days.first, cover.period.last) + 1, 0, line.days.days()),
                        line.days.days());
    table.formula(kVarianceExpected, fmt::format("=ROUND({{2}}*{},{})", elapsed, digits),
                  {kVarianceFrom, kVarianceTo, kVarianceBudget}, money(expected));
    table.amount(kVarianceToDate, money(line.to_date_minor));
    table.formula(kVariance, "={0}-{1}", {kVarianceExpected, kVarianceToDate}, money(expected - line.to_date_minor));
    table.text_formula(kVarianceBeyond,
                       fmt::format("=IF(ROUND(ABS({{0}}),{0})>ROUND(VarianceThreshold*{{1}},{0}),{1},\"\")", digits,
                                   sheet::literal(words("yes"))),
                       {kVariance, kVarianceBudget}, asks ? words("yes") : "");
    if (!line.explanation.empty()) {
      table.text(kVarianceExplanation, line.explanation + " (" + line.explained_by + ")", Style::kWrapped);
    } else if (asks) {
      table.text(kVarianceExplanation, words("Not explained yet."), Style::kWarning);
    } else {
      table.text(kVarianceExplanation, "", Style::kWrapped);
    }
  }
  table.total(words("Total"), {kVarianceBudget, kVarianceExpected, kVarianceToDate, kVariance}, money(0), kVarianceWhat);
}

}  // namespace kindling
