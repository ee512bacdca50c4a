#include "spending/reporting_period_store.hpp"

#include <map>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::vector<ReportingPeriod> read_periods(soci::session& sql, long long grant_id) {
  long long id = 0, closing_by = 0;
  int version = 0, number = 0, last = 0;
  std::optional<long long> obligation;
  std::string starts_on, ends_on, state, due_on, closing_name, closed_name, closed_on, note;
  soci::statement rows = (sql.prepare << R"(
    SELECT p.id, p.version, p.number, p.starts_on::text, p.ends_on::text, p.state, p.obligation_id,
           COALESCE(o.due_on::text, ''), COALESCE(p.closing_by, 0), COALESCE(b.name, ''), COALESCE(c.name, ''),
           COALESCE(to_char(p.closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), ''), COALESCE(p.closing_note, ''),
           (p.number = max(p.number) OVER ())::int
    FROM reporting_periods p
    LEFT JOIN obligations o ON o.id = p.obligation_id
    LEFT JOIN users b ON b.id = p.closing_by
    LEFT JOIN users c ON c.id = p.closed_by
    WHERE p.grant_id = :grant_id
    ORDER BY p.number)",
                          soci::into(id), soci::into(version), soci::into(number), soci::into(starts_on),
                          soci::into(ends_on), soci::into(state), soci::into(obligation), soci::into(due_on),
                          soci::into(closing_by), soci::into(closing_name), soci::into(closed_name),
                          soci::into(closed_on), soci::into(note), soci::into(last), soci::use(grant_id, "grant_id"));
  rows.execute();
  std::vector<ReportingPeriod> periods;
  while (rows.fetch()) {
    periods.push_back({.id = id, .version = version, .grant_id = grant_id, .number = number,
                       .days = {Date::of(starts_on), Date::of(ends_on)}, .state = state,
                       .obligation_id = obligation ? std::optional<std::int64_t>(*obligation) : std::nullopt,
                       .report_due_on = due_on, .closing_by = closing_by, .closing_by_name = closing_name,
                       .closed_by_name = closed_name, .closed_on = closed_on, .closing_note = note, .last = last != 0,
                       .reopenings = {}});
  }
  return periods;
}

void read_reopenings(soci::session& sql, long long grant_id, std::vector<ReportingPeriod>& periods) {
  std::map<std::int64_t, ReportingPeriod*> by_id;
  for (auto& period : periods) by_id[period.id] = &period;
  long long id = 0, period_id = 0, requested_by = 0;
  std::string state, reason, requested_name, requested_on, decided_name;
  soci::statement rows = (sql.prepare << R"(
    SELECT r.id, r.reporting_period_id, r.state, r.reason, r.requested_by, u.name,
           to_char(r.requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), COALESCE(d.name, '')
    FROM period_reopenings r
    JOIN reporting_periods p ON p.id = r.reporting_period_id
    JOIN users u ON u.id = r.requested_by
    LEFT JOIN users d ON d.id = r.decided_by
    WHERE p.grant_id = :grant_id
    ORDER BY r.id DESC)",
                          soci::into(id), soci::into(period_id), soci::into(state), soci::into(reason),
                          soci::into(requested_by), soci::into(requested_name), soci::into(requested_on),
                          soci::into(decided_name), soci::use(grant_id, "grant_id"));
  rows.execute();
  while (rows.fetch()) {
    const auto found = by_id.find(period_id);
    if (found == by_id.end()) continue;
    found->second->reopenings.push_back({.id = id, .state = state, .reason = reason, .requested_by = requested_by,
                                         .requested_by_name = requested_name, .requested_on = requested_on,
                                         .decided_by_name = decided_name});
  }
}

}  // namespace

std::vector<ReportingPeriod> list_reporting_periods(Session& session, std::int64_t grant_id) {
  auto periods = read_periods(session.sql(), grant_id);
  if (!periods.empty()) read_reopenings(session.sql(), grant_id, periods);
  return periods;
}

Result<ReportingPeriod> find_reporting_period(Session& session, std::int64_t grant_id, int number) {
  for (auto& period : list_reporting_periods(session, grant_id)) {
    if (period.number == number) return std::move(period);
  }
  return not_found("reporting_period_not_found", "There is no such reporting period of this grant.");
}

Result<ReportingPeriod> lock_reporting_period(Transaction& transaction, std::int64_t grant, int number) {
  long long grant_id = grant, id = 0;
  soci::statement lock = (transaction.sql().prepare << R"(
    SELECT id
    FROM reporting_periods
    WHERE grant_id = :grant_id
    ORDER BY number
    FOR UPDATE)",
                          soci::into(id), soci::use(grant_id, "grant_id"));
  lock.execute();
  while (lock.fetch()) {
  }
  return find_reporting_period(transaction.session, grant, number);
}

