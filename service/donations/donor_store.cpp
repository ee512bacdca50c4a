#include "donations/donor_store.hpp"

#include <soci/soci.h>

#include "core/hex.hpp"
#include "http/json.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

std::string array_of(const std::vector<std::int64_t>& ids) {
  std::string text = "{";
  for (const auto id : ids) text += (text.size() > 1 ? "," : "") + std::to_string(id);
  return text + "}";
}

// Donors older than `before`, one (only_id), or those merged into one.
std::vector<Donor> read_donors(soci::session& sql, long long before, long long only_id, long long merged_into,
                               const std::string& search, int limit) {
  long long id = 0, gifts = 0, given = 0;
  int version = 0, anonymous = 0, erased = 0, known = 0;
  std::string reference, kind, preference;
  std::optional<std::string> consent_on, last_on;
  std::optional<long long> into;
  soci::statement rows = (sql.prepare << R"(
    SELECT o.id, o.version, o.reference, o.kind, o.anonymous::int, o.contact_preference, o.consent_on::text,
           o.merged_into_id, (o.erased_at IS NOT NULL)::int, (i.donor_id IS NOT NULL)::int, COALESCE(g.gifts, 0),
           COALESCE(g.given, 0), g.last_on::text
    FROM donors o
    LEFT JOIN donor_identities i ON i.donor_id = o.id
    LEFT JOIN LATERAL (SELECT count(*) AS gifts,
                              (sum(d.base_gross_minor - d.base_refunded_minor) FILTER (WHERE d.kind = 'cash'))::bigint AS given,
                              max(d.given_on) AS last_on
                       FROM donations d
                       WHERE d.state IN ('cleared', 'refunded', 'charged_back')
                         AND d.donor_id IN (SELECT o.id UNION ALL SELECT m.id FROM donors m WHERE m.merged_into_id = o.id)) g
      ON true
    WHERE o.id < :before
      AND (:only_id::bigint = 0 OR o.id = :only_id)
      AND (CASE WHEN :merged_into::bigint <> 0 THEN o.merged_into_id = :merged_into
                ELSE :only_id::bigint <> 0 OR o.merged_into_id IS NULL END)
      AND (:search = '' OR strpos(o.reference, upper(:search)) > 0)
    ORDER BY o.id DESC
    LIMIT :limit)",
                          soci::into(id), soci::into(version), soci::into(reference), soci::into(kind),
                          soci::into(anonymous), soci::into(preference), soci::into(consent_on), soci::into(into),
                          soci::into(erased), soci::into(known), soci::into(gifts), soci::into(given),
                          soci::into(last_on), soci::use(before, "before"), soci::use(only_id, "only_id"),
                          soci::use(merged_into, "merged_into"), soci::use(search, "search"), soci::use(limit, "limit"));
  rows.execute();
  std::vector<Donor> donors;
  while (rows.fetch()) {
    donors.push_back({.id = id, .version = version, .reference = reference, .kind = kind, .anonymous = anonymous != 0,
                      .contact_preference = preference, .consent_on = consent_on ? Date::parse(*consent_on) : std::nullopt,
                      .merged_into_id = into ? std::optional<std::int64_t>(*into) : std::nullopt, .erased = erased != 0,
                      .known = known != 0, .gifts = gifts, .given_minor = given,
                      .last_gift_on = last_on ? Date::parse(*last_on) : std::nullopt});
  }
  return donors;
}

std::vector<DonorDecision> read_decisions(soci::session& sql, long long donor, long long only_id) {
  long long id = 0, kept = 0, other = 0;
  int undone = 0;
  std::string decision;
  soci::statement rows = (sql.prepare << R"(
    SELECT id, kept_id, other_id, decision, (undone_at IS NOT NULL)::int
    FROM donor_decisions
    WHERE (:only_id::bigint = 0 OR id = :only_id)
      AND (:donor::bigint = 0 OR kept_id = :donor OR other_id = :donor)
      AND (:only_id::bigint <> 0 OR undone_at IS NULL)
    ORDER BY id)",
                          soci::into(id), soci::into(kept), soci::into(other), soci::into(decision), soci::into(undone),
                          soci::use(only_id, "only_id"), soci::use(donor, "donor"));
  rows.execute();
  std::vector<DonorDecision> decisions;
  while (rows.fetch()) decisions.push_back({id, kept, other, decision, undone != 0});
  return decisions;
}

}  // namespace

