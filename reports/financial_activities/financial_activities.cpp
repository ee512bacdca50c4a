#include "reports/financial_activities/financial_activities.hpp"

#include <algorithm>

namespace kindling {
namespace {

using Report = FinancialActivities;

std::int64_t sum_between(const ActivityColumn& column, ActivityRow first, ActivityRow last) {
  std::int64_t sum = 0;
  for (auto at = static_cast<std::size_t>(first); at <= static_cast<std::size_t>(last); ++at) sum += column.rows[at];
  return sum;
}

template <typename Chosen>
ActivityColumn column_of(const Report::InCurrency& figures, bool prior_year, Chosen&& chosen) {
  ActivityColumn column;
  for (const auto& movement : figures.movements) {
    if (!chosen(movement.fund_id)) continue;
    column.rows[static_cast<std::size_t>(movement.row)] += prior_year ? movement.prior_minor : movement.year_minor;
  }
  for (const auto& opening : figures.openings) {
    if (chosen(opening.fund_id)) column.brought_forward += prior_year ? opening.prior_minor : opening.year_minor;
  }
  return column;
}

}  // namespace

bool is_income(ActivityRow row) { return row <= ActivityRow::kOtherIncome; }
bool is_expenditure(ActivityRow row) { return row >= ActivityRow::kRaisingFunds && row <= ActivityRow::kOtherExpenditure; }

ActivityRow row_of_account(std::string_view code, std::string_view kind) {
  struct Placed {
    std::string_view code;
    ActivityRow row;
  };
  static constexpr Placed kPlaced[] = {
      {"income_donations", ActivityRow::kDonations},      {"income_in_kind", ActivityRow::kGiftsInKind},
      {"income_contributions", ActivityRow::kContributions}, {"income_grants", ActivityRow::kGrants},
      {"donation_fees", ActivityRow::kRaisingFunds},      {"expense_direct", ActivityRow::kDirect},
      {"expense_indirect", ActivityRow::kIndirect},       {"expense_in_kind", ActivityRow::kInKindCosts},
      {"exchange_differences", ActivityRow::kExchange},   {"fund_transfers", ActivityRow::kTransfers},
      {"currency_clearing", ActivityRow::kConversion},    {"opening", ActivityRow::kTakenOver},
  };
  const auto placed = std::ranges::find(kPlaced, code, &Placed::code);
  if (placed != std::end(kPlaced)) return placed->row;
  if (kind == "income") return ActivityRow::kOtherIncome;
  return kind == "expense" ? ActivityRow::kOtherExpenditure : ActivityRow::kTransfers;
}

// A credit is negative in the ledger; an expenditure is shown as what was spent.
std::int64_t figure_of(ActivityRow row, std::int64_t posted_minor) { return is_expenditure(row) ? posted_minor : -posted_minor; }

std::int64_t ActivityColumn::income() const {
  return sum_between(*this, ActivityRow::kDonations, ActivityRow::kOtherIncome);
}
std::int64_t ActivityColumn::expenditure() const {
  return sum_between(*this, ActivityRow::kRaisingFunds, ActivityRow::kOtherExpenditure);
}
std::int64_t ActivityColumn::net_income() const { return income() - expenditure() + at(ActivityRow::kExchange); }
std::int64_t ActivityColumn::net_movement() const {
  return net_income() + sum_between(*this, ActivityRow::kTransfers, ActivityRow::kTakenOver);
}

ActivityColumn activity_column(const Report& report, const Report::InCurrency& figures, ActivityFunds funds,
                               bool prior_year) {
  return column_of(figures, prior_year, [&](std::int64_t id) {
    if (funds == ActivityFunds::kAll) return true;
    const auto fund = std::ranges::find(report.funds, id, &Report::Fund::id);
    return fund != report.funds.end() && fund->restricted == (funds == ActivityFunds::kRestricted);
  });
}

ActivityColumn fund_column(const Report::InCurrency& figures, std::int64_t fund_id) {
  return column_of(figures, false, [&](std::int64_t id) { return id == fund_id; });
}

}  // namespace kindling
