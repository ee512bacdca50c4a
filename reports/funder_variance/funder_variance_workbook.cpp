// Writes the sheets: Cover, Tie-out, Summary, Budget lines, Instalments, Definitions. Every total is a live formula
// over the sheet that it sums, with the value that the read model gives it.
#include <algorithm>

#include <fmt/format.h>

#include "reports/funder_variance/funder_variance.hpp"
#include "reports/sheet/workbook.hpp"

namespace kindling {
namespace {

using Report = FunderVarianceReport;
using sheet::Cell;
using sheet::Sheet;
using sheet::Style;
using sheet::Workbook;

constexpr const char* kTieOut = "Tie-out";
constexpr const char* kSummary = "Summary";
constexpr const char* kLines = "Budget lines";
constexpr const char* kInstalments = "Instalments";
constexpr const char* kDefinitions = "Definitions";

// The figures that every table carries.
struct Figures {
  std::int64_t budget = 0;
  std::int64_t period = 0;
  std::int64_t to_date = 0;
  std::int64_t committed = 0;
  std::int64_t remaining() const { return budget - to_date; }
  std::int64_t available() const { return budget - to_date - committed; }
};

template <typename Row>
Figures operator+(Figures sum, const Row& row) {
  return {sum.budget + row.budget_minor, sum.period + row.period_minor, sum.to_date + row.to_date_minor,
          sum.committed + row.committed_minor};
}

template <typename Rows>
Figures sum_of(const Rows& rows) {
  Figures sum;
  for (const auto& row : rows) sum = sum + row;
  return sum;
}

// A sum over a column of another sheet or block; an empty block still sums to a valid formula.
std::string sum_formula(Cell first, int rows) {
  return rows == 0 ? "=0" : "=SUM(" + sheet::range_of(first, {first.row + rows - 1, first.column}) + ")";
}

class Writer {
 public:
  explicit Writer(const Report& report)
      : report_(report),
        currency_(report.cover.awarded.currency),
        workbook_({.title = "Budget against actual: " + report.cover.grant_title,
                   .subject = "Financial report to " + report.cover.funder,
                   .author = report.cover.platform,
                   .company = report.cover.platform,
                   .comments = fmt::format("Ledger position {}, head {}", report.cover.ledger_position,
                                           report.cover.ledger_hash),
                   .created_s = report.cover.sealed_at_s}),
        direct_(sum_of(report.categories)) {
    Figures base;
    for (const auto& category : report.categories) {
      if (category.in_indirect_base) base = base + category;
    }
    const auto rate = report.cover.indirect_rate;
    const auto indirect = [&](std::int64_t minor) { return share_of(money(minor), rate).minor; };
    indirect_ = {indirect(base.budget), indirect(base.period), indirect(base.to_date), indirect(base.committed)};
    total_ = {direct_.budget + indirect_.budget, direct_.period + indirect_.period,
              direct_.to_date + indirect_.to_date, direct_.committed + indirect_.committed};
  }

  std::string write() {
    write_cover();
    write_tie_out();
    write_summary();
    write_lines();
    write_instalments();
    write_definitions();
    return workbook_.finish();
  }

 private:
  Money money(std::int64_t minor) const { return {minor, currency_}; }

  // Where things stand, so that sheets written earlier can point at later ones.
  static constexpr int kFirstRow = 3;  // below title, note and headings
  int categories() const { return static_cast<int>(report_.categories.size()); }
  int line_count() const { return static_cast<int>(report_.lines.size()); }
  int instalment_count() const { return static_cast<int>(report_.instalments.size()); }
  int direct_row() const { return kFirstRow + categories(); }
  int indirect_row() const { return direct_row() + 1; }
  int total_row() const { return direct_row() + 2; }
  int lines_total_row() const { return kFirstRow + line_count(); }
  int instalments_total_row() const { return kFirstRow + instalment_count(); }

  void heading(Sheet& sheet, std::string_view title, std::string_view note) {
    sheet.row_height(0, 26);
    sheet.text({0, 0}, title, Style::kTitle);
    sheet.text({1, 0}, note, Style::kNote);
  }

  std::string context() const {
    const auto& cover = report_.cover;
    return fmt::format("{} · {} to {} · all amounts in {}", cover.grant_title, to_string(cover.period.first),
                       to_string(cover.period.last), currency_.code());
  }

