// Donations, pledges and who gave again; sums of documents, never of people.
#include <map>

#include "budgets/budget_figures.hpp"
#include "insight/steering_query.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// What every statement here asks of a moment.
struct Asked {
  explicit Asked(const SteeringMoment& moment, Date first_month)
      : currency(moment.currency.code()), first(to_string(first_month)), last(to_string(moment.as_of)),
        position(moment.position.value_or(-1)) {}
  std::string currency, first, last;
  long long position;
};

void read_gifts(soci::session& sql, const Asked& asked, std::map<Date, DonationMonth>& months) {
  std::string month;
  long long gifts = 0, gross = 0, fees = 0, refunded = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT date_trunc('month', m.day::timestamp)::date::text,
           sum(m.gifts)::bigint,
           sum(m.gross)::bigint,
           sum(m.fees)::bigint,
           sum(m.refunded)::bigint
    FROM (SELECT d.cleared_on AS day, 1 AS gifts, d.base_gross_minor AS gross, d.base_fee_minor AS fees, 0 AS refunded,
                 d.entry_id
          FROM donations d
          WHERE d.kind = 'cash'
            AND d.base_currency = :currency
            AND d.cleared_on BETWEEN :first::date AND :last::date
          UNION ALL
          SELECT r.booked_on, 0, 0, 0, r.base_amount_minor, r.entry_id
          FROM donation_refunds r
          JOIN donations d ON d.id = r.donation_id AND d.kind = 'cash' AND d.base_currency = :currency
          WHERE r.booked_on BETWEEN :first::date AND :last::date) m
    WHERE :position::bigint = -1
       OR EXISTS (SELECT 1 FROM seals z WHERE z.entry_id = m.entry_id AND z.position <= :position::bigint)
    GROUP BY 1)",
                          soci::into(month), soci::into(gifts), soci::into(gross), soci::into(fees), soci::into(refunded),
                          soci::use(asked.currency, "currency"), soci::use(asked.first, "first"),
                          soci::use(asked.last, "last"), soci::use(asked.position, "position"));
  rows.execute();
  while (rows.fetch()) {
    const auto day = Date::of(month);
    months.insert_or_assign(day, DonationMonth{day, gifts, gross, fees, refunded});
  }
}

// Who is merged counts as one. A gift that went back whole is no gift.
void read_retention(soci::session& sql, const Asked& asked, DonationFigures& figures) {
  long long last_year = 0, again = 0, this_year = 0, fresh = 0, some_year = 0, lybunt = 0;
  sql << R"(
    WITH givers AS (
      SELECT COALESCE(o.merged_into_id, o.id) AS donor_id,
             COALESCE(bool_or(d.cleared_on >= year.first), false) AS this_year,
             COALESCE(bool_or(d.cleared_on < year.first AND d.cleared_on >= year.first - interval '1 year'), false) AS last_year,
             COALESCE(bool_or(d.cleared_on < year.first), false) AS before,
             COALESCE(sum(d.base_gross_minor - d.base_refunded_minor)
               FILTER (WHERE d.cleared_on < year.first AND d.cleared_on >= year.first - interval '1 year'), 0) AS last_minor
      FROM donations d
      JOIN donors o ON o.id = d.donor_id
      CROSS JOIN (SELECT date_trunc('year', :last::timestamp)::date AS first) year
      WHERE d.kind = 'cash'
        AND d.state = 'cleared'
        AND d.base_currency = :currency
        AND d.cleared_on <= :last::date
        AND (:position::bigint = -1
             OR EXISTS (SELECT 1 FROM seals z WHERE z.entry_id = d.entry_id AND z.position <= :position::bigint))
      GROUP BY 1
    )
    SELECT count(*) FILTER (WHERE last_year),
           count(*) FILTER (WHERE last_year AND this_year),
           count(*) FILTER (WHERE this_year),
           count(*) FILTER (WHERE this_year AND NOT before),
           count(*) FILTER (WHERE before AND NOT this_year),
           COALESCE(sum(last_minor) FILTER (WHERE last_year AND NOT this_year), 0)::bigint
    FROM givers)",
      soci::into(last_year), soci::into(again), soci::into(this_year), soci::into(fresh), soci::into(some_year),
      soci::into(lybunt), soci::use(asked.last, "last"), soci::use(asked.currency, "currency"),
      soci::use(asked.position, "position");
  figures.retention = {last_year, again, this_year, fresh, some_year};
  figures.lybunt_minor = lybunt;
}

