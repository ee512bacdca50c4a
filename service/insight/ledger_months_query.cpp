#include "insight/ledger_months_query.hpp"

#include <algorithm>
#include <map>

#include "budgets/budget_figures.hpp"
#include "insight/steering_query.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

Date month_of(Date day) { return Date(std::chrono::sys_days(day.ymd().year() / day.ymd().month() / 1)); }

Date plus_months(Date month, int count) {
  const auto moved = std::chrono::year_month(month.ymd().year(), month.ymd().month()) + std::chrono::months(count);
  return Date(std::chrono::sys_days(moved / 1));
}

Date last_day_of(Date month) { return plus_months(month_of(month), 1).plus_days(-1); }

// -1 for "everything", because SOCI keeps an optional's old value.
long long position_of(const SteeringMoment& moment) { return moment.position.value_or(-1); }

std::vector<FundCash> read_funds(soci::session& sql, const SteeringMoment& moment) {
  const auto month = month_of(moment.as_of);
  const auto month_number = static_cast<int>(static_cast<unsigned>(month.ymd().month()));
  const auto last = to_string(month), quarter = to_string(plus_months(month, -((month_number - 1) % 3)));
  const std::string currency(moment.currency.code());
  long long position = position_of(moment), cash = 0, opening = 0;
  int restricted = 0;
  FundCash fund;
  soci::statement rows = (sql.prepare << R"(
    SELECT f.name,
           (f.restriction = 'restricted')::int,
           sum(b.amount_minor)::bigint,
           COALESCE(sum(b.amount_minor) FILTER (WHERE b.month < :quarter::date), 0)::bigint
    FROM balances_at(NULLIF(:position::bigint, -1)) b
    JOIN funds f ON f.id = b.fund_id
    WHERE b.account_code = 'bank'
      AND b.currency = :currency
      AND b.month <= :last::date
    GROUP BY f.id, f.name, f.restriction
    ORDER BY f.restriction DESC, f.id)",
                          soci::into(fund.fund), soci::into(restricted), soci::into(cash), soci::into(opening),
                          soci::use(quarter, "quarter"), soci::use(position, "position"),
                          soci::use(currency, "currency"), soci::use(last, "last"));
  rows.execute();
  std::vector<FundCash> funds;
  while (rows.fetch()) {
    fund.restricted = restricted != 0;
    fund.cash_minor = cash;
    fund.opening_minor = opening;
    funds.push_back(fund);
  }
  return funds;
}

std::vector<Money> read_other_currencies(soci::session& sql, const SteeringMoment& moment) {
  const auto last = to_string(month_of(moment.as_of));
  const std::string platform(moment.currency.code());
  long long position = position_of(moment), cash = 0;
  std::string currency;
  soci::statement rows = (sql.prepare << R"(
    SELECT b.currency,
           sum(b.amount_minor)::bigint
    FROM balances_at(NULLIF(:position::bigint, -1)) b
    WHERE b.account_code = 'bank'
      AND b.currency <> :platform
      AND b.month <= :last::date
    GROUP BY b.currency
    HAVING sum(b.amount_minor) <> 0
    ORDER BY b.currency)",
                          soci::into(currency), soci::into(cash), soci::use(position, "position"),
                          soci::use(platform, "platform"), soci::use(last, "last"));
  rows.execute();
  std::vector<Money> others;
  while (rows.fetch()) others.push_back({cash, Currency::of(currency)});
  return others;
}

// Promised from the platform's own money: a grant's commitments stand in its budget.
std::vector<Money> read_promised(soci::session& sql, const SteeringMoment& moment) {
  const auto as_of = to_string(moment.as_of);
  const std::string known_at = moment.known_at.empty() ? "infinity" : moment.known_at;
  long long reserved = 0;
  std::string currency;
  soci::statement rows = (sql.prepare << R"(
    SELECT c.currency,
           sum(k.reserved_minor)::bigint
    FROM commitments_known(:as_of::date, :known_at::timestamptz) k
    JOIN commitments c ON c.id = k.commitment_id
    WHERE k.budget_line_id IS NULL
    GROUP BY c.currency
    HAVING sum(k.reserved_minor) > 0
    ORDER BY c.currency)",
                          soci::into(currency), soci::into(reserved), soci::use(as_of, "as_of"),
                          soci::use(known_at, "known_at"));
  rows.execute();
  std::vector<Money> promised;
  while (rows.fetch()) promised.push_back({reserved, Currency::of(currency)});
  return promised;
}