DonorList list_donors(Session& session, const ListQuery& query) {
  const long long before = query.after.empty() ? INT64_MAX : decode_cursor(query.after).value_or(Cursor{}).id;
  DonorList list{read_donors(session.sql(), before, 0, 0, query.search, query.limit + 1), {}};
  if (static_cast<int>(list.donors.size()) > query.limit) {
    list.donors.pop_back();
    list.next_cursor = encode_cursor({"", list.donors.back().id});
  }
  return list;
}

Result<Donor> find_donor(Session& session, std::int64_t id) {
  auto found = id == 0 ? std::vector<Donor>{} : read_donors(session.sql(), INT64_MAX, id, 0, "", 1);
  if (found.empty()) return not_found("donor_not_found", "There is no such donor.");
  return std::move(found.front());
}

Result<Donor> lock_donor(Transaction& transaction, std::int64_t id) {
  long long number = id, locked = 0;
  transaction.sql() << "SELECT id FROM donors WHERE id = :id FOR NO KEY UPDATE", soci::use(number, "id"), soci::into(locked);
  return find_donor(transaction.session, id);
}

std::vector<Donor> list_merged(Session& session, std::int64_t into_id) {
  return read_donors(session.sql(), INT64_MAX, 0, into_id, "", 1'000);
}

std::int64_t insert_donor(Transaction& transaction, const NewDonor& donor, const std::string& reference) {
  long long id = 0, actor = transaction.actor.id;
  const int anonymous = donor.anonymous ? 1 : 0;
  const auto consent_on = donor.consent_on ? std::optional(to_string(*donor.consent_on)) : std::nullopt;
  transaction.sql() << R"(
    INSERT INTO donors (reference, kind, anonymous, contact_preference, consent_on, created_by)
    VALUES (:reference, :kind, :anonymous::int::boolean, :preference, :consent_on::date, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(reference, "reference"), soci::use(donor.kind, "kind"), soci::use(anonymous, "anonymous"),
      soci::use(donor.contact_preference, "preference"), soci::use(consent_on, "consent_on"), soci::use(actor, "actor"),
      soci::into(id);
  return id;
}

bool update_donor(Transaction& transaction, std::int64_t donor_id, int expected, const NewDonor& donor) {
  long long id = donor_id;
  int updated = 0;
  const int anonymous = donor.anonymous ? 1 : 0;
  const auto consent_on = donor.consent_on ? std::optional(to_string(*donor.consent_on)) : std::nullopt;
  transaction.sql() << R"(
    UPDATE donors
    SET kind = :kind, anonymous = :anonymous::int::boolean, contact_preference = :preference,
        consent_on = :consent_on::date, version = version + 1
    WHERE id = :id
      AND version = :expected
    RETURNING 1)",
      soci::use(donor.kind, "kind"), soci::use(anonymous, "anonymous"), soci::use(donor.contact_preference, "preference"),
      soci::use(consent_on, "consent_on"), soci::use(id, "id"), soci::use(expected, "expected"), soci::into(updated);
  return transaction.sql().got_data();
}

void write_identity(Transaction& transaction, std::int64_t donor_id, const SealedIdentity& sealed) {
  long long id = donor_id;
  const auto key = hex_of(sealed.wrapped_key), text = hex_of(sealed.sealed), name = hex_of(sealed.name_hash);
  const auto email = sealed.email_hash.empty() ? std::nullopt : std::optional(hex_of(sealed.email_hash));
  transaction.sql() << R"(
    INSERT INTO donor_identities (donor_id, wrapped_key, sealed, name_hash, email_hash)
    VALUES (:id, decode(:key, 'hex'), decode(:text, 'hex'), decode(:name, 'hex'), decode(:email, 'hex'))
    ON CONFLICT (donor_id) DO UPDATE
    SET wrapped_key = excluded.wrapped_key, sealed = excluded.sealed, name_hash = excluded.name_hash,
        email_hash = excluded.email_hash)",
      soci::use(id, "id"), soci::use(key, "key"), soci::use(text, "text"), soci::use(name, "name"), soci::use(email, "email");
}

