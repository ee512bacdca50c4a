// Writes the sheets: Cover, Tie-out, and for each currency Statement, Year before, Funds and Movements; Definitions. The
// statements and the note on funds are live sums over the movements.
#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "reports/financial_activities/financial_activities.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {
namespace {

using Report = FinancialActivities;
using sheet::Cell;
using sheet::Frame;
using sheet::Range;
using sheet::Ref;
using sheet::Style;
using sheet::Table;
using sheet::word;

constexpr int kFirstRow = 3;  // below title, note and headings

struct RowTitle {
  ActivityRow row;
  const char* title;
};
constexpr RowTitle kIncome[] = {{ActivityRow::kDonations, word("Donations and legacies")},
                                {ActivityRow::kGiftsInKind, word("Gifts in kind")},
                                {ActivityRow::kContributions, word("Contributions of organisations")},
                                {ActivityRow::kGrants, word("Charitable activities: grants")},
                                {ActivityRow::kOtherIncome, word("Other income")}};
constexpr RowTitle kExpenditure[] = {{ActivityRow::kRaisingFunds, word("Raising funds")},
                                     {ActivityRow::kDirect, word("Charitable activities: direct costs")},
                                     {ActivityRow::kIndirect, word("Charitable activities: indirect costs")},
                                     {ActivityRow::kInKindCosts, word("Charitable activities: in kind")},
                                     {ActivityRow::kOtherExpenditure, word("Other expenditure")}};
constexpr RowTitle kExchange = {ActivityRow::kExchange, word("Net gains (losses) on exchange")};
constexpr RowTitle kMoves[] = {{ActivityRow::kTransfers, word("Transfers between funds")},
                               {ActivityRow::kConversion, word("Conversion between currencies")},
                               {ActivityRow::kTakenOver, word("Balances taken over when the books began")}};
constexpr const char* kBroughtForward = word("Total funds brought forward");

const char* title_of(ActivityRow row) {
  for (const auto rows : {std::span<const RowTitle>(kIncome), std::span<const RowTitle>(kExpenditure),
                          std::span<const RowTitle>(&kExchange, 1), std::span<const RowTitle>(kMoves)}) {
    const auto found = std::ranges::find(rows, row, &RowTitle::row);
    if (found != rows.end()) return found->title;
  }
  return "";
}

enum MovementColumn : int { kFund, kFundName, kRestriction, kSection, kRow, kYear, kPrior };

// The sheets of one currency.
class CurrencyWriter {
 public:
  CurrencyWriter(Frame& frame, const Report& report, const Report::InCurrency& figures)
      : frame_(frame), report_(report), figures_(figures) {}

  void write() {
    write_statement(false);
    write_statement(true);
    write_funds();
    write_movements();
  }

 private:
  const sheet::Words& words() const { return frame_.words(); }
  Money money(std::int64_t minor) const { return {minor, figures_.currency}; }
  std::string code() const { return std::string(figures_.currency.code()); }
  std::string sheet_named(const char* english) const { return words()(english) + " " + code(); }
  std::string note(const Period& period) const {
    return words().format("{} · {} to {} · all amounts in {}", report_.platform, to_string(period.first),
                          to_string(period.last), code());
  }

  // Where the movements will stand: one row each, and one for each fund's opening.
  Range movements(int column) const {
    const int rows = std::max(static_cast<int>(figures_.movements.size() + figures_.openings.size()), 1);
    return {sheet::sheet_name_of(sheet_named(word("Movements"))), {kFirstRow, column}, {kFirstRow + rows - 1, column}};
  }

  const char* section_of(ActivityRow row) const {
    if (is_income(row)) return word("Income");
    if (is_expenditure(row)) return word("Expenditure");
    return row == ActivityRow::kExchange ? word("Exchange") : word("Moved");
  }

  // ---- The statement ----

  struct Column {
    ActivityColumn figures;
    int amounts;                // the movements' column
    const char* restriction;    // null: a sum over the columns before it, or over all funds
    int first_summed = 0;       // of a total within the year
  };

  std::vector<Column> columns_of(bool prior_year) const {
    const auto of = [&](ActivityFunds funds, bool prior) { return activity_column(report_, figures_, funds, prior); };
    const int amounts = prior_year ? kPrior : kYear;
    std::vector<Column> columns = {{of(ActivityFunds::kUnrestricted, prior_year), amounts, word("unrestricted")},
                                   {of(ActivityFunds::kRestricted, prior_year), amounts, word("restricted")},
                                   {of(ActivityFunds::kAll, prior_year), amounts, nullptr, 1}};
    if (!prior_year) columns.push_back({of(ActivityFunds::kAll, true), kPrior, nullptr});
    return columns;
  }