  void write_cover() {
    const auto& cover = report_.cover;
    auto& sheet = workbook_.add_sheet("Cover", {.widths = {30, 64}, .landscape = false});
    heading(sheet, "Financial report: budget against actual", cover.platform);
    int row = 3;
    const auto label = [&](std::string_view name) { sheet.text({row, 0}, name, Style::kLabel); };
    const auto text = [&](std::string_view name, std::string_view value) {
      label(name);
      sheet.text({row++, 1}, value.empty() ? "not given" : value, Style::kWrapped);
    };
    const auto date = [&](std::string_view name, Date value) {
      label(name);
      sheet.date({row++, 1}, value);
    };
    text("Grant", cover.grant_title);
    text("Agreement number", cover.reference);
    text("Funder", cover.funder);
    text("Programme", cover.programme);
    text("Coordinator", cover.coordinator);
    text("State of the grant", cover.state);
    date("Reported period from", cover.period.first);
    date("Reported period to", cover.period.last);
    date("Eligible from", cover.eligibility.first);
    date("Eligible to", cover.eligibility.last);
    text("Currency", currency_.code());
    label("Maximum grant");
    workbook_.define_name("MaximumGrant", {"Cover", {row, 1}});
    sheet.amount({row++, 1}, cover.awarded, Style::kNumberLeft);
    label("Funding rate");
    workbook_.define_name("FundingRate", {"Cover", {row, 1}});
    sheet.percent({row++, 1}, cover.funding_rate, Style::kPercentLeft);
    label("Indirect cost rate");
    workbook_.define_name("IndirectRate", {"Cover", {row, 1}});
    sheet.percent({row++, 1}, cover.indirect_rate, Style::kPercentLeft);
    if (cover.budget_version == 0) {
      text("Approved budget", "There is no approved budget; budget figures are 0.");
    } else {
      text("Approved budget", fmt::format("version {}{}", cover.budget_version,
                                          cover.approved_on ? ", approved " + to_string(*cover.approved_on) : ""));
    }
    text("Ledger position", fmt::format("{} sealed entries", cover.ledger_position));
    text("Seal of the ledger (SHA-256)", cover.ledger_hash);
    ++row;
    sheet.text({row++, 0}, "Contents", Style::kLabel);
    for (const auto* name : {kTieOut, kSummary, kLines, kInstalments, kDefinitions}) sheet.link({row++, 0}, name, name);
    ++row;
    sheet.text({row++, 0}, "Signature", Style::kLabel);
    for (const auto* name : {"Name and function", "Place and date", "Signature"}) {
      sheet.row_height(row, 28);
      label(name);
      sheet.text({row++, 1}, "", Style::kTextTotal);
    }
  }

  // One total of this report beside a sum that was made another way.
  struct Check {
    std::string what;
    std::string formula;
    std::int64_t reported;
    std::string source;
    std::int64_t independent;
  };

  std::vector<Check> checks() const {
    const auto at = [](const char* sheet_name, int row, int column) {
      return "=" + sheet::quoted(sheet_name) + sheet::name_of({row, column});
    };
    const auto lines = sum_of(report_.lines);
    std::int64_t received = 0;
    for (const auto& instalment : report_.instalments) received += instalment.received_minor;
    return {
        {"Budget, direct costs", at(kSummary, direct_row(), 3), direct_.budget, "Sum of the budget lines", lines.budget},
        {"Actual in the period, direct costs", at(kSummary, direct_row(), 4), direct_.period,
         "Expense postings to the grant's fund in the period", report_.ledger.spent_period_minor},
        {"Actual to date, direct costs", at(kSummary, direct_row(), 5), direct_.to_date,
         "Expense postings to the grant's fund to date", report_.ledger.spent_to_date_minor},
        {"Instalments received to date", at(kInstalments, instalments_total_row(), 5), received,
         "Grant income posted to the grant's fund to date", report_.ledger.received_to_date_minor},
    };
  }

