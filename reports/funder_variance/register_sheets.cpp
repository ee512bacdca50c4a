// Instalments, match, modifications, adjustments, and the costs with their evidence.
#include <map>

#include <fmt/format.h>

#include "reports/funder_variance/variance_sheets.hpp"

namespace kindling {

using sheet::Style;

namespace {

Money sum_of(const sheet::Table& table, int column, Money nothing) {
  return table.rows() == 0 ? nothing : table.sum(column).money();
}

std::string line_text(int number, const sheet::Words& words) {
  return number > 0 ? std::to_string(number) : words("ended");
}

}  // namespace

void fill_instalments(VarianceSheets& sheets) {
  auto& table = sheets.instalments;
  const auto& words = sheets.words;
  enum { kTitle, kKind, kState, kDue, kPlanned, kReceived, kOutstanding, kLast };
  for (const auto& instalment : sheets.report.instalments) {
    // A cancelled instalment is shown, but nothing is expected of it any more.
    const auto expected = instalment.state == "cancelled" ? 0 : instalment.planned_minor;
    table.row(instalment.title);
    table.text(kTitle, instalment.title, Style::kWrapped);
    table.text(kKind, words(instalment.kind));
    table.text(kState, words(instalment.state));
    table.date(kDue, instalment.due_on);
    table.amount(kPlanned, sheets.money(expected));
    table.amount(kReceived, sheets.money(instalment.received_minor));
    table.formula(kOutstanding, "={0}-{1}", {kPlanned, kReceived}, sheets.money(expected - instalment.received_minor));
    table.date(kLast, instalment.last_received_on);
  }
  table.total(words("Total"), {kPlanned, kReceived, kOutstanding}, sheets.money(0));
  sheets.frame.tie_out(words("Instalments received to date"), table.ref(kReceived),
                       sum_of(table, kReceived, sheets.money(0)), words("Grant income posted to the grant's fund to date"),
                       sheets.money(sheets.report.ledger.received_to_date_minor));
}

void fill_match(VarianceSheets& sheets) {
  auto& table = sheets.match;
  const auto& words = sheets.words;
  enum { kDate, kCost, kKind, kSource, kDescription, kCategory, kAmount };
  for (const auto& match : sheets.report.matches) {
    table.row(fmt::format("{} {}", match.expenditure_id, match.category));
    table.date(kDate, match.booked_on);
    table.identifier(kCost, match.expenditure_id);
    table.text(kKind, words(match.kind));
    table.text(kSource, match.source, Style::kWrapped);
    table.text(kDescription, match.description, Style::kWrapped);
    table.text(kCategory, match.category);
    table.amount(kAmount, sheets.money(match.amount_minor));
  }
  table.total(words("Match to date"), {kAmount}, sheets.money(0), kDescription);
  const auto provided = sum_of(table, kAmount, sheets.money(0));
  const auto provided_cell = sheet::name_of(table.cell(kAmount));
  const auto required = sheets.report.cover.match_required;
  table.total_row(words("Match required by the agreement"));
  table.text(kDescription, words("Match required by the agreement"));
  table.amount(kAmount, required);
  const auto required_cell = sheet::name_of(table.cell(kAmount));
  table.total_row(words("Match still missing"));
  table.text(kDescription, words("Match still missing"));
  table.formula(kAmount, fmt::format("=MAX(0,{}-{})", required_cell, provided_cell), {},
                sheets.money(std::max<std::int64_t>(0, required.minor - provided.minor)));
}

void fill_modifications(VarianceSheets& sheets) {
  auto& table = sheets.modifications;
  const auto& words = sheets.words;
  for (const auto& change : sheets.report.modifications) {
    int column = 0;
    table.row(std::to_string(change.number));
    table.identifier(column++, change.number);
    table.text(column++, words(change.kind));
    table.date(column++, change.approved_on);
    table.text(column++, change.justification, Style::kWrapped);
    table.text(column++, change.funder_reference, Style::kWrapped);
    table.identifier(column++, change.version);
    table.amount(column++, sheets.money(change.moved_minor));
    table.amount(column++, sheets.money(change.award_change_minor));
    table.text(column++, change.asked_by, Style::kWrapped);
    table.text(column++, change.approved_by, Style::kWrapped);
  }
  if (table.rows() == 0) {
    table.row();
    table.text(3, words("The budget was never modified."), Style::kRemark);
  }
}

void fill_adjustments(VarianceSheets& sheets) {
  auto& table = sheets.adjustments;
  const auto& words = sheets.words;
  enum { kDate, kPosition, kCost, kDocument, kDescription, kCostOf, kPeriod, kLine, kAmount };
  for (const auto& cost : sheets.report.costs) {
    if (!cost.corrects_on || *cost.corrects_on >= sheets.report.cover.period.first) continue;
    table.row(fmt::format("{}.{}", cost.position, cost.line_no));
    table.date(kDate, cost.booked_on);
    table.identifier(kPosition, cost.position);
    table.identifier(kCost, cost.expenditure_id);
    table.text(kDocument, cost.document, Style::kWrapped);
    table.text(kDescription, cost.description, Style::kWrapped);
    table.date(kCostOf, *cost.corrects_on);
    if (cost.corrects_period > 0) table.identifier(kPeriod, cost.corrects_period);
    table.text(kLine, line_text(cost.budget_line, words));
    table.amount(kAmount, sheets.money(cost.amount_minor));
  }
  table.total(words("Total"), {kAmount}, sheets.money(0));
  sheets.frame.tie_out(words("Adjustments of earlier periods"), table.ref(kAmount),
                       sum_of(table, kAmount, sheets.money(0)),
                       words("Costs of the grant's fund in the period whose document was booked before it"),
                       sheets.money(sheets.report.ledger.corrected_minor));
}

void fill_evidence(VarianceSheets& sheets) {
  auto& table = sheets.evidence;
  for (const auto& file : sheets.report.evidence) {
    table.row(fmt::format("{} {}", file.expenditure_id, file.sha256.substr(0, 16)));
    table.identifier(0, file.expenditure_id);
    table.text(1, file.name, Style::kWrapped);
    table.count(2, file.size_bytes);
    table.text(3, file.sha256, Style::kCode);
  }
  if (table.rows() == 0) {
    table.row();
    table.text(1, sheets.words("No file is attached to the costs of this period."), Style::kRemark);
  }
}

void fill_costs(VarianceSheets& sheets) {
  auto& table = sheets.costs;
  const auto& words = sheets.words;
  enum { kDate, kPosition, kCost, kDocument, kSupplier, kDescription, kLine, kCategory, kAmount, kDocumentAmount,
         kDocumentCurrency, kEvidence };
  struct Files {
    int first_row = 0;
    int count = 0;
  };
  std::map<std::int64_t, Files> files;
  for (int row = sheets.evidence.first_row(); const auto& file : sheets.report.evidence) {
    auto& of = files.try_emplace(file.expenditure_id, Files{row, 0}).first->second;
    ++of.count;
    ++row;
  }
  for (const auto& cost : sheets.report.costs) {
    table.row(fmt::format("{}.{}", cost.position, cost.line_no));
    table.date(kDate, cost.booked_on);
    table.identifier(kPosition, cost.position);
    if (cost.expenditure_id > 0) table.identifier(kCost, cost.expenditure_id);
    table.text(kDocument, cost.document, Style::kWrapped);
    table.text(kSupplier, cost.supplier, Style::kWrapped);
    table.text(kDescription, cost.description, Style::kWrapped);
    table.text(kLine, line_text(cost.budget_line, words));
    table.text(kCategory, cost.category);
    table.amount(kAmount, sheets.money(cost.amount_minor));
    table.amount(kDocumentAmount, cost.document_amount);
    table.text(kDocumentCurrency, cost.document_amount.currency.code());
    const auto evidence = files.find(cost.expenditure_id);
    if (evidence == files.end()) {
      table.text(kEvidence, words("none"), Style::kRemark);
    } else {
      table.link(kEvidence,
                 "internal:" + sheet::name_of(sheet::Ref{sheets.evidence.sheet().name(), {evidence->second.first_row, 0}}),
                 words.format("files: {}", evidence->second.count));
    }
  }
  table.total(words("Total"), {kAmount}, sheets.money(0));
  sheets.frame.tie_out(words("Costs listed one by one"), table.ref(kAmount), sum_of(table, kAmount, sheets.money(0)),
                       words("Costs posted to the grant's fund in the period"),
                       sheets.money(sheets.report.ledger.spent_period_minor));
}

void define_figures(sheet::Frame& frame) {
  const auto& words = frame.words();
  const auto define = [&](const char* figure, const char* definition) { frame.define(words(figure), words(definition)); };
  using sheet::word;
  define(word("Approved budget"), word("The lines of the budget version that was in force at the end of the reported period. Indirect costs are computed, never typed."));
  define(word("Actual in period"), word("Costs posted to the grant's budget lines with an accounting date in the reported period."));
  define(word("Actual to date"), word("The same from the start of the grant to the end of the reported period."));
  define(word("Committed"), word("What open contracts and orders still reserve at the end of the reported period, used parts taken off."));
  define(word("Remaining"), word("Approved budget less actual to date. A negative figure, in red, is over-spent."));
  define(word("Available"), word("Approved budget less actual to date less committed: the same figure as on pages and endpoints."));
  define(word("% spent"), word("Actual to date divided by approved budget; empty where there is no budget."));
  define(word("% of time elapsed"), word("The days of the line's own period, or else of the grant's, that had passed at the end of the reported period."));
  define(word("Expected to date"), word("Approved budget times the share of time elapsed."));
  define(word("Variance"), word("Expected to date less actual to date. A negative figure, in red, was spent faster than time passed; a positive one slower."));
  define(word("Explanation required"), word("The variance, whichever its sign, is above the share of the line's budget that the cover names."));
  define(word("Indirect costs"), word("The grant's indirect rate times the categories marked as its base, rounded once, half away from zero."));
  define(word("Match"), word("Costs of the action that other sources bear, cash or in kind. They are counted here and in no claim."));
  define(word("Adjustments"), word("Corrections of costs that were booked before the reported period. They are booked in this period, because a closed period never changes."));
  define(word("Received"), word("Money that arrived on the bank account and is posted. Awards and plans are never counted as received."));
  define(word("Ledger position"), word("The report holds every entry sealed up to this position and no other. The same position gives the same file."));
  define(word("Difference"), word("Total of this report less the independent sum; 0 in green, anything else in red."));
}

}  // namespace kindling
