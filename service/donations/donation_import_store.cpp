#include "donations/donation_import_store.hpp"

#include <soci/soci.h>

#include "core/csv.hpp"
#include "core/hex.hpp"
#include "donations/donation.hpp"
#include "donations/pledge_store.hpp"
#include "donations/record_pledge.hpp"
#include "importing/import_store.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

void find_campaigns_and_funds(soci::session& sql, GiftTargets& targets) {
  long long id = 0, fund = 0;
  std::string reference, name;
  soci::statement campaigns = (sql.prepare << "SELECT id, fund_id, reference, name FROM campaigns ORDER BY id",
                               soci::into(id), soci::into(fund), soci::into(reference), soci::into(name));
  campaigns.execute();
  while (campaigns.fetch()) {
    targets.campaigns.try_emplace(csv_heading_key(reference), GiftTargets::Campaign{id, fund});
    targets.campaigns.try_emplace(csv_heading_key(name), GiftTargets::Campaign{id, fund});
  }
  int free = 0, general = 0;
  soci::statement funds = (sql.prepare << R"(
    SELECT f.id, f.code, f.name, (f.code = 'general')::int,
           (f.restriction = 'unrestricted'
            OR NOT (EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)
                    OR EXISTS (SELECT 1 FROM campaigns c WHERE c.fund_id = f.id)))::int
    FROM funds f
    ORDER BY f.id)",
                           soci::into(id), soci::into(reference), soci::into(name), soci::into(general), soci::into(free));
  funds.execute();
  while (funds.fetch()) {
    targets.funds.try_emplace(csv_heading_key(reference), GiftTargets::Fund{id, free != 0});
    targets.funds.try_emplace(csv_heading_key(name), GiftTargets::Fund{id, free != 0});
    if (general != 0) targets.general_fund_id = id;
  }
}

void find_donors(soci::session& sql, GiftTargets& targets) {
  long long id = 0;
  int erased = 0;
  std::string reference, name_hash;
  std::optional<std::string> email_hash;
  soci::statement rows = (sql.prepare << R"(
    SELECT COALESCE(o.merged_into_id, o.id), o.reference, (o.erased_at IS NOT NULL)::int,
           COALESCE(encode(i.name_hash, 'hex'), ''), encode(i.email_hash, 'hex')
    FROM donors o
    LEFT JOIN donor_identities i ON i.donor_id = o.id
    ORDER BY o.id)",
                          soci::into(id), soci::into(reference), soci::into(erased), soci::into(name_hash), soci::into(email_hash));
  rows.execute();
  while (rows.fetch()) {
    if (erased == 0) targets.donors.emplace(reference, id);
    if (name_hash.empty()) continue;
    const auto [by_name, is_new] = targets.donors_by_name.try_emplace(bytes_of(name_hash), id);
    if (!is_new && by_name->second != id) by_name->second = 0;
    if (email_hash) targets.donors_by_email.try_emplace(bytes_of(*email_hash), id);
  }
}

