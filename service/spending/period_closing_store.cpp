#include "spending/period_closing_store.hpp"

#include <soci/soci.h>

#include "core/money.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

struct Count {
  std::string code;
  bool blocks;
  long long number = 0;
};

// How much is left of each item, in the order of list_checklist. A receipt counts as unreconciled only where the bank's
// statement of its day is here, so that there is something to match.
constexpr const char* kCounts = R"(
    WITH period AS (
      SELECT p.grant_id, p.number, p.starts_on, p.ends_on
      FROM reporting_periods p
      WHERE p.id = :id
    ), costs AS (
      SELECT e.id,
             e.state,
             e.amount_minor,
             COALESCE(a.minor, 0) AS allocated_minor,
             COALESCE(a.to_grant, false) AS to_grant,
             COALESCE(a.claimed, false) AS claimed
      FROM period p
      JOIN expenditures e ON e.document_on BETWEEN p.starts_on AND p.ends_on
      LEFT JOIN LATERAL (SELECT sum(x.amount_minor) AS minor,
                                bool_or(x.grant_id = p.grant_id) AS to_grant,
                                bool_or(x.grant_id = p.grant_id AND x.used_as = 'claimed') AS claimed
                         FROM expenditure_allocations x
                         WHERE x.expenditure_id = e.id) a ON true
      WHERE e.state <> 'withdrawn'
    )
    SELECT (SELECT count(*)
            FROM reporting_periods o
            JOIN period p ON p.grant_id = o.grant_id AND o.number < p.number
            WHERE o.state <> 'closed'),
           (SELECT count(*) FROM costs WHERE to_grant AND state = 'draft'),
           (SELECT count(*) FROM costs WHERE to_grant AND state = 'submitted'),
           (SELECT count(*)
            FROM period p
            JOIN expenditure_reversals v ON v.booked_on BETWEEN p.starts_on AND p.ends_on AND v.state = 'requested'
            WHERE EXISTS (SELECT 1
                          FROM expenditure_allocations x
                          WHERE x.expenditure_id = v.expenditure_id
                            AND x.grant_id = p.grant_id)),
           (SELECT count(*)
            FROM costs
            WHERE state = 'draft'
              AND allocated_minor < amount_minor
              AND (to_grant OR allocated_minor = 0)),
           (SELECT count(*)
            FROM costs c
            WHERE c.claimed
              AND c.state IN ('approved', 'reported')
              AND NOT EXISTS (SELECT 1 FROM evidence_files f WHERE f.expenditure_id = c.id)),
           (SELECT count(*)
            FROM instalments i
            JOIN period p ON p.grant_id = i.grant_id
            WHERE i.due_on <= p.ends_on
              AND i.state IN ('planned', 'requested')),
           (SELECT count(*)
            FROM period p
            JOIN instalments i ON i.grant_id = p.grant_id
            JOIN instalment_receipts r ON r.instalment_id = i.id AND r.received_on BETWEEN p.starts_on AND p.ends_on
            WHERE r.amount_minor <> COALESCE((SELECT sum(m.amount_minor)
                                              FROM bank_matches m
                                              WHERE m.entry_id = r.entry_id), 0)
              AND NOT EXISTS (SELECT 1 FROM entries v WHERE v.reverses_entry_id = r.entry_id)
              AND EXISTS (SELECT 1
                          FROM bank_statements s
                          JOIN bank_accounts b ON b.id = s.bank_account_id AND b.currency = i.currency
                          WHERE r.received_on BETWEEN s.starts_on AND s.ends_on)))";

// "CZK 2026-01-01 – 2026-06-30", at most three of them.
ChecklistItem missing_rates(Session& session, const ReportingPeriod& period) {
  ChecklistItem item{.code = "rates_missing", .blocks = true, .count = 0, .detail = {}};
  for (const auto& rate : list_period_rates(session, period.id)) {
    if (rate.final) continue;
    if (++item.count > 3) continue;
    if (!item.detail.empty()) item.detail += ", ";
    item.detail += std::string(rate.currency.code()) + " " + to_string(rate.days.first);
    if (rate.days.first != rate.days.last) item.detail += " – " + to_string(rate.days.last);
  }
  return item;
}

}  // namespace

