#include "spending/requested_contribution_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {

AskedContributions list_asked_contributions(Session& session, std::int64_t period, Currency currency) {
  AskedContributions found;
  long long period_id = period, partner_id = 0, amount = 0;
  session.sql() << "SELECT (count(*) + 1)::int FROM requested_contributions WHERE reporting_period_id = :period_id",
      soci::into(found.version), soci::use(period_id, "period_id");
  soci::statement rows = (session.sql().prepare << R"(
    SELECT COALESCE(c.partner_id, 0),
           c.amount_minor
    FROM contributions_asked(:period_id, 'infinity') c
    ORDER BY 1)",
                          soci::into(partner_id), soci::into(amount), soci::use(period_id, "period_id"));
  rows.execute();
  while (rows.fetch()) {
    const auto of = partner_id == 0 ? std::nullopt : std::optional<std::int64_t>(partner_id);
    found.asked.push_back({of, Money{amount, currency}});
  }
  return found;
}

// 0 and -1 stand for NULL: no partner, no lower amount.
void insert_contribution(Transaction& transaction, std::int64_t period, const NewContribution& contribution) {
  long long period_id = period, partner_id = contribution.partner_id.value_or(0), actor = transaction.actor.id;
  long long amount = contribution.amount ? contribution.amount->minor : -1;
  transaction.sql() << R"(
    INSERT INTO requested_contributions (reporting_period_id, partner_id, amount_minor, requested_by)
    VALUES (:period_id, NULLIF(:partner_id::bigint, 0), NULLIF(:amount::bigint, -1), :actor))",
      soci::use(period_id, "period_id"), soci::use(partner_id, "partner_id"), soci::use(amount, "amount"),
      soci::use(actor, "actor");
}

}  // namespace kindling