// What is recorded already: by its reference, or the n-th of equal rows where n such gifts are there.
void mark_known(Transaction& transaction, long long import_id) {
  transaction.sql() << R"(
    UPDATE donation_import_rows r
    SET state = 'known'
    FROM donations d
    WHERE r.import_id = :id
      AND r.state = 'new'
      AND r.reference <> ''
      AND d.reference <> ''
      AND d.reference = r.reference
      AND d.method = r.method
      AND d.given_on = r.given_on
      AND d.gross_minor = r.amount_minor
      AND d.currency = r.currency
      AND d.state <> 'failed')",
      soci::use(import_id, "id");
  transaction.sql() << R"(
    UPDATE donation_import_rows r
    SET state = 'known'
    FROM (SELECT s.row_number
          FROM (SELECT row_number, given_on, amount_minor, currency, method, COALESCE(campaign_id, 0) AS campaign,
                       COALESCE(donor_id, 0) AS donor,
                       row_number() OVER (PARTITION BY given_on, amount_minor, currency, method, campaign_id, donor_id
                                          ORDER BY row_number) AS nth
                FROM donation_import_rows
                WHERE import_id = :id
                  AND state IN ('new', 'known')
                  AND reference = ''
                  AND donor_key IS NULL) s
          JOIN (SELECT d.given_on, d.gross_minor, d.currency, d.method, COALESCE(d.campaign_id, 0) AS campaign,
                       COALESCE(o.merged_into_id, o.id, 0) AS donor, count(*) AS recorded
                FROM donations d
                LEFT JOIN donors o ON o.id = d.donor_id
                WHERE d.reference = ''
                  AND d.state <> 'failed'
                  AND d.given_on IN (SELECT given_on FROM donation_import_rows WHERE import_id = :id AND reference = '')
                GROUP BY 1, 2, 3, 4, 5, 6) e
            ON e.given_on = s.given_on
           AND e.gross_minor = s.amount_minor
           AND e.currency = s.currency
           AND e.method = s.method
           AND e.campaign = s.campaign
           AND e.donor = s.donor
           AND s.nth <= e.recorded) k
    WHERE r.import_id = :id
      AND r.row_number = k.row_number
      AND r.state = 'new')",
      soci::use(import_id, "id");
}

// Donors that came to be recorded since the check are found by then; the others are made.
void make_donors(Transaction& transaction, long long import_id) {
  long long actor = transaction.actor.id;
  transaction.sql() << R"(
    UPDATE donation_import_rows r
    SET donor_id = found.donor_id,
        donor_key = NULL
    FROM (SELECT DISTINCT ON (s.donor_key) s.donor_key, COALESCE(o.merged_into_id, o.id) AS donor_id
          FROM donation_import_rows s
          JOIN donor_identities i
            ON CASE WHEN s.donor_email_hash IS NULL THEN i.name_hash = s.donor_name_hash ELSE i.email_hash = s.donor_email_hash END
          JOIN donors o ON o.id = i.donor_id
          WHERE s.import_id = :id
            AND s.donor_sealed IS NOT NULL
          ORDER BY s.donor_key, o.id) found
    WHERE r.import_id = :id
      AND r.donor_key = found.donor_key)",
      soci::use(import_id, "id");
  transaction.sql() << R"(
    WITH needed AS (
      SELECT s.donor_key, s.donor_reference, s.donor_wrapped_key, s.donor_sealed, s.donor_name_hash, s.donor_email_hash
      FROM donation_import_rows s
      WHERE s.import_id = :id
        AND s.donor_sealed IS NOT NULL
        AND s.donor_key IN (SELECT donor_key FROM donation_import_rows WHERE import_id = :id AND state = 'new')
    ), made AS (
      INSERT INTO donors (reference, created_by)
      SELECT donor_reference, NULLIF(:actor::bigint, 0)
      FROM needed
      ORDER BY donor_key
      RETURNING id, reference
    )
    INSERT INTO donor_identities (donor_id, wrapped_key, sealed, name_hash, email_hash)
    SELECT m.id, n.donor_wrapped_key, n.donor_sealed, n.donor_name_hash, n.donor_email_hash
    FROM made m
    JOIN needed n ON n.donor_reference = m.reference)",
      soci::use(import_id, "id"), soci::use(actor, "actor");
  transaction.sql() << R"(
    UPDATE donation_import_rows r
    SET donor_id = o.id
    FROM donation_import_rows s
    JOIN donors o ON o.reference = s.donor_reference
    WHERE r.import_id = :id
      AND s.import_id = :id
      AND s.donor_sealed IS NOT NULL
      AND r.donor_key = s.donor_key)",
      soci::use(import_id, "id");
}

