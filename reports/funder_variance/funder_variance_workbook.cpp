#include <algorithm>

#include "reports/funder_variance/funder_variance.hpp"
#include "reports/funder_variance/variance_sheets.hpp"

namespace kindling {
namespace {

using Report = FunderVarianceReport;

sheet::Cover cover_of(const Report::Cover& cover, const sheet::Words& words) {
  return {.platform = cover.platform,
          .report = words("Financial report: budget against actual"),
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

sheet::TableOptions summary_options(const sheet::Words& words) {
  return {.name = words("Summary"),
          .columns = {{words("Code"), 8}, {words("Cost category"), 36}, {words("Indirect base"), 9},
                      {words("Approved budget"), 14, true}, {words("Actual in period"), 14, true},
                      {words("Actual to date"), 14, true}, {words("Committed"), 14, true},
                      {words("Remaining"), 14, true}, {words("Available"), 14, true}, {words("% spent"), 9, true},
                      {words("Expected to date"), 14, true}, {words("Variance"), 14, true}},
          .frozen_columns = 2};
}

sheet::TableOptions variance_options(const sheet::Words& words) {
  return {.name = words("Variance"),
          .columns = {{words("Line"), 6}, {words("What it is for"), 34}, {words("Category"), 10}, {words("From"), 11},
                      {words("To"), 11}, {words("Approved budget"), 14, true}, {words("% of time elapsed"), 10, true},
                      {words("Expected to date"), 14, true}, {words("Actual to date"), 14, true},
                      {words("Variance"), 14, true}, {words("Explanation required"), 12}, {words("Explanation"), 44}},
          .frozen_columns = 2};
}

sheet::TableOptions lines_options(const sheet::Words& words) {
  return {.name = words("Budget lines"),
          .columns = {{words("Line"), 6}, {words("Work package"), 10}, {words("Category"), 10}, {words("Partner"), 24},
                      {words("Description"), 30}, {words("Approved budget"), 14, true},
                      {words("Actual in period"), 14, true}, {words("Actual to date"), 14, true},
                      {words("Committed"), 14, true}, {words("Remaining"), 14, true}, {words("Available"), 14, true},
                      {words("% spent"), 9, true}},
          .frozen_columns = 3};
}

sheet::TableOptions instalments_options(const sheet::Words& words) {
  return {.name = words("Instalments"),
          .columns = {{words("Instalment"), 36}, {words("Kind"), 14}, {words("State"), 14}, {words("Due"), 12},
                      {words("Planned"), 16, true}, {words("Received to date"), 16, true},
                      {words("Outstanding"), 16, true}, {words("Last received"), 14}}};
}

sheet::TableOptions match_options(const sheet::Words& words) {
  return {.name = words("Match"),
          .note = words("What other sources pay of the action. It is never claimed from this grant."),
          .columns = {{words("Date"), 12}, {words("Cost no."), 9}, {words("Kind"), 12}, {words("From whom"), 30},
                      {words("Description"), 48}, {words("Category"), 12}, {words("Amount"), 16, true}}};
}

sheet::TableOptions modifications_options(const sheet::Words& words) {
  return {.name = words("Modifications"),
          .note = words("Transfers between budget lines, and amendments that the funder agreed to, in force."),
          .columns = {{words("No."), 6}, {words("Kind"), 12}, {words("In force since"), 13},
                      {words("Justification"), 54}, {words("The funder's reference"), 20}, {words("Budget version"), 9},
                      {words("Moved between lines"), 15, true}, {words("Change of the maximum grant"), 15, true},
                      {words("Asked for by"), 22}, {words("Approved by"), 22}}};
}

sheet::TableOptions adjustments_options(const sheet::Words& words) {
  return {.name = words("Adjustments"),
          .note = words("Corrections in this period of costs of earlier periods. They are part of the actual in period."),
          .columns = {{words("Date"), 12}, {words("Ledger position"), 11}, {words("Cost no."), 9},
                      {words("Document"), 18}, {words("Description"), 48}, {words("Cost of"), 12},
                      {words("Reporting period"), 11}, {words("Line"), 7}, {words("Amount"), 16, true}}};
}

sheet::TableOptions costs_options(const sheet::Words& words) {
  return {.name = words("Costs"),
          .note = words("Every posting on a line of this grant within the reported period."),
          .columns = {{words("Date"), 12}, {words("Ledger position"), 11}, {words("Cost no."), 9},
                      {words("Document"), 18}, {words("Supplier"), 26}, {words("Description"), 44}, {words("Line"), 7},
                      {words("Category"), 10}, {words("Amount"), 15, true}, {words("Document amount"), 15, true},
                      {words("Document currency"), 10}, {words("Evidence"), 18}}};
}

sheet::TableOptions evidence_options(const sheet::Words& words) {
  return {.name = words("Evidence"),
          .note = words("The files behind the costs. A file is the one that was recorded if its SHA-256 is the same."),
          .columns = {{words("Cost no."), 9}, {words("File"), 50}, {words("Bytes"), 12, true}, {words("SHA-256"), 68}}};
}

std::string budget_of(const Report::Cover& cover, const sheet::Words& words) {
  if (cover.budget_version == 0) return words("There is no approved budget; budget figures are 0.");
  return cover.approved_on ? words.format("version {}, approved {}", cover.budget_version, to_string(*cover.approved_on))
                           : words.format("version {}", cover.budget_version);
}

void add_facts(VarianceSheets& sheets) {
  const auto& [report, words] = std::tie(sheets.report, sheets.words);
  const auto& cover = report.cover;
  auto& frame = sheets.frame;
  frame.fact(words("Agreement number"), cover.reference);
  frame.fact(words("Funder"), cover.funder);
  frame.fact(words("Programme"), cover.programme);
  frame.fact(words("Coordinator"), cover.coordinator);
  frame.fact(words("State of the grant"), words(cover.state));
  frame.fact(words("Eligible from"), cover.eligibility.first);
  frame.fact(words("Eligible to"), cover.eligibility.last);
  frame.fact(words("Maximum grant"), cover.awarded, "MaximumGrant");
  frame.fact(words("Funding rate"), cover.funding_rate, "FundingRate");
  frame.fact(words("Indirect cost rate"), cover.indirect_rate, "IndirectRate");
  frame.fact(words("Explanation required above"), cover.explain_above, "VarianceThreshold");
  frame.fact(words("Approved budget"), budget_of(cover, words));
  const auto asks = [&](const Report::Line& line) {
    return asks_for_explanation(line, cover.period.last, cover.explain_above);
  };
  const auto asked = std::ranges::count_if(report.lines, asks);
  const auto open = std::ranges::count_if(report.lines, [&](const auto& line) { return asks(line) && line.explanation.empty(); });
  frame.fact(words("Variances to explain"), words.format("{} of {} explained", asked - open, asked));
}

}  // namespace

std::string label_of(const Report::Line& line) {
  return line.number > 0 ? std::to_string(line.number) : "earlier " + std::to_string(line.root_id);
}

VarianceSheets::VarianceSheets(const Report& of, const sheet::Words& in)
    : report(of),
      words(in),
      currency(of.cover.awarded.currency),
      frame(cover_of(of.cover, words), words),
      summary(frame.add_table(summary_options(words))),
      variance(frame.add_table(variance_options(words))),
      lines(frame.add_table(lines_options(words))),
      instalments(frame.add_table(instalments_options(words))),
      match(frame.add_table(match_options(words))),
      modifications(frame.add_table(modifications_options(words))),
      adjustments(frame.add_table(adjustments_options(words))),
      costs(frame.add_table(costs_options(words))),
      evidence(frame.add_table(evidence_options(words))) {}

sheet::File write_funder_variance(const Report& report, const sheet::Words& words) {
  VarianceSheets sheets(report, words);
  add_facts(sheets);
  fill_lines(sheets);
  fill_variance(sheets);
  fill_summary(sheets);
  fill_instalments(sheets);
  fill_match(sheets);
  fill_modifications(sheets);
  fill_adjustments(sheets);
  fill_evidence(sheets);
  fill_costs(sheets);
  define_figures(sheets.frame);
  return sheets.frame.finish();
}

}  // namespace kindling
