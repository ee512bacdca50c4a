#include "funding/pipeline.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {

Pipeline read_pipeline(Session& session) {
  long long id = 0, funder_id = 0;
  std::string title, funder, state, starts_on, currency;
  std::optional<long long> amount;
  int probability = 0;
  std::vector<PipelineGrant> grants;
  soci::statement rows =
      (session.sql().prepare << R"(
      SELECT g.id,
             g.title,
             g.funder_id,
             o.name,
             g.state,
             g.starts_on::text,
             g.currency,
             coalesce(g.awarded_minor, g.requested_minor),
             g.probability_bp
        FROM grants g
        JOIN organisations o ON o.id = g.funder_id
       WHERE g.state IN ('prospect', 'drafting', 'applied', 'awarded')
       ORDER BY g.starts_on, lower(g.title), g.id)",
       soci::into(id), soci::into(title), soci::into(funder_id), soci::into(funder), soci::into(state),
       soci::into(starts_on), soci::into(currency), soci::into(amount), soci::into(probability));
  rows.execute();
  while (rows.fetch()) {
    const auto money = Currency::of(currency);
    grants.push_back({.id = id,
                      .title = title,
                      .funder_id = funder_id,
                      .funder_name = funder,
                      .state = find_grant_state(state).value(),
                      .starts_on = Date::of(starts_on),
                      .amount = amount ? std::optional(Money{*amount, money}) : std::nullopt,
                      .probability = {probability},
                      .currency = money});
  }
  return total_pipeline(std::move(grants));
}

}  // namespace kindling
