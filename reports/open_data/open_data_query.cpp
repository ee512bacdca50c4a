#include <algorithm>

#include "reports/open_data/open_data.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::string own_id(const OpenDataPublisher& publisher, const std::string& number) {
  return "360G-" + publisher.prefix + "-ORG-" + number;
}

// An identifier has neither slash nor space.
std::string cleaned(std::string id) {
  std::ranges::replace_if(id, [](char c) { return c == '/' || c == ' '; }, '-');
  return id;
}

}  // namespace

OpenData query_open_data(Session& session, const OpenDataPublisher& publisher) {
  OpenData data{.publisher = publisher, .grants = {}};
  const OpenOrganisation recipient{publisher.identifier.empty() ? own_id(publisher, "platform") : cleaned(publisher.identifier),
                                   publisher.name};
  long long number = 0, awarded = 0, disbursed = 0, funder_number = 0, modified_s = 0;
  std::optional<long long> applied_for;
  std::string title, description, currency, awarded_on, starts_on, ends_on, funder, funder_id, programme, call, modified;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT g.id,
           g.title,
           p.description,
           g.currency,
           g.awarded_minor,
           g.requested_minor,
           COALESCE((SELECT sum(r.amount_minor)
                     FROM instalments i
                     JOIN instalment_receipts r ON r.instalment_id = i.id
                     WHERE i.grant_id = g.id
                       AND NOT EXISTS (SELECT 1 FROM entries x WHERE x.reverses_entry_id = r.entry_id)), 0)::bigint,
           COALESCE((SELECT min(c.on_date)
                     FROM grant_state_changes c
                     WHERE c.grant_id = g.id
                       AND c.to_state NOT IN ('prospect', 'drafting', 'applied')), g.starts_on)::text,
           g.starts_on::text,
           g.ends_on::text,
           o.id,
           o.name,
           COALESCE((SELECT CASE n.scheme WHEN 'PIC' THEN 'XI-PIC-' || n.value ELSE n.value END
                     FROM organisation_identifiers n
                     WHERE n.organisation_id = o.id
                       AND n.scheme IN ('org-id', 'PIC')
                     ORDER BY n.scheme DESC, n.value
                     LIMIT 1), ''),
           g.programme_code,
           COALESCE(g.call, ''),
           to_char(p.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           extract(epoch FROM p.published_at)::bigint
    FROM grant_publications p
    JOIN grants g ON g.id = p.grant_id
    JOIN organisations o ON o.id = g.funder_id
    WHERE g.awarded_minor IS NOT NULL
      AND g.state <> 'withdrawn'
    ORDER BY g.id)",
                          soci::into(number), soci::into(title), soci::into(description), soci::into(currency),
                          soci::into(awarded), soci::into(applied_for), soci::into(disbursed), soci::into(awarded_on),
                          soci::into(starts_on), soci::into(ends_on), soci::into(funder_number), soci::into(funder),
                          soci::into(funder_id), soci::into(programme), soci::into(call), soci::into(modified),
                          soci::into(modified_s));
  rows.execute();
  while (rows.fetch()) {
    const auto in = Currency::of(currency);
    const auto id = std::to_string(number);
    data.grants.push_back({.number = number, .id = "360G-" + publisher.prefix + "-" + id, .title = title,
                           .description = description, .awarded = {awarded, in},
                           .applied_for = applied_for ? std::optional(Money{*applied_for, in}) : std::nullopt,
                           .disbursed = {disbursed, in}, .awarded_on = Date::of(awarded_on),
                           .planned = {Date::of(starts_on), Date::of(ends_on)}, .recipient = recipient,
                           .funder = {funder_id.empty() ? own_id(publisher, std::to_string(funder_number)) : cleaned(funder_id), funder},
                           .programme_code = programme, .programme_title = call.empty() ? programme : call,
                           .modified = modified, .modified_s = modified_s});
  }
  return data;
}

}  // namespace kindling