// Months with what moved in them; everything before the first one is in the month before it, as cash alone.
std::map<Date, MonthFlow> read_flows(soci::session& sql, const SteeringMoment& moment, Date first) {
  const auto from = to_string(first), before = to_string(plus_months(first, -1)), last = to_string(month_of(moment.as_of));
  const std::string currency(moment.currency.code());
  long long position = position_of(moment), bank = 0, income = 0, expense = 0;
  std::string month;
  soci::statement rows = (sql.prepare << R"(
    SELECT greatest(b.month, :before::date)::text,
           COALESCE(sum(b.amount_minor) FILTER (WHERE b.account_code = 'bank'), 0)::bigint,
           COALESCE(-sum(b.amount_minor) FILTER (WHERE a.kind = 'income'
                                                   AND a.code <> 'income_in_kind'
                                                   AND b.month >= :from::date), 0)::bigint,
           COALESCE(sum(b.amount_minor) FILTER (WHERE a.kind = 'expense'
                                                  AND a.code NOT IN ('expense_in_kind', 'exchange_differences')
                                                  AND b.month >= :from::date), 0)::bigint
    FROM balances_at(NULLIF(:position::bigint, -1)) b
    JOIN accounts a ON a.code = b.account_code
    WHERE b.currency = :currency
      AND b.month <= :last::date
    GROUP BY 1)",
                          soci::into(month), soci::into(bank), soci::into(income), soci::into(expense),
                          soci::use(before, "before"), soci::use(from, "from"), soci::use(position, "position"),
                          soci::use(currency, "currency"), soci::use(last, "last"));
  rows.execute();
  std::map<Date, MonthFlow> flows;
  while (rows.fetch()) {
    const auto day = Date::of(month);
    flows.emplace(day, MonthFlow{day, income, expense, bank});
  }
  return flows;
}

}  // namespace

Period whole_months(Date as_of) {
  const auto last = as_of == last_day_of(as_of) ? as_of : month_of(as_of).plus_days(-1);
  return {plus_months(month_of(last), 1 - kExpenseMonths), last};
}

CashFigures query_cash(Session& session, const SteeringMoment& moment) {
  auto& sql = session.sql();
  CashFigures cash{.funds = read_funds(sql, moment), .other_currencies = read_other_currencies(sql, moment),
                   .promised = read_promised(sql, moment), .months = {}, .running = {}};
  const auto window = whole_months(moment.as_of);
  auto flows = read_flows(sql, moment, window.first);
  if (flows.empty()) return cash;
  // A platform begins with the month of its first entry.
  auto first = std::max(flows.begin()->first, window.first);
  std::int64_t in_bank = flows.begin()->first < window.first ? flows.begin()->second.cash_minor : 0;
  for (const auto& month : months_of({first, last_day_of(moment.as_of)})) {
    const auto found = flows.find(month.first);
    auto flow = found == flows.end() ? MonthFlow{month.first} : found->second;
    in_bank += flow.cash_minor;  // what the month moved
    flow.cash_minor = in_bank;
    if (month.first <= window.last) cash.months.push_back(flow);
    else cash.running = flow;
  }
  return cash;
}

void add_independent_sums(Session& session, const SteeringMoment& moment, SteeringReport& report) {
  const auto window = whole_months(moment.as_of);
  const auto from = to_string(window.first), to = to_string(window.last), last = to_string(last_day_of(moment.as_of));
  const std::string currency(moment.currency.code());
  long long position = position_of(moment), cash = 0, income = 0, expenses = 0;
  session.sql() << R"(
    SELECT COALESCE(sum(p.amount_minor) FILTER (WHERE p.account_code = 'bank'), 0)::bigint,
           COALESCE(-sum(p.amount_minor) FILTER (WHERE p.account_code LIKE 'income%'
                                                   AND p.account_code <> 'income_in_kind'
                                                   AND e.booked_on BETWEEN :from::date AND :to::date), 0)::bigint,
           COALESCE(sum(p.amount_minor) FILTER (WHERE p.account_code IN ('expense_direct', 'expense_indirect',
                                                                         'donation_fees', 'bank_fees')
                                                  AND e.booked_on BETWEEN :from::date AND :to::date), 0)::bigint
    FROM seals s
    JOIN entries e ON e.id = s.entry_id
    JOIN postings p ON p.entry_id = e.id
    WHERE s.position <= :position
      AND e.booked_on <= :last::date
      AND p.currency = :currency)",
      soci::into(cash), soci::into(income), soci::into(expenses), soci::use(from, "from"), soci::use(to, "to"),
      soci::use(position, "position"), soci::use(last, "last"), soci::use(currency, "currency");
  report.independent_cash = cash;
  report.independent_income = income;
  report.independent_expenses = expenses;
}

}  // namespace kindling
