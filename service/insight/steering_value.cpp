#include "insight/steering_value.hpp"

#include "reports/steering/definitions.hpp"

namespace kindling {
namespace {

Value or_null(std::string text) { return text.empty() ? Value() : Value(std::move(text)); }

// "2026-03"
std::string month_name(Date first) { return to_string(first).substr(0, 7); }

std::string month_name(int year, int month) { return std::to_string(year) + (month < 10 ? "-0" : "-") + std::to_string(month); }

Value month_or_null(int year, int month) { return month == 0 ? Value() : Value(month_name(year, month)); }

// Writes amounts of one currency.
struct In {
  Currency currency;
  std::string operator()(std::int64_t minor) const { return to_string(Money{minor, currency}); }
};

Value flow_value(const MonthFlow& flow, bool whole, In in) {
  return Value::object({{"month", month_name(flow.first)},
                        {"income", in(flow.income_minor)},
                        {"expenses", in(flow.expense_minor)},
                        {"cash", in(flow.cash_minor)},
                        {"whole", whole}});
}

Value definitions() {
  auto list = Value::array();
  for (const auto& definition : steering_definitions()) {
    list.push(Value::object({{"figure", definition.figure}, {"definition", definition.text}}));
  }
  return list;
}

Value cells_value(const GapYear& gap, In in) {
  auto cells = Value::array();
  for (const auto& cell : gap.cells) {
    auto months = Value::array();
    for (const auto minor : cell.minor) months.push(in(minor));
    cells.push(Value::object({{"need", cell.need}, {"source", or_null(cell.source)}, {"months", std::move(months)}}));
  }
  return cells;
}

Value gap_months_value(const GapYear& gap, In in) {
  auto months = Value::array();
  std::int64_t to_date = 0;
  for (const auto& month : gap.months) {
    to_date += month.gap_minor();
    months.push(Value::object({{"month", month_name(gap.year, month.month)},
                               {"needed", in(month.needed_minor)},
                               {"secured", in(month.secured_minor)},
                               {"weighted", in(month.weighted_minor)},
                               {"gap", in(month.gap_minor())},
                               {"gap_to_date", in(to_date)}}));
  }
  return months;
}

Value quarters_value(const GapYear& gap, In in) {
  auto quarters = Value::array();
  for (const auto& quarter : gap.quarters) {
    quarters.push(Value::object({{"quarter", std::to_string(gap.year) + "-Q" + std::to_string(quarter.quarter)},
                                 {"opening", in(quarter.opening_minor)},
                                 {"secured", in(quarter.secured_minor)},
                                 {"planned", in(quarter.planned_minor)},
                                 {"coverage_percent", or_null(to_percent(quarter.coverage()))}}));
  }
  return quarters;
}

}  // namespace

Value cash_value(const CashFigures& cash, Currency currency, Date as_of) {
  const In in{currency};
  auto funds = Value::array(), others = Value::array(), promised = Value::array(), months = Value::array();
  for (const auto& fund : cash.funds) {
    funds.push(Value::object({{"fund", fund.fund}, {"restricted", fund.restricted}, {"cash", in(fund.cash_minor)}}));
  }
  for (const auto& other : cash.other_currencies) {
    others.push(Value::object({{"currency", other.currency.code()}, {"cash", to_string(other)}}));
  }
  for (const auto& amount : cash.promised) {
    promised.push(Value::object({{"currency", amount.currency.code()}, {"reserved", to_string(amount)}}));
  }
  for (const auto& month : cash.months) months.push(flow_value(month, true, in));
  if (cash.running) months.push(flow_value(*cash.running, false, in));
  const auto burn = cash.burn();
  return Value::object({{"as_of", to_string(as_of)},
                        {"currency", currency.code()},
                        {"cash", in(cash.total())},
                        {"unrestricted_cash", in(cash.unrestricted())},
                        {"restricted_cash", in(cash.restricted())},
                        {"prefinanced", in(cash.prefinanced())},
                        {"restricted_percent", or_null(to_percent(cash.restricted_ratio()))},
                        {"whole_months", cash.months.size()},
                        {"income", in(cash.income())},
                        {"expenses", in(cash.expenses())},
                        {"months_of_cash", or_null(to_decimal(cash.months_of_cash(), 1))},
                        {"months_of_cash_is_low", is_low(cash.months_of_cash())},
                        {"net_burn_a_month", burn.months == 0 ? Value() : Value(in(round_div(burn.minor, 1, burn.months)))},
                        {"burn_months", burn.months},
                        {"runway_months", or_null(to_decimal(cash.runway(), 1))},
                        {"runway_is_limited", cash.runway().defined()},
                        {"funds", std::move(funds)},
                        {"other_currencies", std::move(others)},
                        {"promised", std::move(promised)},
                        {"months", std::move(months)},
                        {"definitions", definitions()}});
}

Value gap_value(const std::vector<GapYear>& gap, Currency currency) {
  const In in{currency};
  auto years = Value::array();
  for (const auto& year : gap) {
    years.push(Value::object({{"year", year.year},
                              {"needed", in(year.needed())},
                              {"secured", in(year.secured())},
                              {"weighted", in(year.weighted())},
                              {"gap", in(year.needed() - year.weighted())},
                              {"first_uncovered_month", month_or_null(year.year, year.first_uncovered_month)},
                              {"first_unsecured_month", month_or_null(year.year, year.first_unsecured_month)},
                              {"months", gap_months_value(year, in)},
                              {"quarters", quarters_value(year, in)},
                              {"matrix", cells_value(year, in)}}));
  }
  return Value::object({{"currency", currency.code()}, {"years", std::move(years)}});
}

Value income_value(const IncomeMix& income, Currency currency, const Period& of) {
  const In in{currency};
  auto sources = Value::array();
  for (const auto& source : income.sources) {
    sources.push(Value::object({{"name", source.name},
                                {"kind", source.kind},
                                {"amount", in(source.minor)},
                                {"share_percent", or_null(to_percent({source.minor, income.total()}))}}));
  }
  const auto* largest = income.largest();
  return Value::object({{"currency", currency.code()},
                        {"from", to_string(of.first)},
                        {"to", to_string(of.last)},
                        {"total", in(income.total())},
                        {"concentration", to_decimal({income.concentration(), 10'000}, 4)},
                        {"diversification", to_decimal({income.total() > 0 ? 10'000 - income.concentration() : 0, 10'000}, 4)},
                        {"largest_funder", largest == nullptr ? Value() : Value(largest->name)},
                        {"dependency_percent", or_null(to_percent(income.dependency()))},
                        {"sources", std::move(sources)}});
}

Value donation_figures_value(const DonationFigures& donations, Currency currency) {
  const In in{currency};
  auto months = Value::array(), campaigns = Value::array();
  for (const auto& month : donations.months) {
    months.push(Value::object({{"month", month_name(month.first)},
                               {"gifts", month.gifts},
                               {"gross", in(month.gross_minor)},
                               {"fees", in(month.fees_minor)},
                               {"refunded", in(month.refunded_minor)},
                               {"net", in(month.net())}}));
  }
  for (const auto& campaign : donations.campaigns) {
    campaigns.push(Value::object({{"name", campaign.name},
                                  {"goal", campaign.goal_minor ? Value(in(*campaign.goal_minor)) : Value()},
                                  {"raised", in(campaign.raised_minor)}}));
  }
  const auto& donors = donations.retention;
  return Value::object({{"currency", currency.code()},
                        {"months", std::move(months)},
                        {"donors_last_year", donors.last_year},
                        {"donors_this_year", donors.this_year},
                        {"donors_again", donors.again},
                        {"donors_new", donors.fresh},
                        {"retention_percent", or_null(to_percent(donors.rate()))},
                        {"lybunt", donors.lybunt()},
                        {"lybunt_amount", in(donations.lybunt_minor)},
                        {"sybunt", donors.some_year},
                        {"pledges", donations.pledges},
                        {"pledged_a_year", in(donations.pledged_a_year_minor)},
                        {"given_on_pledges", in(donations.pledges_met_minor)},
                        {"campaigns", std::move(campaigns)}});
}

Value grant_actual_value(const GrantActual& grant, Date as_of) {
  const In in{grant.currency};
  const auto pressure = spend_pressure(grant.planned_minor, grant.spent_minor, grant.period, as_of);
  const auto a_day = [&](const Quotient& amount) {
    return amount.defined() ? Value(in(round_div(amount.numerator, 1, amount.denominator))) : Value();
  };
  return Value::object({{"grant_id", grant.grant_id},
                        {"title", grant.title},
                        {"funder", grant.funder},
                        {"state", grant.state},
                        {"starts_on", to_string(grant.period.first)},
                        {"ends_on", to_string(grant.period.last)},
                        {"currency", grant.currency.code()},
                        {"planned", in(grant.planned_minor)},
                        {"spent", in(grant.spent_minor)},
                        {"committed", in(grant.committed_minor)},
                        {"drafts", in(grant.drafts_minor)},
                        {"available", in(grant.available_minor())},
                        {"spent_percent", or_null(to_percent({grant.spent_minor, grant.planned_minor}))},
                        {"elapsed_percent", or_null(to_percent(time_elapsed(grant.period, as_of)))},
                        {"needed_a_day", a_day(pressure.needed_a_day)},
                        {"spent_a_day", a_day(pressure.spent_a_day)}});
}

}  // namespace kindling
