// The statement of financial activities of a year: income, expenditure and the movement of funds, unrestricted and
// restricted, beside the year before; and what happened in each fund. This header is its read model and its arithmetic.
// Source: Charities SORP (FRS 102), modules 2 and 4. Amounts in different currencies are never added: each currency has
// a statement of its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "reports/sheet/figure.hpp"

namespace kindling {

class SealedSnapshot;

// The rows, in the order of the statement.
enum class ActivityRow {
  kDonations, kGiftsInKind, kContributions, kGrants, kOtherIncome,
  kRaisingFunds, kDirect, kIndirect, kInKindCosts, kOtherExpenditure,
  kExchange,             // gains less losses
  kTransfers,            // between funds; 0 over all of them
  kConversion,           // between the currencies of one fund
  kTakenOver,            // balances with which the books began
};
inline constexpr std::size_t kActivityRows = 14;

bool is_income(ActivityRow row);       // the first five
bool is_expenditure(ActivityRow row);  // the next five

// Where an account of the ledger stands in the statement; what is new in the chart of accounts is other income or other
// expenditure, so that nothing is left out. `kind`: income, expense or equity.
ActivityRow row_of_account(std::string_view code, std::string_view kind);
// The figure of a row from what the ledger posted: income and movements are positive where the fund gains, expenditure
// where it spends.
std::int64_t figure_of(ActivityRow row, std::int64_t posted_minor);

struct FinancialActivities {
  struct Fund {
    std::int64_t id = 0;
    std::string code = {};
    std::string name = {};
    std::string purpose = {};        // of its grant or campaign; may be empty
    bool restricted = false;
  };
  // What a fund has in one row, in one currency; the figure has the row's sign.
  struct Movement {
    std::int64_t fund_id = 0;
    ActivityRow row = ActivityRow::kOtherIncome;
    std::int64_t year_minor = 0;
    std::int64_t prior_minor = 0;
  };
  // Of a fund in one currency: net assets before the two years began.
  struct Opening {
    std::int64_t fund_id = 0;
    std::int64_t year_minor = 0;
    std::int64_t prior_minor = 0;
  };
  // Net assets at the end of the year, from assets and liabilities alone.
  struct Independent {
    std::int64_t unrestricted_minor = 0;
    std::int64_t restricted_minor = 0;
    std::int64_t prior_minor = 0;    // of all funds, a year before
  };
  struct InCurrency {
    Currency currency;
    std::vector<Movement> movements = {};  // by fund and row
    std::vector<Opening> openings = {};    // by fund
    Independent ledger = {};
  };

  std::string platform = {};
  Period year;
  Period prior;
  std::int64_t ledger_position = 0;
  std::string ledger_hash = {};
  std::int64_t sealed_at_s = 0;
  std::vector<Fund> funds = {};            // unrestricted first, then by name
  std::vector<InCurrency> currencies = {}; // the platform's first, which is always there
};

// One column of the statement: by row, and what follows.
struct ActivityColumn {
  std::array<std::int64_t, kActivityRows> rows = {};
  std::int64_t brought_forward = 0;

  std::int64_t at(ActivityRow row) const { return rows[static_cast<std::size_t>(row)]; }
  std::int64_t income() const;
  std::int64_t expenditure() const;
  std::int64_t net_income() const;         // income less expenditure, with gains and losses on exchange
  std::int64_t net_movement() const;       // with transfers, conversions and what was taken over
  std::int64_t carried_forward() const { return brought_forward + net_movement(); }
  bool operator==(const ActivityColumn&) const = default;
};
enum class ActivityFunds { kUnrestricted, kRestricted, kAll };
ActivityColumn activity_column(const FinancialActivities& report, const FinancialActivities::InCurrency& figures,
                               ActivityFunds funds, bool prior_year);
// Of one fund, this year.
ActivityColumn fund_column(const FinancialActivities::InCurrency& figures, std::int64_t fund_id);

struct FinancialActivitiesRequest {
  int year = 0;              // a calendar year
  Currency currency;         // the platform's
  std::string platform = {};
};

// In a fixed number of statements. Months come from the ledger's roll-up at the head, less what was sealed after the
// position; the independent sums come from the postings themselves.
FinancialActivities query_financial_activities(const SealedSnapshot& snapshot, const FinancialActivitiesRequest& request);

// The workbook (XLSX): for each currency the statement, the year before in the same columns, the note on each fund, and
// the movements that all of them are sums over. `language`: en, cs, nl.
sheet::File write_financial_activities(const FinancialActivities& report, const std::string& language = "en",
                                       const std::string& identifier = {});

}  // namespace kindling