// Entries, postings, gifts, parts and messages in one statement. The numbers are taken first, as for a single gift.
struct Loaded {
  long long rows = 0, first = 0, last = 0;
};
Loaded insert_gifts(Transaction& transaction, const ImportLoad& load, const std::string& platform) {
  long long import_id = load.import_id, actor = load.actor.id;
  const std::string state = load.options.text("state") == "pending" ? "pending" : "cleared";
  const int own_account = load.options.text("account") == "own" && state == "cleared" ? 1 : 0;
  Loaded loaded;
  transaction.sql() << R"(
    WITH gifts AS MATERIALIZED (
      SELECT nextval('donation_numbers') AS id, s.*,
             CASE WHEN s.used_rate IS NULL THEN s.amount_minor
                  ELSE converted_minor(s.amount_minor, s.currency, :platform, s.used_rate, 1) END AS base_gross,
             CASE WHEN s.used_rate IS NULL THEN s.fee_minor
                  ELSE converted_minor(s.fee_minor, s.currency, :platform, s.used_rate, 1) END AS base_fee,
             CASE WHEN s.used_rate IS NOT NULL AND :own_account = 1 THEN s.amount_minor - s.fee_minor END AS arrived
      FROM (SELECT r.given_on, r.cleared_on, r.method, r.reference, r.message, r.campaign_id, r.fund_id, r.donor_id,
                   r.currency, r.amount_minor, r.fee_minor,
                   CASE WHEN r.currency = :platform THEN NULL
                        ELSE COALESCE(r.rate, round(rate_on(r.currency, r.given_on) / rate_on(:platform, r.given_on), 8))
                        END AS used_rate
            FROM donation_import_rows r
            WHERE r.import_id = :id
              AND r.state = 'new'
            ORDER BY r.row_number) s
    ), posted AS (
      INSERT INTO entries (booked_on, kind, document_kind, document_id, description, posting_count, actor_id)
      SELECT cleared_on, 'donation_cleared', 'donation', id, 'Donation ' || id,
             2 + (base_fee > 0)::int + CASE WHEN arrived IS NULL THEN 0 ELSE 2 END, :actor
      FROM gifts
      WHERE :state = 'cleared'
      RETURNING id, document_id
    ), lines AS (
      INSERT INTO postings (entry_id, line_no, account_code, fund_id, amount_minor, currency)
      SELECT e.id, row_number() OVER (PARTITION BY e.id ORDER BY l.place), l.account_code, g.fund_id, l.amount_minor, l.currency
      FROM posted e
      JOIN gifts g ON g.id = e.document_id
      CROSS JOIN LATERAL (VALUES (1, 'bank', g.arrived, g.currency),
                                 (2, 'currency_clearing', -g.arrived, g.currency),
                                 (3, CASE WHEN g.arrived IS NULL THEN 'bank' ELSE 'currency_clearing' END,
                                  g.base_gross - g.base_fee, :platform),
                                 (4, 'donation_fees', g.base_fee, :platform),
                                 (5, 'income_donations', -g.base_gross, :platform))
                 AS l (place, account_code, amount_minor, currency)
      WHERE l.amount_minor <> 0
    ), recorded AS (
      INSERT INTO donations (id, kind, state, given_on, cleared_on, method, reference, donor_id, campaign_id, currency,
                             gross_minor, fee_minor, rate, base_currency, base_gross_minor, base_fee_minor, entry_id, created_by,
                             arrived_currency, arrived_minor)
      SELECT g.id, 'cash', :state, g.given_on, CASE :state WHEN 'cleared' THEN g.cleared_on END, g.method, g.reference,
             g.donor_id, g.campaign_id, g.currency, g.amount_minor, g.fee_minor, g.used_rate, :platform, g.base_gross,
             g.base_fee, e.id, NULLIF(:actor::bigint, 0), CASE WHEN g.arrived IS NOT NULL THEN g.currency END, g.arrived
      FROM gifts g
      LEFT JOIN posted e ON e.document_id = g.id
    ), said AS (
      INSERT INTO donation_messages (donation_id, body)
      SELECT id, message
      FROM gifts
      WHERE message IS NOT NULL
    ), shared AS (
      INSERT INTO donation_parts (donation_id, position, fund_id, gross_minor)
      SELECT id, 1, fund_id, base_gross
      FROM gifts
    )
    SELECT count(*), COALESCE(min(id), 0), COALESCE(max(id), 0)
    FROM gifts)",
      soci::use(platform, "platform"), soci::use(own_account, "own_account"), soci::use(import_id, "id"), soci::use(state, "state"), soci::use(actor, "actor"),
      soci::into(loaded.rows), soci::into(loaded.first), soci::into(loaded.last);
  return loaded;
}