  void write_statement(bool prior_year) {
    const auto columns = columns_of(prior_year);
    const auto& period = prior_year ? report_.prior : report_.year;
    std::vector<sheet::Column> headings = {{"", 50}, {words()("Unrestricted funds"), 20, true},
                                           {words()("Restricted funds"), 20, true}, {words()("Total"), 20, true}};
    if (!prior_year) headings.push_back({words()("Total of the year before"), 20, true});
    auto& table = frame_.add_table({.name = sheet_named(prior_year ? word("Year before") : word("Statement")),
                                    .note = note(period), .columns = std::move(headings), .frozen_columns = 1});
    table_ = &table;
    columns_ = &columns;
    const int income = block(word("Income from"), kIncome, word("Total income"), &ActivityColumn::income);
    const int expenditure = block(word("Expenditure on"), kExpenditure, word("Total expenditure"), &ActivityColumn::expenditure);
    const int exchange = line(kExchange);
    const int net = total(word("Net income (expenditure)"), &ActivityColumn::net_income,
                          [&](int column) { return fmt::format("={}-{}+{}", at(income, column), at(expenditure, column), at(exchange, column)); });
    section(word("Movement of funds"));
    int last_move = net;
    for (const auto& row : kMoves) {
      if (is_shown(row.row)) last_move = line(row);
    }
    const int movement = total(word("Net movement in funds"), &ActivityColumn::net_movement, [&](int column) {
      return last_move == net ? "=" + at(net, column)
                              : fmt::format("={}+SUM({})", at(net, column), sheet::range_of({net + 2, column}, {last_move, column}));
    });
    section(word("Reconciliation of funds"));
    const int brought = opening();
    const int carried = total(word("Total funds carried forward"), &ActivityColumn::carried_forward,
                              [&](int column) { return fmt::format("={}+{}", at(brought, column), at(movement, column)); });
    if (!prior_year) tie_out(carried, columns);
  }

  // A row that is no part of this platform's years, such as conversions, is left out; transfers are always told.
  bool is_shown(ActivityRow row) const {
    return row == ActivityRow::kTransfers ||
           std::ranges::any_of(figures_.movements, [&](const Report::Movement& movement) { return movement.row == row; });
  }

  static std::string at(int row, int column) { return sheet::name_of(Cell{row, column}); }

  void section(const char* title) {
    table_->row();
    table_->text(0, words()(title), Style::kSection);
    for (int column = 1; column <= static_cast<int>(columns_->size()); ++column) table_->text(column, "", Style::kSection);
  }

  // `formula(column)` of a cell that is no sum over columns.
  template <typename Value, typename Formula>
  int cells(Value&& value, Formula&& formula) {
    for (int index = 0; const auto& column : *columns_) {
      const int here = ++index;
      if (column.first_summed > 0) {
        table_->formula(here, fmt::format("=SUM({}:{})", at(row(), column.first_summed), at(row(), here - 1)), {},
                        money(value(column.figures)));
      } else {
        table_->formula(here, formula(here, column), {}, money(value(column.figures)));
      }
    }
    return row();
  }
  int row() const { return table_->cell(0).row; }

  std::string sum_over_movements(const Column& column) const {
    auto formula = fmt::format("=SUMIFS({},{},{}", sheet::name_of(movements(column.amounts)), sheet::name_of(movements(kRow)),
                               sheet::name_of(Cell{row(), 0}));
    if (column.restriction != nullptr) {
      formula += fmt::format(",{},{}", sheet::name_of(movements(kRestriction)), sheet::literal(words()(column.restriction)));
    }
    return formula + ")";
  }

  int line(const RowTitle& title) {
    table_->row(words()(title.title));
    table_->text(0, words()(title.title), Style::kWrapped);
    return cells([&](const ActivityColumn& column) { return column.at(title.row); },
                 [&](int, const Column& column) { return sum_over_movements(column); });
  }

  int opening() {
    table_->row(words()(kBroughtForward));
    table_->text(0, words()(kBroughtForward), Style::kWrapped);
    return cells([](const ActivityColumn& column) { return column.brought_forward; },
                 [&](int, const Column& column) { return sum_over_movements(column); });
  }

  template <typename Figure, typename Formula>
  int total(const char* title, Figure figure, Formula&& formula) {
    table_->total_row(words()(title));
    table_->text(0, words()(title));
    return cells([&](const ActivityColumn& column) { return (column.*figure)(); },
                 [&](int here, const Column&) { return formula(here); });
  }

