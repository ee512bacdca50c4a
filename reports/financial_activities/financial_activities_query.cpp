#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <soci/soci.h>

#include "reports/financial_activities/financial_activities.hpp"
#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

using Report = FinancialActivities;

struct Bounds {
  long long position = 0;
  std::string known_at = {};
  std::string year_first = {}, next_first = {}, prior_first = {};
};

Period year_of(int year) { return {Date::of(fmt::format("{:04}-01-01", year)), Date::of(fmt::format("{:04}-12-31", year))}; }

Report::InCurrency& in_currency(Report& report, const std::string& code) {
  const auto currency = Currency::of(code);
  const auto found = std::ranges::find(report.currencies, currency, &Report::InCurrency::currency);
  if (found != report.currencies.end()) return *found;
  return report.currencies.emplace_back(Report::InCurrency{.currency = currency});
}

void read_funds(soci::session& sql, const Bounds& bounds, Report& report) {
  Report::Fund fund;
  long long id = 0;
  int restricted = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT f.id,
           f.code,
           f.name,
           (f.restriction = 'restricted')::int,
           COALESCE(g.title, c.purpose, '')
    FROM funds f
    LEFT JOIN grants g ON g.fund_id = f.id
    LEFT JOIN LATERAL (SELECT min(x.purpose) AS purpose FROM campaigns x WHERE x.fund_id = f.id) c ON true
    WHERE f.created_at <= :known_at::timestamptz
    ORDER BY f.restriction DESC, f.name, f.id)",
                          soci::into(id), soci::into(fund.code), soci::into(fund.name), soci::into(restricted),
                          soci::into(fund.purpose), soci::use(bounds.known_at, "known_at"));
  rows.execute();
  while (rows.fetch()) {
    fund.id = id;
    fund.restricted = restricted != 0;
    report.funds.push_back(fund);
  }
}

// What the roll-up holds up to the head, less what was sealed after the position.
constexpr const char* kMonths = R"(
    months AS (
      SELECT b.fund_id, b.account_code, b.currency, b.month, b.amount_minor
      FROM balance_months b
      WHERE b.month < :next_first::date
      UNION ALL
      SELECT p.fund_id, p.account_code, p.currency, date_trunc('month', e.booked_on::timestamp)::date, -p.amount_minor
      FROM seals s
      JOIN entries e ON e.id = s.entry_id AND e.booked_on < :next_first::date
      JOIN postings p ON p.entry_id = e.id
      WHERE s.position > :position
    ))";

void read_movements(soci::session& sql, const Bounds& bounds, Report& report) {
  std::string code, kind, currency;
  long long fund = 0, year = 0, prior = 0, before_year = 0, before_prior = 0;
  soci::statement rows = (sql.prepare << std::string("WITH") + kMonths + R"(
    SELECT m.fund_id,
           a.code,
           a.kind,
           m.currency,
           COALESCE(sum(m.amount_minor) FILTER (WHERE m.month >= :year_first::date), 0)::bigint,
           COALESCE(sum(m.amount_minor) FILTER (WHERE m.month >= :prior_first::date AND m.month < :year_first::date), 0)::bigint,
           COALESCE(sum(m.amount_minor) FILTER (WHERE m.month < :year_first::date), 0)::bigint,
           COALESCE(sum(m.amount_minor) FILTER (WHERE m.month < :prior_first::date), 0)::bigint
    FROM months m
    JOIN accounts a ON a.code = m.account_code AND a.kind IN ('income', 'expense', 'equity')
    JOIN funds f ON f.id = m.fund_id
    GROUP BY m.fund_id, a.code, a.kind, m.currency
    ORDER BY m.currency, m.fund_id, a.code)",
                          soci::into(fund), soci::into(code), soci::into(kind), soci::into(currency), soci::into(year),
                          soci::into(prior), soci::into(before_year), soci::into(before_prior),
                          soci::use(bounds.next_first, "next_first"), soci::use(bounds.position, "position"),
                          soci::use(bounds.year_first, "year_first"), soci::use(bounds.prior_first, "prior_first"));
  rows.execute();
  while (rows.fetch()) {
    auto& figures = in_currency(report, currency);
    const auto row = row_of_account(code, kind);
    const auto same = std::ranges::find_if(figures.movements, [&](const Report::Movement& movement) {
      return movement.fund_id == fund && movement.row == row;
    });
    auto& movement = same != figures.movements.end() ? *same : figures.movements.emplace_back(Report::Movement{fund, row});
    movement.year_minor += figure_of(row, year);
    movement.prior_minor += figure_of(row, prior);
    if (figures.openings.empty() || figures.openings.back().fund_id != fund) figures.openings.push_back({fund, 0, 0});
    figures.openings.back().year_minor -= before_year;
    figures.openings.back().prior_minor -= before_prior;
  }
  const auto is_empty = [](const Report::Movement& movement) { return movement.year_minor == 0 && movement.prior_minor == 0; };
  for (auto& figures : report.currencies) {
    std::erase_if(figures.movements, is_empty);
    // Of what moved after the position alone, the roll-up has a row that comes to nothing.
    std::erase_if(figures.openings, [&](const Report::Opening& opening) {
      return opening.year_minor == 0 && opening.prior_minor == 0 &&
             std::ranges::find(figures.movements, opening.fund_id, &Report::Movement::fund_id) == figures.movements.end();
    });
    std::ranges::sort(figures.movements, {}, [](const Report::Movement& m) { return std::pair(m.fund_id, m.row); });
  }
}

