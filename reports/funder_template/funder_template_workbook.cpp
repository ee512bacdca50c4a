#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/funder_template/funder_template.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {
namespace {

using Report = FunderVarianceReport;
using sheet::Style;

struct Figures {
  std::int64_t budget = 0;
  std::int64_t period = 0;
  std::int64_t to_date = 0;
};

const TemplateLayout::Heading* heading_of(const TemplateLayout& layout, const std::string& category) {
  for (const auto& heading : layout.headings) {
    if (std::ranges::find(heading.categories, category) != heading.categories.end()) return &heading;
  }
  return nullptr;
}

sheet::Cover cover_of(const Report& report, const TemplateLayout& layout, const sheet::Words& words) {
  const auto& cover = report.cover;
  return {.platform = cover.platform,
          .report = layout.title,
          .subject = cover.grant_title,
          .period = cover.period,
          .currency = cover.awarded.currency,
          .ledger_position = cover.ledger_position,
          .ledger_hash = cover.ledger_hash,
          .as_of_s = cover.sealed_at_s,
          .letter = cover.letter,
          .identifier = cover.identifier,
          .certification = words("I certify that, to the best of my knowledge, this report is true and complete, and that "
                                 "its costs were incurred for the purposes of the grant.")};
}

// The account in the funder's own form, and below it how its rows are filled from the grant's categories.
class Writer {
 public:
  Writer(const Report& report, const TemplateLayout& layout, const sheet::Words& words)
      : report_(report),
        layout_(layout),
        words_(words),
        currency_(report.cover.awarded.currency),
        frame_(cover_of(report, layout, words), words),
        account_(frame_.add_table({.name = layout.title,
                                   .columns = {{words("Code"), 8}, {words("Heading"), 38}, {layout.budget, 16, true},
                                               {layout.period, 16, true}, {layout.to_date, 16, true},
                                               {layout.balance, 16, true}, {words("Explanation"), 44}},
                                   .frozen_columns = 2})),
        categories_(frame_.add_table({.name = words("Categories"),
                                      .note = words("Which cost category stands under which heading, with its figures."),
                                      .columns = {{words("Category"), 12}, {words("Cost category"), 36},
                                                  {words("Heading"), 38}, {words("Indirect base"), 10},
                                                  {layout.budget, 16, true}, {layout.period, 16, true},
                                                  {layout.to_date, 16, true}}})) {}

  sheet::File write() {
    add_facts();
    sum_lines();
    fill_categories();
    fill_account();
    define();
    return frame_.finish();
  }

 private:
  enum AccountColumn { kCode, kHeading, kBudget, kPeriod, kToDate, kBalance, kExplanation };
  enum CategoryColumn { kCategory, kCategoryName, kUnder, kBase, kCategoryBudget, kCategoryPeriod, kCategoryToDate };

  Money money(std::int64_t minor) const { return {minor, currency_}; }

  void add_facts() {
    const auto& cover = report_.cover;
    frame_.fact(words_("Agreement number"), cover.reference);
    frame_.fact(words_("Funder"), cover.funder);
    frame_.fact(words_("Coordinator"), cover.coordinator);
    frame_.fact(words_("Eligible from"), cover.eligibility.first);
    frame_.fact(words_("Eligible to"), cover.eligibility.last);
    frame_.fact(words_("Maximum grant"), cover.awarded, "MaximumGrant");
    frame_.fact(words_("Indirect cost rate"), cover.indirect_rate, "IndirectRate");
  }

  void sum_lines() {
    for (const auto& line : report_.lines) {
      auto& sum = by_category_[line.category];
      sum.budget += line.budget_minor;
      sum.period += line.period_minor;
      sum.to_date += line.to_date_minor;
      auto& text = explanations_[heading_of(layout_, line.category)];
      if (line.explanation.empty() || text.find(line.explanation) != std::string::npos) continue;  // said once
      text += (text.empty() ? "" : "\n") + line.explanation;
    }
  }

  void fill_categories() {
    for (const auto& category : report_.categories) {
      const auto& figures = by_category_[category.code];
      const auto* heading = heading_of(layout_, category.code);
      auto& table = categories_;
      table.row(category.code);
      table.text(kCategory, category.code);
      table.text(kCategoryName, category.name, Style::kWrapped);
      table.text(kUnder, heading->name, Style::kWrapped);
      table.text(kBase, category.in_indirect_base ? words_("yes") : words_("no"));
      table.amount(kCategoryBudget, money(figures.budget));
      table.amount(kCategoryPeriod, money(figures.period));
      table.amount(kCategoryToDate, money(figures.to_date));
      auto& sum = by_heading_[heading];
      for (auto* into : {&sum, &direct_}) add(*into, figures);
      if (category.in_indirect_base) add(base_, figures);
    }
    categories_.total(words_("Total"), {kCategoryBudget, kCategoryPeriod, kCategoryToDate}, money(0));
    tie_out(words_("Budget, direct costs"), kCategoryBudget, direct_.budget, words_("Sum of the budget lines"), line_budget());
    tie_out(words_("Actual in period, direct costs"), kCategoryPeriod, direct_.period,
            words_("Costs posted to the grant's fund in the period"), report_.ledger.spent_period_minor);
    tie_out(words_("Actual to date, direct costs"), kCategoryToDate, direct_.to_date,
            words_("Costs posted to the grant's fund to date"), report_.ledger.spent_to_date_minor);
  }