  int block(const char* title, std::span<const RowTitle> rows, const char* total_title, std::int64_t (ActivityColumn::*figure)() const) {
    section(title);
    int last = 0;
    for (const auto& one : rows) last = line(one);
    const int first = last - static_cast<int>(rows.size()) + 1;
    return total(total_title, figure, [&](int column) { return "=SUM(" + sheet::range_of({first, column}, {last, column}) + ")"; });
  }

  void tie_out(int carried, const std::vector<Column>& columns) {
    const auto& ledger = figures_.ledger;
    const auto add = [&](const char* what, int column, std::int64_t independent) {
      frame_.tie_out(words().format("{}, {}", words()(what), code()), Ref{table_->sheet().name(), {carried, column}},
                     money(columns[static_cast<std::size_t>(column - 1)].figures.carried_forward()),
                     words()("Assets less liabilities at the end of the year, from the postings"), money(independent));
    };
    add(word("Unrestricted funds carried forward"), 1, ledger.unrestricted_minor);
    add(word("Restricted funds carried forward"), 2, ledger.restricted_minor);
    add(word("Total funds carried forward"), 3, ledger.unrestricted_minor + ledger.restricted_minor);
    add(word("Funds carried forward, the year before"), 4, ledger.prior_minor);
  }

  // ---- The note on funds ----

  void write_funds() {
    enum FundColumn : int { kId, kName, kPurpose, kKind, kOpening, kIn, kOut, kGains, kMoved, kClosing, kPrefinanced };
    auto& table = frame_.add_table(
        {.name = sheet_named(word("Funds")), .note = note(report_.year),
         .columns = {{words()("No."), 6}, {words()("Fund"), 26}, {words()("Purpose"), 34}, {words()("Restriction"), 13},
                     {words()("Brought forward"), 16, true}, {words()("Income"), 16, true}, {words()("Expenditure"), 16, true},
                     {words()("Gains (losses)"), 14, true}, {words()("Transfers"), 15, true}, {words()("Carried forward"), 16, true},
                     {words()("Prefinanced"), 16, true}},
         .frozen_columns = 2});
    const auto sum = [&](const char* section) {
      return fmt::format("=SUMIFS({},{},{{0}},{},{})", sheet::name_of(movements(kYear)), sheet::name_of(movements(kFund)),
                         sheet::name_of(movements(kSection)), sheet::literal(words()(section)));
    };
    for (const auto& fund : report_.funds) {
      const auto column = fund_column(figures_, fund.id);
      if (column == ActivityColumn{}) continue;
      const auto moved = column.net_movement() - column.net_income();
      table.row(fund.code);
      table.identifier(kId, fund.id);
      table.text(kName, fund.name, Style::kWrapped);
      table.text(kPurpose, fund.purpose, Style::kWrapped);
      table.text(kKind, words()(fund.restricted ? word("restricted") : word("unrestricted")));
      table.formula(kOpening, sum(word("Opening")), {kId}, money(column.brought_forward));
      table.formula(kIn, sum(word("Income")), {kId}, money(column.income()));
      table.formula(kOut, sum(word("Expenditure")), {kId}, money(column.expenditure()));
      table.formula(kGains, sum(word("Exchange")), {kId}, money(column.at(ActivityRow::kExchange)));
      table.formula(kMoved, sum(word("Moved")), {kId}, money(moved));
      table.formula(kClosing, "={0}+{1}-{2}+{3}+{4}", {kOpening, kIn, kOut, kGains, kMoved}, money(column.carried_forward()));
      table.formula(kPrefinanced, "=MAX(0,-{0})", {kClosing}, 
                    money(std::max<std::int64_t>(0, -column.carried_forward())));
    }
    table.total(words()("Total"), {kOpening, kIn, kOut, kGains, kMoved, kClosing, kPrefinanced}, money(0), kName);
    const auto all = activity_column(report_, figures_, ActivityFunds::kAll, false);
    frame_.tie_out(words().format("{}, {}", words()("Carried forward by fund"), code()), table.ref(kClosing),
                   money(all.carried_forward()), words()("Assets less liabilities at the end of the year, from the postings"),
                   money(figures_.ledger.unrestricted_minor + figures_.ledger.restricted_minor));
  }

  // ---- What all of it is a sum over ----

