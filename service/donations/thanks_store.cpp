#include "donations/thanks_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {

std::vector<GiftToThank> list_gifts_to_thank(Session& session, int limit) {
  long long donation = 0, donor = 0, gross = 0;
  std::string reference, preference, given_on, currency, campaign, description;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT d.id, o.id, o.reference, o.contact_preference, d.given_on::text, d.gross_minor - d.refunded_minor, d.currency,
           COALESCE(c.name, ''), COALESCE(d.description, '')
    FROM donations d
    JOIN donors g ON g.id = d.donor_id
    JOIN donors o ON o.id = COALESCE(g.merged_into_id, g.id)
    LEFT JOIN campaigns c ON c.id = d.campaign_id
    WHERE d.thanked_on IS NULL
      AND d.donor_id IS NOT NULL
      AND d.state = 'cleared'
      AND o.erased_at IS NULL
    ORDER BY d.id
    LIMIT :limit)",
                          soci::into(donation), soci::into(donor), soci::into(reference), soci::into(preference),
                          soci::into(given_on), soci::into(gross), soci::into(currency), soci::into(campaign),
                          soci::into(description), soci::use(limit, "limit"));
  rows.execute();
  std::vector<GiftToThank> gifts;
  while (rows.fetch()) {
    gifts.push_back({.donation_id = donation, .donor_id = donor, .donor_reference = reference,
                     .contact_preference = preference, .given_on = Date::of(given_on),
                     .gross = {gross, Currency::of(currency)}, .campaign_name = campaign, .description = description});
  }
  return gifts;
}

std::int64_t mark_thanked(Transaction& transaction, const std::vector<std::int64_t>& donation_ids, Date on) {
  std::string ids = "{";
  for (const auto id : donation_ids) ids += (ids.size() > 1 ? "," : "") + std::to_string(id);
  ids += '}';
  const auto day = to_string(on);
  long long actor = transaction.actor.id, marked = 0;
  transaction.sql() << R"(
    WITH marked AS (
      UPDATE donations
      SET thanked_on = :day::date, thanked_by = :actor, version = version + 1
      WHERE id = ANY (:ids::bigint[])
        AND thanked_on IS NULL
        AND donor_id IS NOT NULL
      RETURNING id)
    SELECT count(*) FROM marked)",
      soci::use(day, "day"), soci::use(actor, "actor"), soci::use(ids, "ids"), soci::into(marked);
  return marked;
}

std::vector<DonorMessage> list_messages(Session& session) {
  long long id = 0;
  std::string with, on, body, state;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT m.with_what, m.id, m.on_day::text, m.body, m.state
    FROM (SELECT 'donation' AS with_what, m.donation_id AS id, d.given_on AS on_day, m.body, m.state
          FROM donation_messages m
          JOIN donations d ON d.id = m.donation_id
          UNION ALL
          SELECT 'pledge', m.pledge_id, p.starts_on, m.body, m.state
          FROM pledge_messages m
          JOIN pledges p ON p.id = m.pledge_id) m
    ORDER BY (m.state = 'waiting') DESC, m.on_day DESC, m.id DESC
    LIMIT 200)",
                          soci::into(with), soci::into(id), soci::into(on), soci::into(body), soci::into(state));
  rows.execute();
  std::vector<DonorMessage> messages;
  while (rows.fetch()) messages.push_back({with, id, Date::of(on), body, state});
  return messages;
}

std::vector<std::string> list_shown_messages(Session& session, int limit) {
  std::string body;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT body
    FROM donation_messages
    WHERE state = 'shown'
    ORDER BY donation_id DESC
    LIMIT :limit)",
                          soci::into(body), soci::use(limit, "limit"));
  rows.execute();
  std::vector<std::string> bodies;
  while (rows.fetch()) bodies.push_back(body);
  return bodies;
}

bool moderate_message(Transaction& transaction, std::string_view with, std::int64_t id, const std::string& state) {
  long long number = id, actor = transaction.actor.id;
  int updated = 0;
  const std::string of(with == "pledge" ? "pledge" : "donation");
  transaction.sql() << "UPDATE " + of + "_messages SET state = :state, moderated_by = :actor, moderated_at = now() WHERE " + of +
                           "_id = :id RETURNING 1",
      soci::use(state, "state"), soci::use(actor, "actor"), soci::use(number, "id"), soci::into(updated);
  return transaction.sql().got_data();
}

}  // namespace kindling