  static void add(Figures& sum, const Figures& part) {
    sum.budget += part.budget;
    sum.period += part.period;
    sum.to_date += part.to_date;
  }

  std::int64_t line_budget() const {
    std::int64_t sum = 0;
    for (const auto& line : report_.lines) sum += line.budget_minor;
    return sum;
  }

  void tie_out(std::string what, int column, std::int64_t minor, std::string source, std::int64_t independent) {
    frame_.tie_out(std::move(what), categories_.ref(column), money(minor), std::move(source), money(independent));
  }

  // The three figures by the formula for each column of the categories' sheet, and the balance.
  template <typename FormulaOf>
  void put(const Figures& figures, FormulaOf&& formula_of) {
    account_.formula(kBudget, formula_of(kCategoryBudget), {}, money(figures.budget));
    account_.formula(kPeriod, formula_of(kCategoryPeriod), {}, money(figures.period));
    account_.formula(kToDate, formula_of(kCategoryToDate), {}, money(figures.to_date));
    account_.formula(kBalance, "={0}-{1}", {kBudget, kToDate}, money(figures.budget - figures.to_date));
  }

  void fill_account() {
    const auto of_categories = [&](int column) { return sheet::name_of(categories_.range(column)); };
    for (const auto& heading : layout_.headings) {
      account_.row(heading.code.empty() ? heading.name : heading.code);
      account_.text(kCode, heading.code);
      account_.text(kHeading, heading.name, Style::kWrapped);
      put(by_heading_[&heading], [&](int column) {
        return fmt::format("=SUMPRODUCT(({}={})*{})", of_categories(kUnder), sheet::name_of(account_.cell(kHeading)),
                           of_categories(column));
      });
      account_.text(kExplanation, explanations_[&heading], Style::kWrapped);
    }
    const auto indirect_of = [&](std::int64_t minor) { return share_of(money(minor), report_.cover.indirect_rate).minor; };
    const Figures indirect{indirect_of(base_.budget), indirect_of(base_.period), indirect_of(base_.to_date)};
    account_.row("indirect");
    account_.text(kHeading, layout_.indirect, Style::kWrapped);
    put(indirect, [&](int column) {
      return fmt::format("=ROUND(IndirectRate*SUMIF({},{},{}),{})", of_categories(kBase), sheet::literal(words_("yes")),
                         of_categories(column), currency_.minor_digits());
    });
    account_.text(kExplanation, words_.format("{} % of the direct costs in the indirect base", to_string(report_.cover.indirect_rate)),
                  Style::kRemark);
    account_.total(words_("Total"), {kBudget, kPeriod, kToDate, kBalance}, money(0), kHeading);
    frame_.define_name("TotalActualToDate", account_.ref(kToDate));
    received_row(indirect.to_date + direct_.to_date);
  }

  // What came of the grant, and what is left of it.
  void received_row(std::int64_t spent) {
    std::int64_t received = 0;
    for (const auto& instalment : report_.instalments) received += instalment.received_minor;
    const auto total = sheet::name_of(account_.cell(kToDate));
    const auto row = [&](const std::string& text) {
      account_.total_row(text);
      for (int column = 0; column <= kExplanation; ++column) {
        if (column != kToDate) account_.text(column, column == kHeading ? text : "", Style::kTextTotal);
      }
    };
    row(words_("Received to date"));
    account_.amount(kToDate, money(received));
    frame_.tie_out(words_("Instalments received to date"), account_.ref(kToDate), money(received),
                   words_("Grant income posted to the grant's fund to date"), money(report_.ledger.received_to_date_minor));
    const auto received_cell = sheet::name_of(account_.cell(kToDate));
    row(words_("Received and not spent yet"));
    account_.formula(kToDate, fmt::format("={}-{}", received_cell, total), {}, money(received - spent));
  }

  void define() {
    frame_.define(layout_.budget, words_("The lines of the budget version that was in force at the end of the reported period. Indirect costs are computed, never typed."));
    frame_.define(layout_.period, words_("Costs posted to the grant's budget lines with an accounting date in the reported period."));
    frame_.define(layout_.to_date, words_("The same from the start of the grant to the end of the reported period."));
    frame_.define(layout_.balance, words_("Approved budget less actual to date. A negative figure, in red, is over-spent."));
    frame_.define(layout_.indirect, words_("The grant's indirect rate times the categories marked as its base, rounded once, half away from zero."));
    frame_.define(words_("Ledger position"), words_("The report holds every entry sealed up to this position and no other. The same position gives the same file."));
  }

  const Report& report_;
  const TemplateLayout& layout_;
  sheet::Words words_;
  Currency currency_;
  sheet::Frame frame_;
  sheet::Table& account_;
  sheet::Table& categories_;
  std::map<std::string, Figures> by_category_;
  std::map<const TemplateLayout::Heading*, Figures> by_heading_;
  std::map<const TemplateLayout::Heading*, std::string> explanations_;
  Figures direct_;
  Figures base_;
};

}  // namespace

Outcome check_layout(const TemplateLayout& layout, const FunderVarianceReport& report) {
  for (const auto& category : report.categories) {
    if (heading_of(layout, category.code) != nullptr) continue;
    return conflict("category_has_no_heading", "The funder's template has no heading for the category " + category.code +
                                                   " of this grant. Add it to the programme's file.");
  }
  return kOk;
}

sheet::File write_funder_template(const FunderVarianceReport& report, const TemplateLayout& layout,
                                  const sheet::Words& words) {
  return Writer(report, layout, words).write();
}

}  // namespace kindling