std::map<std::int64_t, DonorIdentity> read_identities(Transaction& transaction, const DonorVault& vault,
                                                      const std::vector<std::int64_t>& donor_ids, const std::string& purpose) {
  std::map<std::int64_t, DonorIdentity> identities;
  if (donor_ids.empty()) return identities;
  const auto ids = array_of(donor_ids);
  long long id = 0, actor = transaction.actor.id;
  std::string reference, key, text;
  soci::statement rows = (transaction.sql().prepare << R"(
    SELECT i.donor_id, o.reference, encode(i.wrapped_key, 'hex'), encode(i.sealed, 'hex')
    FROM donor_identities i
    JOIN donors o ON o.id = i.donor_id
    WHERE i.donor_id = ANY (:ids::bigint[]))",
                          soci::into(id), soci::into(reference), soci::into(key), soci::into(text), soci::use(ids, "ids"));
  rows.execute();
  while (rows.fetch()) {
    auto identity = vault.open({.wrapped_key = bytes_of(key), .sealed = bytes_of(text), .name_hash = {}, .email_hash = {}}, reference);
    if (identity) identities.emplace(id, *std::move(identity));
  }
  const std::string request_id(transaction.request_id);
  transaction.sql() << R"(
    INSERT INTO audit_events (actor_id, action, object_kind, object_id, reason, request_id)
    SELECT :actor, 'donor_identity.read', 'donor', i.donor_id, :purpose, :request_id
    FROM donor_identities i
    WHERE i.donor_id = ANY (:ids::bigint[]))",
      soci::use(actor, "actor"), soci::use(purpose, "purpose"), soci::use(request_id, "request_id"), soci::use(ids, "ids");
  return identities;
}

std::vector<std::int64_t> list_known_donors(Session& session) {
  std::vector<std::int64_t> ids;
  long long id = 0;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT i.donor_id
    FROM donor_identities i
    JOIN donors o ON o.id = i.donor_id
    WHERE o.merged_into_id IS NULL
    ORDER BY i.donor_id)",
                          soci::into(id));
  rows.execute();
  while (rows.fetch()) ids.push_back(id);
  return ids;
}

std::vector<std::int64_t> find_donors_by(Session& session, const DonorTraces& traces) {
  std::vector<std::int64_t> ids;
  long long id = 0;
  const auto name = hex_of(traces.name_hash), email = hex_of(traces.email_hash);
  soci::statement rows = (session.sql().prepare << R"(
    SELECT donor_id
    FROM donor_identities
    WHERE name_hash = decode(:name, 'hex')
       OR email_hash = decode(:email, 'hex')
    UNION
    SELECT id
    FROM donors
    WHERE reference = upper(:reference)
    ORDER BY donor_id
    LIMIT 50)",
                          soci::into(id), soci::use(name, "name"), soci::use(email, "email"),
                          soci::use(traces.reference, "reference"));
  rows.execute();
  while (rows.fetch()) ids.push_back(id);
  return ids;
}

void erase_donor_rows(Transaction& transaction, std::int64_t donor_id) {
  long long id = donor_id;
  transaction.sql() << "DELETE FROM donor_identities WHERE donor_id = :id", soci::use(id, "id");
  transaction.sql() << R"(
    DELETE FROM donation_messages
    WHERE donation_id IN (SELECT d.id FROM donations d WHERE d.donor_id = :id))", soci::use(id, "id");
  transaction.sql() << R"(
    DELETE FROM pledge_messages
    WHERE pledge_id IN (SELECT p.id FROM pledges p WHERE p.donor_id = :id))", soci::use(id, "id");
  // Nobody is left to promise anything.
  transaction.sql() << R"(
    UPDATE pledges
    SET state = 'ended', ends_on = greatest(starts_on, current_date), ended_reason = 'donor erased', version = version + 1
    WHERE donor_id = :id
      AND state <> 'ended')", soci::use(id, "id");
  transaction.sql() << R"(
    UPDATE donors
    SET erased_at = now(), anonymous = true, contact_preference = 'none', consent_on = NULL, version = version + 1
    WHERE id = :id)", soci::use(id, "id");
}

std::vector<DonorDecision> list_decisions(Session& session, std::int64_t donor_id) {
  return read_decisions(session.sql(), donor_id, 0);
}