std::vector<ChecklistItem> list_checklist(Session& session, const ReportingPeriod& period, Date today) {
  long long id = period.id;
  Count counts[] = {{"earlier_period_open", true}, {"drafts_left", true},       {"submitted_left", true},
                    {"reversals_left", true},      {"unallocated", false},      {"evidence_missing", false},
                    {"instalments_open", false},   {"receipts_unreconciled", false}};
  session.sql() << kCounts,
      soci::use(id, "id"), soci::into(counts[0].number), soci::into(counts[1].number), soci::into(counts[2].number),
      soci::into(counts[3].number), soci::into(counts[4].number), soci::into(counts[5].number), soci::into(counts[6].number),
      soci::into(counts[7].number);
  std::vector<ChecklistItem> items = {
      {.code = "not_ended", .blocks = true, .count = period.days.last < today ? 0 : 1, .detail = {}}};
  for (const auto& count : counts) {
    items.push_back({.code = count.code, .blocks = count.blocks, .count = count.number, .detail = {}});
  }
  items.push_back(missing_rates(session, period));
  return items;
}

std::vector<PeriodRate> list_period_rates(Session& session, std::int64_t period_id) {
  long long id = period_id;
  int pinned = 0, final = 0;
  std::string currency, starts_on, ends_on, units;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT currency, starts_on::text, ends_on::text, COALESCE(trim_scale(units_per_euro)::text, ''), pinned::int,
           final::int
    FROM period_rates(:id)
    ORDER BY currency, starts_on)",
                          soci::into(currency), soci::into(starts_on), soci::into(ends_on), soci::into(units),
                          soci::into(pinned), soci::into(final), soci::use(id, "id"));
  rows.execute();
  std::vector<PeriodRate> rates;
  while (rows.fetch()) {
    rates.push_back({.currency = Currency::of(currency), .days = {Date::of(starts_on), Date::of(ends_on)},
                     .units_per_euro = units, .pinned = pinned != 0, .final = final != 0});
  }
  return rates;
}

std::vector<DeclaredSum> list_declared_sums(Session& session, const ReportingPeriod& period) {
  long long id = period.id, minor = 0;
  std::optional<long long> partner_id;
  int adjusts = 0;
  std::string category, partner;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT l.category_code,
           l.partner_id,
           COALESCE(o.name, ''),
           COALESCE(q.number, 0),
           sum(x.amount_minor)::bigint
    FROM reporting_periods p
    JOIN grants g ON g.id = p.grant_id
    JOIN postings x ON x.fund_id = g.fund_id AND x.budget_line_id IS NOT NULL
    JOIN accounts a ON a.code = x.account_code AND a.kind = 'expense'
    JOIN entries e ON e.id = x.entry_id AND e.booked_on BETWEEN p.starts_on AND p.ends_on
    JOIN budget_lines l ON l.id = x.budget_line_id
    LEFT JOIN grant_partners r ON r.id = l.partner_id
    LEFT JOIN organisations o ON o.id = r.organisation_id
    LEFT JOIN expenditure_reversals v ON v.entry_id = e.id
    LEFT JOIN expenditures c ON c.id = v.expenditure_id
    LEFT JOIN reporting_periods q
      ON q.grant_id = p.grant_id AND q.number < p.number AND c.document_on BETWEEN q.starts_on AND q.ends_on
    WHERE p.id = :id
    GROUP BY l.category_code, l.partner_id, o.name, q.number
    HAVING sum(x.amount_minor) <> 0)",
                          soci::into(category), soci::into(partner_id), soci::into(partner), soci::into(adjusts),
                          soci::into(minor), soci::use(id, "id"));
  rows.execute();
  std::vector<DeclaredSum> lines;
  while (rows.fetch()) {
    lines.push_back({.category_code = category,
                     .partner_id = partner_id ? std::optional<std::int64_t>(*partner_id) : std::nullopt,
                     .partner_name = partner, .adjusts_number = adjusts, .minor = minor});
  }
  return lines;
}

std::vector<ExchangeDifference> list_period_differences(Session& session, const ReportingPeriod& period) {
  long long id = period.id, minor = 0;
  std::string occasion, currency;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT CASE e.kind
             WHEN 'exchange_difference' THEN 'closing'
             WHEN 'expenditure_paid' THEN 'payment'
             WHEN 'expenditure_reversed' THEN 'reversal'
             ELSE 'other' END,
           x.currency,
           -sum(x.amount_minor)::bigint
    FROM reporting_periods p
    JOIN grants g ON g.id = p.grant_id
    JOIN postings x ON x.fund_id = g.fund_id AND x.account_code = 'exchange_differences'
    JOIN entries e ON e.id = x.entry_id AND e.booked_on BETWEEN p.starts_on AND p.ends_on
    WHERE p.id = :id
    GROUP BY 1, 2
    HAVING sum(x.amount_minor) <> 0
    ORDER BY 2, 1)",
                          soci::into(occasion), soci::into(currency), soci::into(minor), soci::use(id, "id"));
  rows.execute();
  std::vector<ExchangeDifference> differences;
  while (rows.fetch()) differences.push_back({occasion, Money{minor, Currency::of(currency)}, std::nullopt});
  return differences;
}