  void write_tie_out() {
    auto& sheet = workbook_.add_sheet(kTieOut, {.widths = {38, 54, 18, 18, 16}, .frozen_rows = 3, .repeated_row = 2});
    auto rows = checks();
    std::ranges::stable_partition(rows, [](const Check& c) { return c.reported != c.independent; });
    const auto wrong = std::ranges::count_if(rows, [](const Check& c) { return c.reported != c.independent; });
    heading(sheet, "Tie-out", wrong == 0 ? "Every total equals an independent sum over the ledger. " + context()
                                         : fmt::format("{} totals differ: see the first rows. {}", wrong, context()));
    sheet.headings(2, {"Total of this report", "How the independent sum is made", "Reported", "Independent sum",
                       "Difference"}, 2);
    int row = kFirstRow;
    for (const auto& check : rows) {
      sheet.text({row, 0}, check.what, Style::kWrapped);
      sheet.text({row, 1}, check.source, Style::kWrapped);
      sheet.formula({row, 2}, check.formula, money(check.reported));
      sheet.amount({row, 3}, money(check.independent));
      sheet.formula({row, 4}, fmt::format("={}-{}", sheet::name_of({row, 2}), sheet::name_of({row, 3})),
                    money(check.reported - check.independent), Style::kCheck);
      ++row;
    }
  }

  // What follows from the figures of one row, the same in every table: columns budget, period, to date, remaining,
  // % spent, committed, available.
  void derived(Sheet& sheet, int row, int budget_column, Figures figures, bool is_total) {
    const auto budget = sheet::name_of({row, budget_column});
    const auto to_date = sheet::name_of({row, budget_column + 2});
    sheet.formula({row, budget_column + 3}, fmt::format("={}-{}", budget, to_date), money(figures.remaining()),
                  is_total ? Style::kNumberTotal : Style::kNumber);
    sheet.ratio_formula({row, budget_column + 4}, fmt::format("=IF({0}=0,\"\",{1}/{0})", budget, to_date),
                        figures.to_date, figures.budget, is_total ? Style::kPercentTotal : Style::kPercent);
    sheet.formula({row, budget_column + 6},
                  fmt::format("={}-{}-{}", budget, to_date, sheet::name_of({row, budget_column + 5})),
                  money(figures.available()), is_total ? Style::kNumberTotal : Style::kNumber);
  }

  void write_summary() {
    auto& sheet = workbook_.add_sheet(
        kSummary, {.widths = {8, 46, 10, 16, 16, 16, 16, 10, 16, 16}, .frozen_rows = 3, .frozen_columns = 2, .repeated_row = 2});
    heading(sheet, "Summary by cost category", context());
    sheet.headings(2, {"Code", "Cost category", "Indirect base", "Approved budget", "Actual in period",
                       "Actual to date", "Remaining", "% spent", "Committed", "Available"}, 3);
    int row = kFirstRow;
    for (const auto& category : report_.categories) {
      const Figures figures = Figures{} + category;
      sheet.text({row, 0}, category.code);
      sheet.text({row, 1}, category.name, Style::kWrapped);
      sheet.text({row, 2}, category.in_indirect_base ? "yes" : "no");
      for (int i = 0; i < 3; ++i) {
        const auto value = i == 0 ? figures.budget : i == 1 ? figures.period : figures.to_date;
        category_sum(sheet, {row, 3 + i}, value);
      }
      category_sum(sheet, {row, 8}, figures.committed);
      derived(sheet, row, 3, figures, false);
      ++row;
    }
    summary_totals(sheet);
    const auto name = [&](const char* what, int total, int column) {
      workbook_.define_name(what, {kSummary, {total, column}});
    };
    name("TotalBudget", total_row(), 3);
    name("TotalActualPeriod", total_row(), 4);
    name("TotalActualToDate", total_row(), 5);
    row = total_row() + 2;
    sheet.text({row, 1}, "Funder's share of the budget at the funding rate", Style::kWrapped);
    const auto share = share_of(money(total_.budget), report_.cover.funding_rate);
    sheet.formula({row, 3}, fmt::format("=ROUND(TotalBudget*FundingRate,{})", currency_.minor_digits()), share);
    ++row;
    sheet.text({row, 1}, "Maximum grant less that share (negative: carried by others)", Style::kWrapped);
    sheet.formula({row, 3}, fmt::format("=MaximumGrant-{}", sheet::name_of({row - 1, 3})),
                  money(report_.cover.awarded.minor - share.minor));
  }

