#include "funding/record_organisation.hpp"

#include "audit/audit.hpp"
#include "funding/organisation.hpp"
#include "funding/organisation_store.hpp"
#include "storage/database.hpp"

namespace kindling {

Result<std::int64_t> record_organisation(Transaction& transaction, const Input& input) {
  const auto organisation = parse_organisation(input);
  if (!organisation) return organisation.error();
  const auto id = insert_organisation(transaction, *organisation);
  record_audit(transaction, {.action = "organisation.recorded", .object_kind = "organisation", .object_id = id,
                             .fields = {}, .reason = {}});
  return id;
}

Result<int> change_organisation(Transaction& transaction, std::int64_t id, int expected, const Input& input) {
  const auto before = find_organisation(transaction.session, id);
  if (!before) return before.error();
  const auto organisation = parse_organisation(input);
  if (!organisation) return organisation.error();
  if (!update_organisation(transaction, id, expected, *organisation)) return stale();
  std::vector<std::string> changed;
  const auto note = [&](const char* name, bool differs) {
    if (differs) changed.emplace_back(name);
  };
  note("name", before->name != organisation->name);
  note("parts", before->is_funder != organisation->is_funder || before->is_partner != organisation->is_partner ||
                    before->is_supplier != organisation->is_supplier);
  note("vat_number", before->vat_number != organisation->vat_number);
  note("address", before->address_line != organisation->address_line || before->city != organisation->city ||
                      before->postal_code != organisation->postal_code || before->country != organisation->country);
  note("website", before->website != organisation->website);
  note("notes", before->notes != organisation->notes);
  record_audit(transaction, {.action = "organisation.changed", .object_kind = "organisation", .object_id = id,
                             .fields = std::move(changed), .reason = {}});
  return expected + 1;
}

}  // namespace kindling