  void write_movements() {
    auto& table = frame_.add_table({.name = sheet_named(word("Movements")), .note = note(report_.year),
                                    .columns = {{words()("No."), 6}, {words()("Fund"), 30}, {words()("Restriction"), 14},
                                                {words()("Part"), 14}, {words()("Row of the statement"), 42},
                                                {words()("This year"), 18, true}, {words()("Year before"), 18, true}},
                                    .frozen_columns = 2});
    const auto add = [&](std::int64_t fund_id, const char* section, const char* title, std::int64_t year, std::int64_t prior) {
      const auto fund = std::ranges::find(report_.funds, fund_id, &Report::Fund::id);
      const bool known = fund != report_.funds.end();
      table.row(fmt::format("{} {}", known ? fund->code : std::to_string(fund_id), words()(title)));
      table.identifier(kFund, fund_id);
      table.text(kFundName, known ? fund->name : "", Style::kWrapped);
      table.text(kRestriction, words()(known && fund->restricted ? word("restricted") : word("unrestricted")));
      table.text(kSection, words()(section));
      table.text(kRow, words()(title), Style::kWrapped);
      table.amount(kYear, money(year));
      table.amount(kPrior, money(prior));
    };
    for (const auto& opening : figures_.openings) {
      add(opening.fund_id, word("Opening"), kBroughtForward, opening.year_minor, opening.prior_minor);
    }
    for (const auto& movement : figures_.movements) {
      add(movement.fund_id, section_of(movement.row), title_of(movement.row), movement.year_minor, movement.prior_minor);
    }
  }

  Frame& frame_;
  const Report& report_;
  const Report::InCurrency& figures_;
  Table* table_ = nullptr;                        // of the statement that is being written
  const std::vector<Column>* columns_ = nullptr;
};

sheet::Cover cover_of(const Report& report, const sheet::Words& words, const std::string& identifier) {
  return {.platform = report.platform,
          .report = words(word("Statement of financial activities")),
          .subject = {},
          .period = report.year,
          .currency = report.currencies.size() == 1 ? std::optional(report.currencies.front().currency) : std::nullopt,
          .ledger_position = report.ledger_position,
          .ledger_hash = report.ledger_hash,
          .as_of_s = report.sealed_at_s,
          .identifier = identifier};
}

void write_facts(Frame& frame, const Report& report) {
  const auto& words = frame.words();
  for (const auto& figures : report.currencies) {
    const auto all = activity_column(report, figures, ActivityFunds::kAll, false);
    const auto fact = [&](const char* english, std::int64_t minor) {
      frame.fact(words.format("{}, {}", words(english), figures.currency.code()), Money{minor, figures.currency});
    };
    fact(word("Total income"), all.income());
    fact(word("Total expenditure"), all.expenditure());
    fact(word("Total funds carried forward"), all.carried_forward());
  }
}

void write_definitions(Frame& frame) {
  static constexpr std::pair<const char*, const char*> kDefinitions[] = {
      {word("Unrestricted funds"), word("Money that may be spent on any purpose of the platform.")},
      {word("Restricted funds"), word("Money given for a grant, a campaign or a purpose, and spent on nothing else. There are no endowments.")},
      {word("Income from"), word("What was received in the year. Awards, pledges and plans are no income before they arrive.")},
      {word("Gifts in kind"), word("Goods, services and time at a stated value, as income and as costs; never cash.")},
      {word("Expenditure on"), word("Approved costs by their accounting date, paid or not, less what was taken back.")},
      {word("Net gains (losses) on exchange"), word("What costs in other currencies moved when a reporting period was closed at its pinned rates.")},
      {word("Transfers between funds"), word("Moves from one fund to another; nothing in total.")},
      {word("Conversion between currencies"), word("What a fund owes in one currency and counts in another; each currency has a statement of its own, and amounts in different currencies are never added.")},
      {word("Prefinanced"), word("A fund that has spent more than it received: the unrestricted money of the platform has advanced so much.")},
      {word("Total funds carried forward"), word("What was brought forward with the net movement of the year; assets less liabilities.")},
      {word("Ledger position"), word("The report holds every entry sealed up to this position and no other. The same position gives the same file.")},
  };
  for (const auto& [figure, definition] : kDefinitions) frame.define(frame.words()(figure), frame.words()(definition));
}

}  // namespace

sheet::File write_financial_activities(const FinancialActivities& report, const std::string& language,
                                       const std::string& identifier) {
  const auto words = sheet::Words::of(language);
  Frame frame(cover_of(report, words, identifier), words);
  write_facts(frame, report);
  for (const auto& figures : report.currencies) CurrencyWriter(frame, report, figures).write();
  write_definitions(frame);
  return frame.finish();
}

}  // namespace kindling
