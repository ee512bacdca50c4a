#include "donations/campaign_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// All, or the one of an id or a reference.
std::vector<Campaign> read_campaigns(soci::session& sql, long long only_id, const std::string& only_reference) {
  long long id = 0, source = 0, fund = 0, raised = 0, in_kind = 0, gifts = 0;
  int version = 0, restricted = 0, is_public = 0;
  std::optional<long long> goal;
  std::optional<std::string> ends_on;
  std::string name, reference, currency, starts_on, fund_name, purpose, text;
  soci::statement rows = (sql.prepare << R"(
    SELECT c.id, c.version, c.funding_source_id, c.name, c.reference, c.currency, c.goal_minor, c.starts_on::text,
           c.ends_on::text, c.fund_id, f.name, (f.restriction = 'restricted')::int, COALESCE(c.purpose, ''),
           c.public_text, c.is_public::int, COALESCE(g.raised, 0), COALESCE(g.in_kind, 0), COALESCE(g.gifts, 0)
    FROM campaigns c
    JOIN funds f ON f.id = c.fund_id
    LEFT JOIN LATERAL (SELECT (sum(d.base_gross_minor - d.base_refunded_minor) FILTER (WHERE d.kind = 'cash'))::bigint AS raised,
                              (sum(d.base_gross_minor - d.base_refunded_minor) FILTER (WHERE d.kind = 'in_kind'))::bigint AS in_kind,
                              count(*) AS gifts
                       FROM donations d
                       WHERE d.campaign_id = c.id
                         AND d.state IN ('cleared', 'refunded', 'charged_back')) g ON true
    WHERE (:only_id::bigint = 0 OR c.id = :only_id)
      AND (:only_reference = '' OR c.reference = :only_reference)
    ORDER BY c.starts_on DESC, c.id DESC)",
                          soci::into(id), soci::into(version), soci::into(source), soci::into(name),
                          soci::into(reference), soci::into(currency), soci::into(goal), soci::into(starts_on),
                          soci::into(ends_on), soci::into(fund), soci::into(fund_name), soci::into(restricted),
                          soci::into(purpose), soci::into(text), soci::into(is_public), soci::into(raised),
                          soci::into(in_kind), soci::into(gifts), soci::use(only_id, "only_id"),
                          soci::use(only_reference, "only_reference"));
  rows.execute();
  std::vector<Campaign> campaigns;
  while (rows.fetch()) {
    const auto of = Currency::of(currency);
    campaigns.push_back({.id = id, .version = version, .funding_source_id = source, .name = name,
                         .reference = reference, .currency = of, .goal = goal ? std::optional(Money{*goal, of}) : std::nullopt,
                         .starts_on = Date::of(starts_on), .ends_on = ends_on ? Date::parse(*ends_on) : std::nullopt,
                         .fund_id = fund, .fund_name = fund_name, .restricted = restricted != 0, .purpose = purpose,
                         .public_text = text, .is_public = is_public != 0, .raised = {raised, of},
                         .in_kind = {in_kind, of}, .gifts = gifts});
  }
  return campaigns;
}

Result<Campaign> only(std::vector<Campaign> found) {
  if (found.empty()) return not_found("campaign_not_found", "There is no such campaign.");
  return std::move(found.front());
}

// The columns of a campaign as text and numbers, for INSERT and UPDATE alike.
struct Row {
  explicit Row(const NewCampaign& campaign)
      : name(campaign.name), currency(campaign.currency.code()), starts_on(to_string(campaign.starts_on)),
        text(campaign.public_text), purpose(campaign.restricted ? campaign.purpose : std::nullopt),
        is_public(campaign.is_public ? 1 : 0) {
    if (campaign.goal) goal = campaign.goal->minor;
    if (campaign.ends_on) ends_on = to_string(*campaign.ends_on);
  }
  std::string name, currency, starts_on, text;
  std::optional<std::string> purpose, ends_on;
  std::optional<long long> goal;
  int is_public;
};

}  // namespace

std::vector<Campaign> list_campaigns(Session& session) { return read_campaigns(session.sql(), 0, ""); }

Result<Campaign> find_campaign(Session& session, std::int64_t id) {
  return only(id == 0 ? std::vector<Campaign>{} : read_campaigns(session.sql(), id, ""));
}

Result<Campaign> find_campaign_by_reference(Session& session, std::string_view reference) {
  return only(reference.empty() ? std::vector<Campaign>{} : read_campaigns(session.sql(), 0, std::string(reference)));
}

std::int64_t insert_campaign(Transaction& transaction, const NewCampaign& campaign, const std::string& reference,
                             std::int64_t fund_id) {
  const Row row(campaign);
  long long id = 0, fund = fund_id, actor = transaction.actor.id;
  transaction.sql() << R"(
    INSERT INTO campaigns (name, reference, currency, goal_minor, starts_on, ends_on, fund_id, purpose, public_text,
                           is_public, created_by)
    VALUES (:name, :reference, :currency, :goal, :starts_on::date, :ends_on::date, :fund, :purpose, :text,
            :is_public::int::boolean, NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(row.name, "name"), soci::use(reference, "reference"), soci::use(row.currency, "currency"),
      soci::use(row.goal, "goal"), soci::use(row.starts_on, "starts_on"), soci::use(row.ends_on, "ends_on"),
      soci::use(fund, "fund"), soci::use(row.purpose, "purpose"), soci::use(row.text, "text"),
      soci::use(row.is_public, "is_public"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

bool update_campaign(Transaction& transaction, std::int64_t campaign_id, int expected, const NewCampaign& campaign) {
  const Row row(campaign);
  long long id = campaign_id;
  int updated = 0;
  transaction.sql() << R"(
    UPDATE campaigns
    SET name = :name, goal_minor = :goal, starts_on = :starts_on::date, ends_on = :ends_on::date, purpose = :purpose,
        public_text = :text, is_public = :is_public::int::boolean, version = version + 1
    WHERE id = :id
      AND version = :expected
    RETURNING 1)",
      soci::use(row.name, "name"), soci::use(row.goal, "goal"), soci::use(row.starts_on, "starts_on"),
      soci::use(row.ends_on, "ends_on"), soci::use(row.purpose, "purpose"), soci::use(row.text, "text"),
      soci::use(row.is_public, "is_public"), soci::use(id, "id"), soci::use(expected, "expected"), soci::into(updated);
  return transaction.sql().got_data();
}

std::int64_t general_fund(Session& session) {
  long long id = 0;
  session.sql() << "SELECT id FROM funds WHERE code = 'general'", soci::into(id);
  return id;
}

}  // namespace kindling
