// What the statements are made of: use of resources, the costs, the exchange rates.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/eu_financial_statement/eu_statement_sheets.hpp"

namespace kindling::eu_statement {
namespace {

using sheet::Decimal;
using sheet::Style;
using sheet::Table;
using sheet::word;

using Report = EuFinancialStatement;

// Work packages differ in more than their case.
std::string folded(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return text;
}

// With at most 8 decimals: an average has more than a cell can hold.
Decimal decimal_of(const std::string& units) {
  constexpr int kDigits = 8;
  const auto point = units.find('.');
  auto digits = units.substr(0, point);
  auto fraction = point == std::string::npos ? std::string() : units.substr(point + 1);
  fraction.resize(std::max<std::size_t>(fraction.size(), kDigits + 1), '0');
  const bool up = fraction[kDigits] >= '5';
  return {std::stoll(digits + fraction.substr(0, kDigits)) + (up ? 1 : 0), kDigits};
}

// What a partner used for a work package.
struct Use {
  std::string work_package;
  std::map<std::string, std::int64_t> by_letter = {};
  std::int64_t days = 0;
};
// By partner, those without one last, and work package.
using Uses = std::map<std::pair<int, std::string>, Use>;

Uses uses_of(const Report& report) {
  Uses uses;
  for (const auto& cost : report.costs) {
    auto& use = uses.try_emplace({cost.partner == 0 ? INT32_MAX : cost.partner, folded(cost.work_package)},
                                 Use{cost.work_package}).first->second;
    use.by_letter[cost.letter] += cost.minor;
    use.days += cost.days_hundredths;
  }
  return uses;
}

std::vector<std::string> letters_of(const Report& report) {
  std::vector<std::string> letters;
  for (const auto& line : report.lines) {
    if (std::ranges::find(report.costs, line.letter, &Report::Cost::letter) != report.costs.end()) letters.push_back(line.letter);
  }
  return letters;
}

constexpr int kUseDays = 3, kFirstLetter = 4;

void write_use(const Sheets& sheets, Table& table, int number, const Use& use, const std::vector<std::string>& letters) {
  const auto partner = std::ranges::find(sheets.report().partners, number, &Report::Partner::number);
  table.row(fmt::format("{} {}", number, use.work_package));
  table.identifier(0, number);
  table.text(1, sheets.name_of(*partner), Style::kWrapped);
  table.text(2, use.work_package, Style::kWrapped);
  const auto here = fmt::format("({}={})*({}={})", sheet::name_of(sheets.costs(kPartner)), sheet::name_of(table.cell(0)),
                                sheet::name_of(sheets.costs(kWorkPackage)), sheet::name_of(table.cell(2)));
  table.formula(kUseDays, fmt::format("=SUMPRODUCT({}*{})", here, sheet::name_of(sheets.costs(kDays))), {}, Decimal{use.days, 2});
  const int total = kFirstLetter + static_cast<int>(letters.size());
  std::int64_t sum = 0;
  for (std::size_t at = 0; at < letters.size(); ++at) {
    const auto found = use.by_letter.find(letters[at]);
    const auto minor = found == use.by_letter.end() ? 0 : found->second;
    table.formula(kFirstLetter + static_cast<int>(at),
                  fmt::format("=SUMPRODUCT({}*({}={})*{})", here, sheet::name_of(sheets.costs(kLetter)),
                              sheet::literal(letters[at]), sheet::name_of(sheets.costs(kAmount))),
                  {}, sheets.money(minor));
    sum += minor;
  }
  table.formula(total, letters.empty() ? "=0" : "=SUM({0}:{1})", {kFirstLetter, total - 1}, sheets.money(sum));
}

}  // namespace

std::string Sheets::name_of(const Report::Partner& partner) const {
  return partner.number == 0 ? words()("No partner") : partner.name;
}

std::string Sheets::sheet_of(const Report::Partner& partner) const {
  return sheet::sheet_name_of(partner.number == 0 ? words()("No partner") : fmt::format("{} {}", partner.number, partner.name));
}

sheet::Range Sheets::costs(int column) const {
  const int rows = std::max(static_cast<int>(report_.costs.size()), 1);
  return {sheet::sheet_name_of(words()("Costs")), {kFirstRow, column}, {kFirstRow + rows - 1, column}};
}

ResourceTotals write_resources(const Sheets& sheets) {
  const auto& words = sheets.words();
  const auto letters = letters_of(sheets.report());
  std::vector<sheet::Column> columns = {{words("No."), 6}, {words("Partner"), 30}, {words("Work package"), 16},
                                        {words("Person-days"), 13, true}};
  for (const auto& letter : letters) columns.push_back({letter, 15, true});
  columns.push_back({words("Direct costs"), 17, true});
  auto& table = sheets.frame().add_table({.name = words("Use of resources"), .columns = std::move(columns), .frozen_columns = 3});
  for (const auto& [key, use] : uses_of(sheets.report())) {
    write_use(sheets, table, key.first == INT32_MAX ? 0 : key.first, use, letters);
  }
  const int total = kFirstLetter + static_cast<int>(letters.size());
  table.total_row(words("Total"));
  table.text(0, "");
  table.text(1, words("Total"));
  table.text(2, "");
  table.formula(kUseDays, table.sum_formula(kUseDays), {}, Decimal{table.sum(kUseDays).scaled, 2});
  for (int column = kFirstLetter; column <= total; ++column) {
    table.formula(column, table.sum_formula(column), {}, sheets.money(table.sum(column).scaled));
  }
  return {.direct = {table.ref(total), table.sum(total).scaled}, .days = table.ref(kUseDays),
          .days_hundredths = table.sum(kUseDays).scaled};
}

std::int64_t write_costs(const Sheets& sheets) {
  const auto& words = sheets.words();
  auto& table = sheets.frame().add_table(
      {.name = words("Costs"),
       .columns = {{words("Booked on"), 12}, {words("Entry"), 8}, {words("Document"), 16}, {words("Supplier"), 24},
                   {words("Description"), 36}, {words("Work package"), 12}, {words("Line"), 7}, {words("Partner no."), 9},
                   {words("Adjusts period"), 9}, {words("Currency"), 9}, {words("In that currency"), 16, true},
                   {words("Person-days"), 12, true}, {words("Amount"), 16, true}},
       .frozen_columns = 2});
  for (const auto& cost : sheets.report().costs) {
    table.row(fmt::format("{} {} {}", cost.entry_id, cost.letter, cost.work_package));
    table.date(kBookedOn, cost.booked_on);
    table.identifier(kEntry, cost.entry_id);
    table.text(kDocument, cost.document, Style::kWrapped);
    table.text(kSupplier, cost.supplier, Style::kWrapped);
    table.text(kDescription, cost.description, Style::kWrapped);
    table.text(kWorkPackage, cost.work_package, Style::kWrapped);
    table.text(kLetter, cost.letter);
    table.identifier(kPartner, cost.partner);
    table.identifier(kAdjusts, cost.adjusts);
    table.decimal(kDays, {cost.days_hundredths, 2});
    if (!cost.document_currency.empty()) {
      table.text(kCurrency, cost.document_currency);
      if (cost.document_minor != 0) table.amount(kDocumentAmount, {cost.document_minor, Currency::of(cost.document_currency)});
    }
    table.amount(kAmount, sheets.money(cost.minor));
  }
  const auto days = table.sum(kDays).scaled;
  table.total_row(words("Total"));
  for (int column = 0; column <= kAmount; ++column) table.text(column, column == kDescription ? words("Total") : "");
  table.formula(kDays, table.sum_formula(kDays), {}, Decimal{days, 2});
  table.formula(kAmount, table.sum_formula(kAmount), {}, sheets.money(table.sum(kAmount).scaled));
  return days;
}

void write_rates(const Sheets& sheets) {
  const auto& words = sheets.words();
  auto& table = sheets.frame().add_table(
      {.name = words("Exchange rates"),
       .columns = {{words("Currency"), 10}, {words("From"), 12}, {words("To"), 12}, {words("Pinned at the closing"), 14},
                   {words("Source"), 52}, {words("Published days"), 13, true}, {words("Units for one euro"), 20, true}}});
  for (const auto& rate : sheets.report().rates) {
    const auto code = std::string(rate.currency.code());
    table.row(code + " " + to_string(rate.days.first));
    table.text(0, code);
    table.date(1, rate.days.first);
    table.date(2, rate.days.last);
    table.text(3, words(rate.pinned ? word("yes") : word("not yet")));
    table.text(4, rate.source, Style::kWrapped);
    table.count(5, rate.published_days);
    if (rate.units_per_euro.empty()) {
      table.text(6, words("missing"), Style::kWarning);
    } else {
      table.decimal(6, decimal_of(rate.units_per_euro));
    }
  }
  if (sheets.report().rates.empty()) {
    table.sheet().text({kFirstRow, 0}, words("All costs of the period are in the grant's own currency."), Style::kRemark);
  }
}

}  // namespace kindling::eu_statement
