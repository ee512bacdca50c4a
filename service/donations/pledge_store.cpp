#include "donations/pledge_store.hpp"

#include <algorithm>
#include <map>

#include <soci/soci.h>

#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

Cycle cycle_of(std::string_view text) {
  return text == "monthly" ? Cycle::kMonthly : text == "quarterly" ? Cycle::kQuarterly : Cycle::kYearly;
}

std::string array_of(const std::vector<Pledge>& pledges) {
  std::string ids = "{";
  for (const auto& pledge : pledges) ids += (ids.size() > 1 ? "," : "") + std::to_string(pledge.id);
  return ids + "}";
}

std::vector<Pledge> read_pledges(soci::session& sql, const PledgeFilter& filter) {
  long long only_id = filter.id, of_donor = filter.donor_id, id = 0, donor = 0, amount = 0;
  int open_only = filter.open_only ? 1 : 0, version = 0;
  std::optional<long long> campaign;
  std::optional<int> anchor;
  std::optional<std::string> ends_on;
  std::string donor_reference, campaign_name, currency, cycle, starts_on, state, reason;
  soci::statement rows = (sql.prepare << R"(
    SELECT p.id, p.version, p.donor_id, o.reference, p.campaign_id, COALESCE(c.name, ''), p.currency, p.amount_minor,
           p.cycle, p.anchor_day, p.starts_on::text, p.ends_on::text, p.state, COALESCE(p.ended_reason, '')
    FROM pledges p
    JOIN donors o ON o.id = p.donor_id
    LEFT JOIN campaigns c ON c.id = p.campaign_id
    WHERE (:only_id::bigint = 0 OR p.id = :only_id)
      AND (:of_donor::bigint = 0 OR p.donor_id = :of_donor OR o.merged_into_id = :of_donor)
      AND (:open_only::int = 0 OR p.state <> 'ended')
    ORDER BY p.id DESC)",
                          soci::into(id), soci::into(version), soci::into(donor), soci::into(donor_reference),
                          soci::into(campaign), soci::into(campaign_name), soci::into(currency), soci::into(amount),
                          soci::into(cycle), soci::into(anchor), soci::into(starts_on), soci::into(ends_on),
                          soci::into(state), soci::into(reason), soci::use(only_id, "only_id"),
                          soci::use(of_donor, "of_donor"), soci::use(open_only, "open_only"));
  rows.execute();
  std::vector<Pledge> pledges;
  while (rows.fetch()) {
    const NewPledge promise{.donor_id = donor, .campaign_id = campaign ? std::optional<std::int64_t>(*campaign) : std::nullopt,
                            .amount = {amount, Currency::of(currency)}, .cycle = cycle_of(cycle), .anchor_day = anchor,
                            .starts_on = Date::of(starts_on), .ends_on = ends_on ? Date::parse(*ends_on) : std::nullopt};
    pledges.push_back({promise, id, version, state, donor_reference, campaign_name, reason, {}, {}});
  }
  return pledges;
}

void read_pauses_and_days(soci::session& sql, std::vector<Pledge>& pledges) {
  if (pledges.empty()) return;
  std::map<std::int64_t, Pledge*> by_id;
  for (auto& pledge : pledges) by_id[pledge.id] = &pledge;
  const auto ids = array_of(pledges);
  long long of = 0;
  std::string first;
  std::optional<std::string> last;
  soci::statement pauses = (sql.prepare << R"(
    SELECT pledge_id, first_on::text, last_on::text
    FROM pledge_pauses
    WHERE pledge_id = ANY (:ids::bigint[])
    ORDER BY first_on)",
                            soci::into(of), soci::into(first), soci::into(last), soci::use(ids, "ids"));
  pauses.execute();
  while (pauses.fetch()) by_id.at(of)->pauses.push_back({Date::of(first), last ? Date::parse(*last) : std::nullopt});
  soci::statement days = (sql.prepare << R"(
    SELECT pledge_id, pledge_due_on::text
    FROM donations
    WHERE pledge_id = ANY (:ids::bigint[])
      AND state NOT IN ('failed', 'refunded', 'charged_back')
    ORDER BY pledge_due_on)",
                          soci::into(of), soci::into(first), soci::use(ids, "ids"));
  days.execute();
  while (days.fetch()) by_id.at(of)->met.push_back(Date::of(first));
}

}  // namespace