std::int64_t insert_reporting_period(Transaction& transaction, std::int64_t grant, int number, const Period& days,
                                     std::int64_t obligation) {
  long long id = 0, grant_id = grant, obligation_id = obligation, actor = transaction.actor.id;
  const auto starts_on = to_string(days.first), ends_on = to_string(days.last);
  transaction.sql() << R"(
    INSERT INTO reporting_periods (grant_id, number, starts_on, ends_on, obligation_id, created_by)
    VALUES (:grant_id, :number, :starts_on::date, :ends_on::date, :obligation_id, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(grant_id, "grant_id"), soci::use(number, "number"), soci::use(starts_on, "starts_on"),
      soci::use(ends_on, "ends_on"), soci::use(obligation_id, "obligation_id"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

void update_period_end(Transaction& transaction, const ReportingPeriod& period, Date end, int report_due_days) {
  long long id = period.id;
  const auto ends_on = to_string(end);
  transaction.sql() << R"(
    UPDATE reporting_periods
    SET ends_on = :ends_on::date,
        version = version + 1
    WHERE id = :id)",
      soci::use(ends_on, "ends_on"), soci::use(id, "id");
  if (!period.obligation_id) return;
  long long obligation_id = *period.obligation_id;
  const auto due_on = to_string(end.plus_days(report_due_days));
  transaction.sql() << R"(
    UPDATE obligations
    SET due_on = :due_on::date,
        version = version + 1
    WHERE id = :id
      AND state = 'open')",
      soci::use(due_on, "due_on"), soci::use(obligation_id, "id");
}

void delete_reporting_period(Transaction& transaction, const ReportingPeriod& period) {
  long long id = period.id;
  transaction.sql() << "DELETE FROM reporting_periods WHERE id = :id", soci::use(id, "id");
  if (!period.obligation_id) return;
  long long obligation_id = *period.obligation_id;
  transaction.sql() << "DELETE FROM obligations WHERE id = :id AND state = 'open'", soci::use(obligation_id, "id");
}

void update_to_closing(Transaction& transaction, std::int64_t period) {
  long long id = period, actor = transaction.actor.id;
  transaction.sql() << R"(
    UPDATE reporting_periods
    SET state = 'closing',
        closing_by = :actor,
        closing_at = now(),
        version = version + 1
    WHERE id = :id)",
      soci::use(actor, "actor"), soci::use(id, "id");
}

void update_to_closed(Transaction& transaction, std::int64_t period, const std::string& note) {
  long long id = period, actor = transaction.actor.id;
  transaction.sql() << R"(
    UPDATE reporting_periods
    SET state = 'closed',
        closed_by = :actor,
        closed_at = now(),
        closing_note = NULLIF(:note, ''),
        version = version + 1
    WHERE id = :id)",
      soci::use(actor, "actor"), soci::use(note, "note"), soci::use(id, "id");
}

void update_to_open(Transaction& transaction, std::int64_t period) {
  long long id = period;
  transaction.sql() << R"(
    UPDATE reporting_periods
    SET state = 'open',
        closing_by = NULL,
        closing_at = NULL,
        closed_by = NULL,
        closed_at = NULL,
        closing_note = NULL,
        version = version + 1
    WHERE id = :id)",
      soci::use(id, "id");
}

std::int64_t insert_reopening(Transaction& transaction, const ReportingPeriod& period, const std::string& reason) {
  long long id = 0, period_id = period.id, actor = transaction.actor.id;
  int version = period.version;
  transaction.sql() << R"(
    INSERT INTO period_reopenings (reporting_period_id, period_version, reason, requested_by)
    VALUES (:period_id, :version, :reason, :actor)
    RETURNING id)",
      soci::use(period_id, "period_id"), soci::use(version, "version"), soci::use(reason, "reason"),
      soci::use(actor, "actor"), soci::into(id);
  return id;
}

void update_reopening(Transaction& transaction, std::int64_t reopening, bool approved) {
  long long id = reopening, actor = transaction.actor.id;
  const std::string state = approved ? "approved" : "refused";
  transaction.sql() << R"(
    UPDATE period_reopenings
    SET state = :state,
        decided_by = :actor,
        decided_at = now()
    WHERE id = :id
      AND state = 'requested')",
      soci::use(state, "state"), soci::use(actor, "actor"), soci::use(id, "id");
}

}  // namespace kindling