void read_pledges(soci::session& sql, const Asked& asked, DonationFigures& figures) {
  long long pledges = 0, a_year = 0, met = 0;
  sql << R"(
    SELECT count(*),
           COALESCE(sum(p.amount_minor * CASE p.cycle WHEN 'monthly' THEN 12 WHEN 'quarterly' THEN 4 ELSE 1 END), 0)::bigint,
           (SELECT COALESCE(sum(d.base_gross_minor - d.base_refunded_minor), 0)::bigint
            FROM donations d
            WHERE d.pledge_id IS NOT NULL
              AND d.kind = 'cash'
              AND d.base_currency = :currency
              AND d.cleared_on BETWEEN :first::date AND :last::date
              AND (:position::bigint = -1
                   OR EXISTS (SELECT 1 FROM seals z WHERE z.entry_id = d.entry_id AND z.position <= :position::bigint)))
    FROM pledges p
    WHERE p.state = 'active'
      AND p.currency = :currency)",
      soci::into(pledges), soci::into(a_year), soci::into(met), soci::use(asked.currency, "currency"),
      soci::use(asked.first, "first"), soci::use(asked.last, "last"), soci::use(asked.position, "position");
  figures.pledges = pledges;
  figures.pledged_a_year_minor = a_year;
  figures.pledges_met_minor = met;
}

void read_campaigns(soci::session& sql, const Asked& asked, DonationFigures& figures) {
  std::string name;
  std::optional<long long> goal;
  long long raised = 0;
  soci::statement rows = (sql.prepare << R"(
    SELECT c.name,
           c.goal_minor,
           COALESCE(sum(d.base_gross_minor - d.base_refunded_minor), 0)::bigint
    FROM campaigns c
    LEFT JOIN donations d ON d.campaign_id = c.id
                         AND d.kind = 'cash'
                         AND d.base_currency = c.currency
                         AND d.cleared_on <= :last::date
                         AND (:position::bigint = -1
                              OR EXISTS (SELECT 1
                                         FROM seals z
                                         WHERE z.entry_id = d.entry_id
                                           AND z.position <= :position::bigint))
    WHERE c.currency = :currency
      AND c.starts_on <= :last::date
    GROUP BY c.id, c.name, c.goal_minor, c.starts_on
    ORDER BY c.starts_on DESC, c.id DESC
    LIMIT 100)",
                          soci::into(name), soci::into(goal), soci::into(raised), soci::use(asked.last, "last"),
                          soci::use(asked.position, "position"), soci::use(asked.currency, "currency"));
  rows.execute();
  while (rows.fetch()) {
    figures.campaigns.push_back({name, goal ? std::optional<std::int64_t>(*goal) : std::nullopt, raised});
  }
}

std::int64_t read_ledger(soci::session& sql, const Asked& asked) {
  long long minor = 0;
  sql << R"(
    SELECT COALESCE(-sum(b.amount_minor), 0)::bigint
    FROM balances_at(NULLIF(:position::bigint, -1)) b
    WHERE b.account_code = 'income_donations'
      AND b.currency = :currency
      AND b.month BETWEEN :first::date AND :last::date)",
      soci::into(minor), soci::use(asked.position, "position"), soci::use(asked.currency, "currency"),
      soci::use(asked.first, "first"), soci::use(asked.last, "last");
  return minor;
}

}  // namespace

DonationFigures query_donations(Session& session, const SteeringMoment& moment) {
  const auto window = whole_months(moment.as_of);
  const Asked asked(moment, window.first);
  DonationFigures figures;
  std::map<Date, DonationMonth> months;
  for (const auto& month : months_of({window.first, moment.as_of})) months.emplace(month.first, DonationMonth{month.first});
  auto& sql = session.sql();
  read_gifts(sql, asked, months);
  for (const auto& [first, month] : months) figures.months.push_back(month);
  read_retention(sql, asked, figures);
  read_pledges(sql, asked, figures);
  read_campaigns(sql, asked, figures);
  figures.ledger_minor = read_ledger(sql, asked);
  return figures;
}

}  // namespace kindling