// Gifts of donors who promised something meet the days that are open, the oldest gift first.
void meet_pledges(Transaction& transaction, const Loaded& loaded) {
  long long first = loaded.first, last = loaded.last, id = 0, donor = 0, gross = 0;
  std::optional<long long> campaign;
  std::string currency, given_on;
  soci::statement rows = (transaction.sql().prepare << R"(
    SELECT d.id, d.donor_id, d.campaign_id, d.currency, d.gross_minor, d.given_on::text
    FROM donations d
    JOIN donors o ON o.id = d.donor_id
    WHERE d.id BETWEEN :first AND :last
      AND d.pledge_id IS NULL
      AND EXISTS (SELECT 1
                  FROM pledges p
                  JOIN donors q ON q.id = p.donor_id
                  WHERE p.state <> 'ended'
                    AND COALESCE(q.merged_into_id, q.id) = COALESCE(o.merged_into_id, o.id))
    ORDER BY d.given_on, d.id)",
                          soci::into(id), soci::into(donor), soci::into(campaign), soci::into(currency), soci::into(gross),
                          soci::into(given_on), soci::use(first, "first"), soci::use(last, "last"));
  rows.execute();
  struct Gift {
    std::int64_t id;
    NewDonation as_given;
  };
  std::vector<Gift> gifts;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    const auto day = Date::of(given_on);
    gifts.push_back({id, {.kind = "cash", .state = {}, .method = {}, .reference = {}, .given_on = day, .cleared_on = day,
                          .gross = {gross, of}, .fee = {0, of}, .rate = {},
                          .campaign_id = campaign ? std::optional<std::int64_t>(*campaign) : std::nullopt, .donor_id = donor,
                          .soft_credit_donor_id = {}, .parts = {}, .description = {}, .valuation_basis = {}, .message = {}}});
  }
  for (const auto& gift : gifts) {
    if (const auto met = match_pledge(transaction.session, gift.as_given)) {
      update_pledge_of_donation(transaction, gift.id, met->pledge_id, met->due_on);
    }
  }
}

}  // namespace

GiftTargets find_gift_targets(Session& session) {
  GiftTargets targets;
  find_campaigns_and_funds(session.sql(), targets);
  find_donors(session.sql(), targets);
  return targets;
}

void settle_gift_rows(Transaction& transaction, std::int64_t import_id, Currency of_platform) {
  long long id = import_id;
  const std::string platform(of_platform.code());
  expect_many_rows(transaction);
  mark_known(transaction, id);
  transaction.sql() << R"(
    WITH unrated AS (
      UPDATE donation_import_rows
      SET state = 'bad'
      WHERE import_id = :id
        AND state = 'new'
        AND currency <> :platform
        AND COALESCE(converted_minor(amount_minor, currency, :platform,
                                     COALESCE(rate, round(rate_on(currency, given_on) / rate_on(:platform, given_on), 8)), 1), 0) < 1
      RETURNING row_number
    )
    INSERT INTO import_errors (import_id, row_number, column_name, code, message)
    SELECT :id, row_number, 'rate', 'rate_is_missing', 'No rate is published for that day; give one in the file.'
    FROM unrated)",
      soci::use(id, "id"), soci::use(platform, "platform");
}

std::int64_t load_gift_rows(Transaction& transaction, const ImportLoad& load, Currency platform) {
  // Two files may hold the same gifts: the second one sees what the first one recorded.
  transaction.sql() << "SELECT pg_advisory_xact_lock(hashtextextended('donation_import', 0))";
  expect_many_rows(transaction);
  make_donors(transaction, load.import_id);
  mark_known(transaction, load.import_id);
  const auto loaded = insert_gifts(transaction, load, std::string(platform.code()));
  transaction.sql() << "SET LOCAL enable_nestloop = on";
  meet_pledges(transaction, loaded);
  return loaded.rows;
}

}  // namespace kindling