  // A category's figure is the sum of its lines. The actual cost of a line of an earlier budget version has no row on
  // the lines' sheet, so that actual figures are given as values where the lines do not carry all of them.
  void category_sum(Sheet& sheet, Cell cell, std::int64_t minor) {
    const int column = cell.column + 4;  // the same figure on the lines' sheet
    std::int64_t on_lines = 0;
    const auto& code = report_.categories[static_cast<std::size_t>(cell.row - kFirstRow)].code;
    for (const auto& line : report_.lines) {
      if (line.category != code) continue;
      on_lines += cell.column == 3   ? line.budget_minor
                  : cell.column == 4 ? line.period_minor
                  : cell.column == 5 ? line.to_date_minor
                                     : line.committed_minor;
    }
    if (line_count() == 0 || on_lines != minor) {
      sheet.amount(cell, money(minor));
      return;
    }
    const auto range = [&](int c) {
      return sheet::quoted(kLines) + sheet::absolute_name_of({kFirstRow, c}) + ":" + sheet::absolute_name_of({lines_total_row() - 1, c});
    };
    sheet.formula(cell, fmt::format("=SUMIF({},{},{})", range(2), sheet::name_of({cell.row, 0}), range(column)),
                  money(minor));
  }

  void summary_totals(Sheet& sheet) {
    const int direct = direct_row();
    for (const int row : {direct, indirect_row(), total_row()}) {
      for (int column = 0; column < 3; ++column) sheet.text({row, column}, "", Style::kTextTotal);
    }
    sheet.text({direct, 1}, "Total direct costs", Style::kTextTotal);
    sheet.text({indirect_row(), 1}, "Indirect costs (rate x indirect base)", Style::kTextTotal);
    sheet.text({total_row(), 1}, "Total costs", Style::kTextTotal);
    const auto each = [&](Figures figures, auto&& put) {
      put(3, figures.budget);
      put(4, figures.period);
      put(5, figures.to_date);
      put(8, figures.committed);
    };
    each(direct_, [&](int column, std::int64_t minor) {
      sheet.formula({direct, column}, sum_formula({kFirstRow, column}, categories()), money(minor),
                    Style::kNumberTotal);
    });
    each(indirect_, [&](int column, std::int64_t minor) {
      const auto base = [&](int c) { return sheet::range_of({kFirstRow, c}, {direct - 1, c}); };
      const auto formula =
          categories() == 0 ? std::string("=0")
                            : fmt::format("=ROUND(IndirectRate*SUMIF({},\"yes\",{}),{})", base(2), base(column),
                                          currency_.minor_digits());
      sheet.formula({indirect_row(), column}, formula, money(minor), Style::kNumberTotal);
    });
    each(total_, [&](int column, std::int64_t minor) {
      sheet.formula({total_row(), column},
                    fmt::format("={}+{}", sheet::name_of({direct, column}), sheet::name_of({indirect_row(), column})),
                    money(minor), Style::kNumberTotal);
    });
    derived(sheet, direct, 3, direct_, true);
    derived(sheet, indirect_row(), 3, indirect_, true);
    derived(sheet, total_row(), 3, total_, true);
  }

  void write_lines() {
    auto& sheet = workbook_.add_sheet(kLines, {.widths = {6, 14, 10, 28, 34, 12, 12, 16, 16, 16, 16, 10, 16, 16},
                                               .frozen_rows = 3,
                                               .frozen_columns = 3,
                                               .repeated_row = 2});
    heading(sheet, "Budget lines", context());
    sheet.headings(2, {"Line", "Work package", "Category", "Partner", "Description", "From", "To", "Approved budget",
                       "Actual in period", "Actual to date", "Remaining", "% spent", "Committed", "Available"}, 7);
    int row = kFirstRow;
    for (const auto& line : report_.lines) {
      sheet.identifier({row, 0}, line.number);
      sheet.text({row, 1}, line.work_package, Style::kWrapped);
      sheet.text({row, 2}, line.category);
      sheet.text({row, 3}, line.partner, Style::kWrapped);
      sheet.text({row, 4}, line.description, Style::kWrapped);
      if (line.starts_on) sheet.date({row, 5}, *line.starts_on);
      if (line.ends_on) sheet.date({row, 6}, *line.ends_on);
      const Figures figures = Figures{} + line;
      sheet.amount({row, 7}, money(figures.budget));
      sheet.amount({row, 8}, money(figures.period));
      sheet.amount({row, 9}, money(figures.to_date));
      sheet.amount({row, 12}, money(figures.committed));
      derived(sheet, row, 7, figures, false);
      ++row;
    }
    for (int column = 0; column < 7; ++column) sheet.text({row, column}, "", Style::kTextTotal);
    sheet.text({row, 1}, "Total", Style::kTextTotal);
    const auto sum = sum_of(report_.lines);
    const std::int64_t values[] = {sum.budget, sum.period, sum.to_date};
    for (int i = 0; i < 3; ++i) {
      sheet.formula({row, 7 + i}, sum_formula({kFirstRow, 7 + i}, line_count()), money(values[i]),
                    Style::kNumberTotal);
    }
    sheet.formula({row, 12}, sum_formula({kFirstRow, 12}, line_count()), money(sum.committed), Style::kNumberTotal);
    derived(sheet, row, 7, sum, true);
  }