std::vector<Pledge> list_pledges(Session& session, const PledgeFilter& filter) {
  auto pledges = read_pledges(session.sql(), filter);
  read_pauses_and_days(session.sql(), pledges);
  return pledges;
}

Result<Pledge> find_pledge(Session& session, std::int64_t id) {
  auto found = id == 0 ? std::vector<Pledge>{} : list_pledges(session, {.id = id});
  if (found.empty()) return not_found("pledge_not_found", "There is no such pledge.");
  return std::move(found.front());
}

Result<Pledge> lock_pledge(Transaction& transaction, std::int64_t id) {
  long long number = id, locked = 0;
  transaction.sql() << "SELECT id FROM pledges WHERE id = :id FOR NO KEY UPDATE", soci::use(number, "id"), soci::into(locked);
  return find_pledge(transaction.session, id);
}

std::int64_t insert_pledge(Transaction& transaction, const NewPledge& pledge) {
  long long id = 0, donor = pledge.donor_id, amount = pledge.amount.minor, actor = transaction.actor.id;
  const auto campaign = pledge.campaign_id ? std::optional<long long>(*pledge.campaign_id) : std::nullopt;
  const std::string currency(pledge.amount.currency.code()), cycle(to_string(pledge.cycle));
  const auto starts_on = to_string(pledge.starts_on);
  const auto ends_on = pledge.ends_on ? std::optional(to_string(*pledge.ends_on)) : std::nullopt;
  transaction.sql() << R"(
    INSERT INTO pledges (donor_id, campaign_id, currency, amount_minor, cycle, anchor_day, starts_on, ends_on, created_by)
    VALUES (:donor, :campaign, :currency, :amount, :cycle, :anchor, :starts_on::date, :ends_on::date,
            NULLIF(:actor::bigint, 0))
    RETURNING id)",
      soci::use(donor, "donor"), soci::use(campaign, "campaign"), soci::use(currency, "currency"),
      soci::use(amount, "amount"), soci::use(cycle, "cycle"), soci::use(pledge.anchor_day, "anchor"),
      soci::use(starts_on, "starts_on"), soci::use(ends_on, "ends_on"), soci::use(actor, "actor"), soci::into(id);
  return id;
}

void insert_pledge_message(Transaction& transaction, std::int64_t pledge_id, const std::string& body) {
  long long id = pledge_id;
  transaction.sql() << "INSERT INTO pledge_messages (pledge_id, body) VALUES (:id, :body)", soci::use(id, "id"), soci::use(body, "body");
}

void update_pledge_state(Transaction& transaction, const Pledge& pledge) {
  long long id = pledge.id;
  const auto ends_on = pledge.ends_on ? std::optional(to_string(*pledge.ends_on)) : std::nullopt;
  transaction.sql() << R"(
    UPDATE pledges
    SET state = :state, ends_on = :ends_on::date, ended_reason = NULLIF(:reason, ''), version = version + 1
    WHERE id = :id)",
      soci::use(pledge.state, "state"), soci::use(ends_on, "ends_on"), soci::use(pledge.ended_reason, "reason"),
      soci::use(id, "id");
}

void begin_pause(Transaction& transaction, std::int64_t pledge_id, Date first) {
  long long id = pledge_id;
  const auto day = to_string(first);
  transaction.sql() << "INSERT INTO pledge_pauses (pledge_id, first_on) VALUES (:id, :day::date)", soci::use(id, "id"),
      soci::use(day, "day");
}

void end_pause(Transaction& transaction, std::int64_t pledge_id, Date last) {
  long long id = pledge_id;
  const auto day = to_string(last);
  transaction.sql() << R"(
    UPDATE pledge_pauses
    SET last_on = greatest(:day::date, first_on)
    WHERE pledge_id = :id
      AND last_on IS NULL)",
      soci::use(day, "day"), soci::use(id, "id");
}

void update_pledge_of_donation(Transaction& transaction, std::int64_t donation_id, std::int64_t pledge_id,
                               std::optional<Date> due_on) {
  long long donation = donation_id;
  const auto pledge = due_on ? std::optional<long long>(pledge_id) : std::nullopt;
  const auto day = due_on ? std::optional(to_string(*due_on)) : std::nullopt;
  transaction.sql() << R"(
    UPDATE donations
    SET pledge_id = :pledge, pledge_due_on = :day::date, version = version + 1
    WHERE id = :donation)",
      soci::use(pledge, "pledge"), soci::use(day, "day"), soci::use(donation, "donation");
}

}  // namespace kindling