// Another way to the same net assets: the postings themselves, and of them what the platform owns and owes.
void read_ledger(soci::session& sql, const Bounds& bounds, Report& report) {
  std::string currency;
  long long unrestricted = 0, restricted = 0, prior = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT p.currency,
           COALESCE(sum(p.amount_minor) FILTER (WHERE f.restriction = 'unrestricted'), 0)::bigint,
           COALESCE(sum(p.amount_minor) FILTER (WHERE f.restriction = 'restricted'), 0)::bigint,
           COALESCE(sum(p.amount_minor) FILTER (WHERE e.booked_on < :year_first::date), 0)::bigint
    FROM postings p
    JOIN accounts a ON a.code = p.account_code AND a.kind IN ('asset', 'liability')
    JOIN funds f ON f.id = p.fund_id
    JOIN entries e ON e.id = p.entry_id AND e.booked_on < :next_first::date
    JOIN seals s ON s.entry_id = e.id AND s.position <= :position
    GROUP BY p.currency
    ORDER BY p.currency)",
                          soci::into(currency), soci::into(unrestricted), soci::into(restricted), soci::into(prior),
                          soci::use(bounds.year_first, "year_first"), soci::use(bounds.next_first, "next_first"),
                          soci::use(bounds.position, "position"));
  rows.execute();
  while (rows.fetch()) in_currency(report, currency).ledger = {unrestricted, restricted, prior};
}

}  // namespace

FinancialActivities query_financial_activities(const SealedSnapshot& snapshot, const FinancialActivitiesRequest& request) {
  Report report{.platform = request.platform, .year = year_of(request.year), .prior = year_of(request.year - 1),
                .ledger_position = snapshot.position(), .ledger_hash = snapshot.hash(),
                .sealed_at_s = snapshot.sealed_at_s()};
  report.currencies.push_back({.currency = request.currency});
  const Bounds bounds{.position = snapshot.position(), .known_at = snapshot.known_at(), .year_first = to_string(report.year.first),
                      .next_first = to_string(report.year.last.plus_days(1)), .prior_first = to_string(report.prior.first)};
  auto& sql = snapshot.session().sql();
  read_funds(sql, bounds, report);
  read_movements(sql, bounds, report);
  read_ledger(sql, bounds, report);
  // A currency in which nothing stands and nothing moved has no statement, except the platform's.
  const auto is_empty = [](const Report::InCurrency& figures) {
    return figures.movements.empty() && std::ranges::all_of(figures.openings, [](const Report::Opening& opening) {
             return opening.year_minor == 0 && opening.prior_minor == 0;
           });
  };
  report.currencies.erase(std::remove_if(report.currencies.begin() + 1, report.currencies.end(), is_empty),
                          report.currencies.end());
  return report;
}

}  // namespace kindling