  void write_instalments() {
    auto& sheet = workbook_.add_sheet(kInstalments, {.widths = {36, 14, 14, 13, 18, 18, 18, 16},
                                                     .frozen_rows = 3,
                                                     .repeated_row = 2});
    heading(sheet, "Instalments", context());
    sheet.headings(2, {"Instalment", "Kind", "State", "Due", "Planned", "Received to date", "Outstanding",
                       "Last received"});
    int row = kFirstRow;
    std::int64_t planned = 0, received = 0;
    for (const auto& instalment : report_.instalments) {
      // A cancelled instalment is shown, but nothing is expected of it any more.
      const auto expected = instalment.state == "cancelled" ? 0 : instalment.planned_minor;
      sheet.text({row, 0}, instalment.title, Style::kWrapped);
      sheet.text({row, 1}, instalment.kind);
      sheet.text({row, 2}, instalment.state);
      if (instalment.due_on) sheet.date({row, 3}, *instalment.due_on);
      sheet.amount({row, 4}, money(expected));
      sheet.amount({row, 5}, money(instalment.received_minor));
      sheet.formula({row, 6}, fmt::format("={}-{}", sheet::name_of({row, 4}), sheet::name_of({row, 5})),
                    money(expected - instalment.received_minor));
      if (instalment.last_received_on) sheet.date({row, 7}, *instalment.last_received_on);
      planned += expected;
      received += instalment.received_minor;
      ++row;
    }
    for (const int column : {0, 1, 2, 3, 7}) sheet.text({row, column}, "", Style::kTextTotal);
    sheet.text({row, 0}, "Total", Style::kTextTotal);
    const std::int64_t values[] = {planned, received, planned - received};
    for (int i = 0; i < 3; ++i) {
      sheet.formula({row, 4 + i}, sum_formula({kFirstRow, 4 + i}, instalment_count()), money(values[i]),
                    Style::kNumberTotal);
    }
  }

  void write_definitions() {
    auto& sheet = workbook_.add_sheet(kDefinitions, {.widths = {28, 100}, .frozen_rows = 3, .repeated_row = 2});
    heading(sheet, "Definitions", "What each figure means, and how its sign is to be read.");
    sheet.headings(2, {"Figure", "Definition"});
    static constexpr std::pair<const char*, const char*> kRows[] = {
        {"Approved budget", "The lines of the budget version that is active now. Indirect costs are computed, never typed."},
        {"Actual in period", "Costs posted to the grant's budget lines with an accounting date in the reported period."},
        {"Actual to date", "The same from the start of the grant to the end of the reported period."},
        {"Remaining", "Approved budget less actual to date. A negative figure, in red, is over-spent."},
        {"% spent", "Actual to date divided by approved budget; empty where there is no budget."},
        {"Committed", "What open contracts and orders still reserve at the end of the reported period, used parts taken off."},
        {"Available", "Approved budget less actual to date less committed: the same figure as on pages and endpoints."},
        {"Indirect costs", "The grant's indirect rate times the categories marked as its base, rounded once, half away from zero."},
        {"Received", "Money that arrived on the bank account and is posted. Awards and plans are never counted as received."},
        {"Ledger position", "The report holds every entry sealed up to this position and no other. The same position gives the same file."},
        {"Difference", "Total of this report less the independent sum; 0 in green, anything else in red."},
    };
    int row = kFirstRow;
    for (const auto& [figure, definition] : kRows) {
      sheet.text({row, 0}, figure, Style::kLabel);
      sheet.text({row++, 1}, definition, Style::kWrapped);
    }
  }

  const Report& report_;
  Currency currency_;
  Workbook workbook_;
  Figures direct_;
  Figures indirect_;
  Figures total_;
};

}  // namespace

std::string write_funder_variance(const FunderVarianceReport& report) { return Writer(report).write(); }

}  // namespace kindling
