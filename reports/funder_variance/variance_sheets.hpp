// The sheets of the funder report. Each function fills tables of one topic; the workbook makes the tables in the order
// of reading and fills those first that others refer to.
#pragma once

#include "reports/funder_variance/funder_variance.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling {

struct VarianceSheets {
  explicit VarianceSheets(const FunderVarianceReport& report, const sheet::Words& words);

  const FunderVarianceReport& report;
  sheet::Words words;
  Currency currency;
  sheet::Frame frame;
  // In the order of reading.
  sheet::Table& summary;
  sheet::Table& variance;
  sheet::Table& lines;
  sheet::Table& instalments;
  sheet::Table& match;
  sheet::Table& modifications;
  sheet::Table& adjustments;
  sheet::Table& costs;
  sheet::Table& evidence;

  Money money(std::int64_t minor) const { return {minor, currency}; }
};

// Columns that other sheets sum.
enum LineColumn { kLineNumber, kLinePackage, kLineCategory, kLinePartner, kLineDescription, kLineBudget, kLinePeriod,
                  kLineToDate, kLineCommitted, kLineRemaining, kLineAvailable, kLineSpent };
enum VarianceColumn { kVarianceLine, kVarianceWhat, kVarianceCategory, kVarianceFrom, kVarianceTo, kVarianceBudget,
                      kVarianceElapsed, kVarianceExpected, kVarianceToDate, kVariance, kVarianceBeyond,
                      kVarianceExplanation };

std::string label_of(const FunderVarianceReport::Line& line);  // "3": stays the same from run to run

void fill_lines(VarianceSheets& sheets);
void fill_variance(VarianceSheets& sheets);
void fill_summary(VarianceSheets& sheets);        // after lines and variance
void fill_instalments(VarianceSheets& sheets);
void fill_match(VarianceSheets& sheets);
void fill_modifications(VarianceSheets& sheets);
void fill_adjustments(VarianceSheets& sheets);
void fill_evidence(VarianceSheets& sheets);
void fill_costs(VarianceSheets& sheets);          // with links to the evidence
void define_figures(sheet::Frame& frame);

}  // namespace kindling
