#include "funding/record_grant.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "funding/grant.hpp"
#include "funding/grant_store.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

// The names of the fields that differ; rows count under their list's name ("categories").
std::vector<std::string> changed_fields(const Input& before, const Input& after) {
  std::set<std::string> names;
  const auto compare = [&](const Input& a, const Input& b) {
    for (const auto& field : a.fields()) {
      if (b.text(field.path) != field.text) names.insert(field.path.substr(0, field.path.find('.')));
    }
  };
  compare(before, after);
  compare(after, before);
  return {names.begin(), names.end()};
}

std::vector<std::string> given_fields(const Input& input) {
  return changed_fields(Input{}, input);
}

// The grant under a lock, as long as it is the one that the user saw.
Result<Grant> lock_expected(Transaction& transaction, GrantAddress address) {
  auto grant = lock_grant(transaction, address.id);
  if (grant && grant->version != address.expected_version) return stale();
  return grant;
}

Money sum_of_shares(const std::vector<GrantPartner>& partners, Currency currency) {
  Money sum{0, currency};
  for (const auto& partner : partners) sum = sum + partner.share.value_or(Money{0, currency});
  return sum;
}

// The shares must fit into an amount that is about to change.
Outcome check_shares_fit(Transaction& transaction, const Grant& grant, Money maximum, const char* field) {
  const auto shares = sum_of_shares(list_partners(transaction.session, grant.id), grant.currency);
  if (shares.minor <= maximum.minor) return kOk;
  return invalid_field(field, "below_the_shares",
                       "The partners' shares add up to " + to_display(shares) +
                           ". Lower them first on the page Partners, or enter at least that amount.");
}

}  // namespace

Result<std::int64_t> record_grant(Transaction& transaction, const Programmes& programmes, const Input& input,
                                  Date today) {
  const auto grant = parse_grant(input, programmes, today);
  if (!grant) return grant.error();
  const auto id = insert_grant(transaction, *grant);
  record_audit(transaction, {.action = "grant.recorded",
                             .object_kind = "grant",
                             .object_id = id,
                             .fields = given_fields(input),
                             .reason = {}});
  return id;
}

Outcome change_grant(Transaction& transaction, const Programmes& programmes, GrantAddress address,
                     const Input& input) {
  const auto grant = lock_expected(transaction, address);
  if (!grant) return grant.error();
  auto change = parse_grant_change(input, programmes, *grant);
  if (!change) return change.error();

  const auto categories = list_categories(transaction.session, grant->id);
  if (change->categories.empty()) change->categories = categories;
  const auto before = typed_of(*grant, categories);
  if (change->currency == grant->currency) {
    const auto zero = Money{0, grant->currency};
    const auto maximum = change->awarded ? *change->awarded : change->requested.value_or(zero);
    const auto fit = check_shares_fit(transaction, *grant, maximum,
                                      change->awarded ? "awarded_amount" : "requested_amount");
    if (!fit) return fit;
  } else if (!list_partners(transaction.session, grant->id).empty()) {
    return invalid_field(
        "currency", "settled",
        "The currency can no longer change, because partners with shares in it are entered.");
  }
  if (!update_grant(transaction, grant->id, address.expected_version, *change)) return stale();

  const auto changed = find_grant(transaction.session, grant->id);
  const auto after = typed_of(*changed, list_categories(transaction.session, grant->id));
  record_audit(transaction, {.action = "grant.changed",
                             .object_kind = "grant",
                             .object_id = grant->id,
                             .fields = changed_fields(before, after),
                             .reason = {}});
  return kOk;
}

Outcome change_grant_state(Transaction& transaction, GrantAddress address, const Input& input, Date today) {
  const auto grant = lock_expected(transaction, address);
  if (!grant) return grant.error();
  const auto change = parse_grant_state(input, *grant, today);
  if (!change) return change.error();

  const auto history = list_state_changes(transaction.session, grant->id);
  if (!history.empty() && change->on_date < history.front().on_date) {
    return invalid_field("on_date", "before_the_last_change",
                         "The last change of state was on " + to_string(history.front().on_date) +
                             "; enter that day or a later one.");
  }
  std::optional<std::int64_t> fund_id;
  if (change->awarded) {
    const auto fit = check_shares_fit(transaction, *grant, *change->awarded, "awarded_amount");
    if (!fit) return fit;
    fund_id = create_fund(transaction, "GRANT-" + std::to_string(grant->id), grant->title, "restricted");
  }
  if (!update_grant_state(transaction, *grant, *change, fund_id)) return stale();

  std::vector<std::string> fields{"state"};
  if (change->awarded) fields.emplace_back("awarded_amount");
  if (change->reference) fields.emplace_back("reference");
  record_audit(transaction, {.action = "grant." + std::string(to_string(change->to)),
                             .object_kind = "grant",
                             .object_id = grant->id,
                             .fields = std::move(fields),
                             .reason = change->reason.value_or("")});
  return kOk;
}

Outcome change_partners(Transaction& transaction, GrantAddress address, const Input& input) {
  const auto grant = lock_expected(transaction, address);
  if (!grant) return grant.error();
  const auto partners = parse_partners(input, *grant);
  if (!partners) return partners.error();
  if (!replace_partners(transaction, *grant, address.expected_version, *partners)) return stale();
  record_audit(transaction, {.action = "grant.partners_changed",
                             .object_kind = "grant",
                             .object_id = grant->id,
                             .fields = {"partners"},
                             .reason = {}});
  return kOk;
}

}  // namespace kindling
