#include "reports/grant_cover.hpp"

#include <utility>

#include <soci/soci.h>

#include "reports/sealed_snapshot.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<GrantCover> read_grant_cover(const SealedSnapshot& snapshot, std::int64_t grant_id, std::string platform) {
  auto& sql = snapshot.session().sql();
  const Date any = Date::of("2000-01-01");
  const Money nothing{0, Currency::of("EUR")};
  GrantCover cover{.grant_id = grant_id, .platform = std::move(platform), .eligibility = {any, any}, .maximum = nothing,
                   .match_required = nothing, .ledger_position = snapshot.position(), .ledger_hash = snapshot.hash(),
                   .sealed_at_s = snapshot.sealed_at_s()};
  std::string currency, starts_on, ends_on;
  long long id = grant_id, fund_id = 0, awarded = 0, match = 0;
  int funding_rate = 0, indirect_rate = 0;
  sql << R"(
    SELECT g.title,
           COALESCE(g.reference, ''),
           COALESCE(g.call, ''),
           g.programme_code,
           o.name,
           COALESCE(c.name, ''),
           g.state,
           g.exchange_policy,
           g.currency,
           g.starts_on::text,
           g.ends_on::text,
           COALESCE(g.awarded_minor, 0),
           g.match_required_minor,
           g.funding_rate_bp,
           g.indirect_rate_bp,
           COALESCE(g.fund_id, 0)
    FROM grants g
    JOIN organisations o ON o.id = g.funder_id
    LEFT JOIN grant_partners p ON p.grant_id = g.id AND p.role = 'coordinator'
    LEFT JOIN organisations c ON c.id = p.organisation_id
    WHERE g.id = :id)",
      soci::into(cover.title), soci::into(cover.reference), soci::into(cover.call), soci::into(cover.programme),
      soci::into(cover.funder), soci::into(cover.coordinator), soci::into(cover.state), soci::into(cover.exchange_policy),
      soci::into(currency), soci::into(starts_on), soci::into(ends_on), soci::into(awarded), soci::into(match),
      soci::into(funding_rate), soci::into(indirect_rate), soci::into(fund_id), soci::use(id, "id");
  if (!sql.got_data()) return not_found("grant_not_found", "There is no such grant.");
  cover.fund_id = fund_id;
  cover.eligibility = {Date::of(starts_on), Date::of(ends_on)};
  cover.maximum = {awarded, Currency::of(currency)};
  cover.match_required = {match, cover.maximum.currency};
  cover.funding_rate = {funding_rate};
  cover.indirect_rate = {indirect_rate};
  return cover;
}

Result<GrantPeriod> read_grant_period(const SealedSnapshot& snapshot, const GrantCover& grant, const Period& days) {
  auto& sql = snapshot.session().sql();
  GrantPeriod period{.days = days, .last = days.last == grant.eligibility.last};
  long long id = 0, grant_id = grant.grant_id;
  const auto first = to_string(days.first), last = to_string(days.last);
  sql << R"(
    SELECT p.id, p.number, p.state
    FROM reporting_periods p
    WHERE p.grant_id = :grant_id
      AND p.starts_on = :first::date
      AND p.ends_on = :last::date)",
      soci::into(id), soci::into(period.number), soci::into(period.state), soci::use(grant_id, "grant_id"),
      soci::use(first, "first"), soci::use(last, "last");
  if (sql.got_data()) {
    period.id = id;
    return period;
  }
  std::string known;
  sql << R"(
    SELECT COALESCE(string_agg(p.starts_on || ' to ' || p.ends_on, ', ' ORDER BY p.number), '')
    FROM reporting_periods p
    WHERE p.grant_id = :grant_id)",
      soci::into(known), soci::use(grant_id, "grant_id");
  return invalid_field("from", "not_a_reporting_period",
                       known.empty() ? "This report is of a reporting period: plan the grant's periods first."
                                     : "This report is of a reporting period: choose " + known + ".");
}

ReceivedFromFunder read_received(const SealedSnapshot& snapshot, const GrantCover& grant, Date last_day) {
  auto& sql = snapshot.session().sql();
  long long grant_id = grant.grant_id, fund_id = grant.fund_id, position = snapshot.position();
  long long documents = 0, ledger = 0;
  const auto last = to_string(last_day);
  sql << R"(
    SELECT (SELECT COALESCE(sum(r.amount_minor), 0)
            FROM instalment_receipts r
            JOIN instalments i ON i.id = r.instalment_id AND i.grant_id = :grant_id
            JOIN seals s ON s.entry_id = r.entry_id AND s.position <= :position
            WHERE r.received_on <= :last::date
              AND NOT EXISTS (SELECT 1
                              FROM entries x
                              JOIN seals xs ON xs.entry_id = x.id AND xs.position <= :position
                              WHERE x.reverses_entry_id = r.entry_id
                                AND x.booked_on <= :last::date))::bigint,
           (SELECT COALESCE(-sum(p.amount_minor), 0)
            FROM postings p
            JOIN entries e ON e.id = p.entry_id AND e.booked_on <= :last::date
            JOIN seals s ON s.entry_id = e.id AND s.position <= :position
            WHERE p.fund_id = :fund_id
              AND p.account_code = 'income_grants')::bigint)",
      soci::into(documents), soci::into(ledger), soci::use(grant_id, "grant_id"), soci::use(position, "position"),
      soci::use(last, "last"), soci::use(fund_id, "fund_id");
  return {documents, ledger};
}

}  // namespace kindling
