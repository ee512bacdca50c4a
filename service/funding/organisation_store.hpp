// All SQL of organisations.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "funding/organisation.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

// kNotFound "organisation_not_found".
Result<Organisation> find_organisation(Session& session, std::int64_t id);

struct OrganisationList {
  std::vector<Organisation> organisations;  // without identifiers and contacts
  std::string next_cursor;
};
// Sort: name. Filter: part (funder, partner, supplier). One query.
Result<OrganisationList> list_organisations(Session& session, const ListQuery& query);

std::int64_t insert_organisation(Transaction& transaction, const NewOrganisation& organisation);
// False where the version is no longer `expected`.
bool update_organisation(Transaction& transaction, std::int64_t id, int expected, const NewOrganisation& organisation);

}  // namespace kindling