void pin_period_rates(Transaction& transaction, std::int64_t period_id) {
  long long id = period_id;
  transaction.sql() << R"(
    INSERT INTO reporting_period_rates (reporting_period_id, currency, starts_on, ends_on, units_per_euro)
    SELECT :id, currency, starts_on, ends_on, units_per_euro
    FROM period_rates(:id)
    WHERE NOT pinned)",
      soci::use(id, "id");
}

std::vector<RateShift> recount_allocations(Transaction& transaction, const ReportingPeriod& period) {
  long long id = period.id, line = 0, minor = 0;
  soci::statement rows = (transaction.sql().prepare << R"(
    WITH counted AS (
      SELECT a.id,
             a.budget_line_id,
             a.grant_minor - a.grant_reversed_minor AS before_minor,
             grant_minor_of(a.grant_id, a.amount_minor, e.currency, e.document_on) AS grant_minor,
             CASE WHEN a.reversed_minor = 0 THEN 0
                  ELSE grant_minor_of(a.grant_id, a.reversed_minor, e.currency, e.document_on) END AS reversed_minor
      FROM reporting_periods p
      JOIN grants g ON g.id = p.grant_id
      JOIN expenditure_allocations a ON a.grant_id = g.id
      JOIN expenditures e ON e.id = a.expenditure_id AND e.document_on BETWEEN p.starts_on AND p.ends_on
      WHERE p.id = :id
        AND e.state IN ('approved', 'reported')
        AND e.currency <> g.currency
    ), moved AS (
      UPDATE expenditure_allocations a
      SET grant_minor = c.grant_minor,
          grant_reversed_minor = c.reversed_minor
      FROM counted c
      WHERE a.id = c.id
        AND (a.grant_minor, a.grant_reversed_minor) IS DISTINCT FROM (c.grant_minor, c.reversed_minor)
      RETURNING a.id
    )
    SELECT c.budget_line_id,
           sum(c.grant_minor - c.reversed_minor - c.before_minor)::bigint
    FROM counted c
    JOIN moved m ON m.id = c.id
    WHERE c.budget_line_id IS NOT NULL
    GROUP BY c.budget_line_id
    HAVING sum(c.grant_minor - c.reversed_minor - c.before_minor) <> 0
    ORDER BY c.budget_line_id)",
                          soci::into(line), soci::into(minor), soci::use(id, "id"));
  rows.execute();
  std::vector<RateShift> shifts;
  while (rows.fetch()) shifts.push_back({line, minor});
  return shifts;
}

std::int64_t mark_costs_reported(Transaction& transaction, const ReportingPeriod& period) {
  long long id = period.id;
  soci::statement mark = (transaction.sql().prepare << R"(
    UPDATE expenditures e
    SET state = 'reported',
        version = e.version + 1
    FROM reporting_periods p
    WHERE p.id = :id
      AND e.state = 'approved'
      AND e.document_on BETWEEN p.starts_on AND p.ends_on
      AND EXISTS (SELECT 1
                  FROM expenditure_allocations a
                  WHERE a.expenditure_id = e.id
                    AND a.grant_id = p.grant_id))",
                          soci::use(id, "id"));
  mark.execute(true);
  return mark.get_affected_rows();
}

std::int64_t unmark_costs_reported(Transaction& transaction, const ReportingPeriod& period) {
  long long id = period.id;
  soci::statement unmark = (transaction.sql().prepare << R"(
    UPDATE expenditures e
    SET state = 'approved',
        version = e.version + 1
    FROM reporting_periods p
    WHERE p.id = :id
      AND e.state = 'reported'
      AND e.document_on BETWEEN p.starts_on AND p.ends_on
      AND EXISTS (SELECT 1
                  FROM expenditure_allocations a
                  WHERE a.expenditure_id = e.id
                    AND a.grant_id = p.grant_id)
      AND NOT EXISTS (SELECT 1
                      FROM expenditure_allocations a
                      JOIN reporting_periods o ON o.grant_id = a.grant_id AND e.document_on BETWEEN o.starts_on AND o.ends_on
                      WHERE a.expenditure_id = e.id
                        AND o.id <> p.id
                        AND o.state = 'closed'))",
                            soci::use(id, "id"));
  unmark.execute(true);
  return unmark.get_affected_rows();
}

}  // namespace kindling
