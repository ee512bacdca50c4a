// The sheets of the EU financial statement, one function a kind. Each says where the totals stand that are tied out.
#pragma once

#include <cstdint>
#include <string>

#include "reports/eu_financial_statement/eu_financial_statement.hpp"
#include "reports/sheet/frame.hpp"

namespace kindling::eu_statement {

inline constexpr int kFirstRow = 3;  // below title, note and headings

enum CostColumn : int {
  kBookedOn, kEntry, kDocument, kSupplier, kDescription, kWorkPackage, kLetter, kPartner, kAdjusts, kCurrency,
  kDocumentAmount, kDays, kAmount
};

// What each of them asks of the report and of the frame.
class Sheets {
 public:
  Sheets(sheet::Frame& frame, const EuFinancialStatement& report) : frame_(frame), report_(report) {}

  sheet::Frame& frame() const { return frame_; }
  const EuFinancialStatement& report() const { return report_; }
  const sheet::Words& words() const { return frame_.words(); }
  Money money(std::int64_t minor) const { return {minor, report_.grant.maximum.currency}; }
  std::string name_of(const EuFinancialStatement::Partner& partner) const;
  std::string sheet_of(const EuFinancialStatement::Partner& partner) const;
  // Where the costs will stand, for the sheets before them.
  sheet::Range costs(int column) const;

 private:
  sheet::Frame& frame_;
  const EuFinancialStatement& report_;
};

struct Total {
  sheet::Ref at = {};
  std::int64_t minor = 0;
};

// The consolidated statement, and one for each partner. Lines of a partner are live sums over the costs, the consolidated
// ones live sums over the partners.
struct StatementTotals {
  Total direct, adjusted, received;
};
StatementTotals write_statements(const Sheets& sheets);

// Partner x work package, with person-days.
struct ResourceTotals {
  Total direct;
  sheet::Ref days = {};
  std::int64_t days_hundredths = 0;
};
ResourceTotals write_resources(const Sheets& sheets);

// One row an entry and line; their person-days in hundredths.
std::int64_t write_costs(const Sheets& sheets);
void write_rates(const Sheets& sheets);

}  // namespace kindling::eu_statement
