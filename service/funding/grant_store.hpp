// All SQL of grants, their categories, states and partners.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/value.hpp"
#include "funding/grant.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

// kNotFound "grant_not_found".
Result<Grant> find_grant(Session& session, std::int64_t id);
// The same under a row lock until the end of the transaction: whoever changes what depends on the grant takes
// it first.
Result<Grant> lock_grant(Transaction& transaction, std::int64_t id);

std::vector<Category> list_categories(Session& session, std::int64_t grant_id);    // in their order
std::vector<GrantPartner> list_partners(Session& session, std::int64_t grant_id);  // the coordinator first

struct GrantStateChange {
  std::optional<GrantState> from;  // nullopt: recorded
  GrantState to;
  Date on_date;
  std::optional<std::string> reason;
  std::string actor_name;
  std::string at;  // "2026-03-01T10:15:00Z"
};
std::vector<GrantStateChange> list_state_changes(Session& session, std::int64_t grant_id);  // newest first

struct ListedGrant {
  std::int64_t id;
  int version;
  std::string title;
  std::optional<std::string> reference;
  std::string programme_code;
  std::int64_t funder_id;
  std::string funder_name;
  GrantState state;
  Currency currency;
  std::optional<Money> requested;
  std::optional<Money> awarded;
  Period period;
};
struct GrantList {
  std::vector<ListedGrant> grants;
  std::string next_cursor;  // empty: the last page
};
// Sorts: title, awarded, end. Filters: state, funder, programme. One query. kInvalid for a filter or cursor
// of no sense.
Result<GrantList> list_grants(Session& session, const ListQuery& query);

// Organisations to choose from: id and name, by name.
struct OrganisationChoice {
  std::int64_t id;
  std::string name;
};
std::vector<OrganisationChoice> list_funders(Session& session);
std::vector<OrganisationChoice> list_partner_organisations(Session& session);
std::vector<OrganisationChoice> list_suppliers(Session& session);

// Writes the source, the grant, its categories and its first state; the id.
std::int64_t insert_grant(Transaction& transaction, const NewGrant& grant);
// False where the version is no longer `expected`.
bool update_grant(Transaction& transaction, std::int64_t id, int expected, const NewGrant& grant);
// What an amendment agreed to; in the grant's currency.
// An end that moves takes the days until which records are kept with it.
void update_grant_terms(Transaction& transaction, std::int64_t grant_id, Money awarded, Date ends_on, Percent funding_rate);
// False where the grant has moved meanwhile. `fund_id` comes with the award.
bool update_grant_state(Transaction& transaction, const Grant& grant, const NewGrantState& change,
                        std::optional<std::int64_t> fund_id);
// False where the version is no longer `expected`. Partners that stay keep their id.
bool replace_partners(Transaction& transaction, const Grant& grant, int expected,
                      const std::vector<NewPartner>& partners);

}  // namespace kindling
