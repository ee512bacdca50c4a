#include "support/pledge_offer_store.hpp"

#include <soci/soci.h>

#include "audit/audit.hpp"
#include "core/hex.hpp"
#include "donations/donor_vault.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

std::string bound_to(std::int64_t id) { return "pledge offer " + std::to_string(id); }

// All that wait, or one of them under its lock.
std::vector<PledgeOffer> read_offers(Transaction& transaction, const DonorVault& vault, long long only_id) {
  long long id = 0, amount = 0;
  std::optional<long long> campaign;
  std::string sealed, campaign_name, currency, cycle, offered_on;
  soci::statement rows = (transaction.sql().prepare << std::string(R"(
    SELECT o.id, encode(o.sealed, 'hex'), o.campaign_id, COALESCE(c.name, ''), o.currency, o.amount_minor, o.cycle,
           o.created_at::date::text
    FROM pledge_offers o
    LEFT JOIN campaigns c ON c.id = o.campaign_id
    WHERE o.state = 'waiting'
      AND (:only_id::bigint = 0 OR o.id = :only_id)
    ORDER BY o.id
    LIMIT 500)") + (only_id == 0 ? "" : " FOR UPDATE OF o"),
                          soci::into(id), soci::into(sealed), soci::into(campaign), soci::into(campaign_name),
                          soci::into(currency), soci::into(amount), soci::into(cycle), soci::into(offered_on),
                          soci::use(only_id, "only_id"));
  rows.execute();
  std::vector<PledgeOffer> offers;
  while (rows.fetch()) {
    const auto text = vault.open_text(bytes_of(sealed), bound_to(id));
    offers.push_back({.id = id, .campaign_id = campaign ? std::optional<std::int64_t>(*campaign) : std::nullopt,
                      .campaign_name = campaign_name, .amount = {amount, Currency::of(currency)}, .cycle = cycle,
                      .offered_on = offered_on, .person = text ? person_of_text(*text) : std::nullopt});
  }
  for (const auto& offer : offers) {
    record_audit(transaction, {.action = "pledge_offer.read", .object_kind = "pledge_offer", .object_id = offer.id, .fields = {}, .reason = {}});
  }
  return offers;
}

}  // namespace

std::int64_t insert_pledge_offer(Transaction& transaction, const DonorVault& vault, const NewPledgeOffer& offer,
                                 std::optional<std::int64_t> campaign_id) {
  long long id = 0, amount = offer.amount.minor;
  const auto campaign = campaign_id ? std::optional<long long>(*campaign_id) : std::nullopt;
  const std::string currency(offer.amount.currency.code());
  // Numbered first: what is sealed is bound to its number.
  transaction.sql() << "SELECT nextval(pg_get_serial_sequence('pledge_offers', 'id'))", soci::into(id);
  const auto sealed = hex_of(vault.seal_text(person_to_text(offer.person), bound_to(id)));
  transaction.sql() << R"(
    INSERT INTO pledge_offers (id, sealed, campaign_id, currency, amount_minor, cycle)
    OVERRIDING SYSTEM VALUE
    VALUES (:id, decode(:sealed, 'hex'), :campaign, :currency, :amount, :cycle))",
      soci::use(id, "id"), soci::use(sealed, "sealed"), soci::use(campaign, "campaign"), soci::use(currency, "currency"),
      soci::use(amount, "amount"), soci::use(offer.cycle, "cycle");
  return id;
}

std::optional<std::int64_t> find_public_campaign(Session& session, std::string_view reference) {
  const std::string wanted(reference);
  long long id = 0;
  session.sql() << "SELECT id FROM campaigns WHERE reference = :reference AND is_public", soci::use(wanted, "reference"), soci::into(id);
  return id == 0 ? std::nullopt : std::optional<std::int64_t>(id);
}

std::vector<PledgeOffer> list_pledge_offers(Transaction& transaction, const DonorVault& vault) {
  return read_offers(transaction, vault, 0);
}

Result<PledgeOffer> lock_pledge_offer(Transaction& transaction, const DonorVault& vault, std::int64_t id) {
  auto found = id == 0 ? std::vector<PledgeOffer>{} : read_offers(transaction, vault, id);
  if (found.empty()) return not_found("pledge_offer_not_found", "This promise is decided already, or there is none.");
  return std::move(found.front());
}

void decide_pledge_offer(Transaction& transaction, std::int64_t offer_id, std::optional<std::int64_t> pledge_id) {
  long long id = offer_id, actor = transaction.actor.id;
  const auto pledge = pledge_id ? std::optional<long long>(*pledge_id) : std::nullopt;
  const std::string state = pledge_id ? "accepted" : "declined";
  transaction.sql() << R"(
    UPDATE pledge_offers
    SET state = :state, sealed = NULL, pledge_id = :pledge, decided_by = :actor, decided_at = now()
    WHERE id = :id)",
      soci::use(state, "state"), soci::use(pledge, "pledge"), soci::use(actor, "actor"), soci::use(id, "id");
}

std::int64_t count_pledge_offers(Session& session) {
  long long waiting = 0;
  session.sql() << "SELECT count(*) FROM pledge_offers WHERE state = 'waiting'", soci::into(waiting);
  return waiting;
}

}  // namespace kindling