Result<DonorDecision> find_decision(Session& session, std::int64_t id) {
  auto found = id == 0 ? std::vector<DonorDecision>{} : read_decisions(session.sql(), 0, id);
  if (found.empty()) return not_found("decision_not_found", "There is no such decision.");
  return found.front();
}

void insert_decision(Transaction& transaction, std::int64_t kept_id, std::int64_t other_id, const std::string& decision) {
  long long kept = kept_id, other = other_id, actor = transaction.actor.id;
  transaction.sql() << R"(
    INSERT INTO donor_decisions (kept_id, other_id, decision, decided_by)
    VALUES (:kept, :other, :decision, :actor))",
      soci::use(kept, "kept"), soci::use(other, "other"), soci::use(decision, "decision"), soci::use(actor, "actor");
}

void undo_decision(Transaction& transaction, std::int64_t decision_id) {
  long long id = decision_id, actor = transaction.actor.id;
  transaction.sql() << "UPDATE donor_decisions SET undone_by = :actor, undone_at = now() WHERE id = :id AND undone_at IS NULL",
      soci::use(actor, "actor"), soci::use(id, "id");
}

void update_merge(Transaction& transaction, std::int64_t donor_id, std::optional<std::int64_t> into_id) {
  long long id = donor_id;
  const auto into = into_id ? std::optional<long long>(*into_id) : std::nullopt;
  transaction.sql() << "UPDATE donors SET merged_into_id = :into, version = version + 1 WHERE id = :id",
      soci::use(into, "into"), soci::use(id, "id");
}

Value donor_holdings(Session& session, std::int64_t donor_id) {
  long long id = donor_id;
  std::string json;
  // Made by the database in one statement, so that an export is of one moment.
  session.sql() << R"(
    WITH own AS (
      SELECT id FROM donors WHERE id = :id OR merged_into_id = :id
    )
    SELECT json_build_object(
      'donations', (SELECT COALESCE(json_agg(json_build_object(
                      'id', d.id, 'state', d.state, 'kind', d.kind, 'given_on', d.given_on, 'method', d.method,
                      'reference', d.reference, 'currency', d.currency, 'gross_minor', d.gross_minor,
                      'fee_minor', d.fee_minor, 'refunded_minor', d.refunded_minor, 'description', d.description,
                      'campaign', c.name, 'message', m.body, 'thanked_on', d.thanked_on) ORDER BY d.id), '[]')
                    FROM donations d
                    LEFT JOIN campaigns c ON c.id = d.campaign_id
                    LEFT JOIN donation_messages m ON m.donation_id = d.id
                    WHERE d.donor_id IN (SELECT id FROM own)),
      'pledges', (SELECT COALESCE(json_agg(json_build_object(
                    'id', p.id, 'state', p.state, 'currency', p.currency, 'amount_minor', p.amount_minor,
                    'cycle', p.cycle, 'starts_on', p.starts_on, 'ends_on', p.ends_on, 'message', m.body) ORDER BY p.id), '[]')
                  FROM pledges p
                  LEFT JOIN pledge_messages m ON m.pledge_id = p.id
                  WHERE p.donor_id IN (SELECT id FROM own)),
      'receipts', (SELECT COALESCE(json_agg(json_build_object(
                     'number', r.year || '-' || lpad(r.number::text, 6, '0'), 'kind', r.kind, 'issued_on', r.issued_on,
                     'currency', r.currency, 'amount_minor', r.amount_minor) ORDER BY r.id), '[]')
                   FROM donation_receipts r
                   WHERE r.donor_id IN (SELECT id FROM own)),
      'soft_credits', (SELECT COALESCE(json_agg(s.donation_id ORDER BY s.donation_id), '[]')
                       FROM donation_soft_credits s
                       WHERE s.donor_id IN (SELECT id FROM own)),
      'record', (SELECT COALESCE(json_agg(json_build_object('at', a.at, 'action', a.action, 'reason', a.reason) ORDER BY a.id), '[]')
                 FROM audit_events a
                 WHERE a.object_kind = 'donor'
                   AND a.object_id IN (SELECT id FROM own)))::text)",
      soci::use(id, "id"), soci::into(json);
  const auto value = http::value_from_json(json);
  return value ? *value : Value();
}

}  // namespace kindling
