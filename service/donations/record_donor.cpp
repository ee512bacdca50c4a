#include "donations/record_donor.hpp"

#include <algorithm>
#include <set>

#include <sodium.h>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "donations/donor_store.hpp"
#include "donations/donor_vault.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kDuplicatesMax = 100;

void audit(Transaction& transaction, const char* action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = action, .object_kind = "donor", .object_id = id, .fields = {},
                             .reason = std::move(reason)});
}

Result<std::vector<DonorSeen>> see_donors(Transaction& transaction, const DonorDesk& desk,
                                          const std::vector<std::int64_t>& ids, const std::string& purpose) {
  auto identities = read_identities(transaction, desk.vault, ids, purpose);
  std::vector<DonorSeen> seen;
  for (const auto id : ids) {
    auto donor = find_donor(transaction.session, id);
    if (!donor) return donor.error();
    const auto identity = identities.find(id);
    seen.push_back({*std::move(donor), identity == identities.end() ? std::nullopt : std::optional(identity->second)});
  }
  return seen;
}

}  // namespace

std::string random_donor_reference() {
  static constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::string text = "D-";
  for (int i = 0; i < 8; ++i) text += kLetters[randombytes_uniform(32)];
  return text;
}

Result<std::int64_t> record_donor(Transaction& transaction, const DonorDesk& desk, const Input& input) {
  if (const auto open = must_be_open(desk.vault); !open) return open.error();
  const auto donor = parse_donor(input, desk.today);
  if (!donor) return donor.error();
  const auto reference = random_donor_reference();
  const auto id = insert_donor(transaction, *donor, reference);
  write_identity(transaction, id, desk.vault.seal(donor->identity, reference));
  audit(transaction, "donor.recorded", id);
  return id;
}

Outcome change_donor(Transaction& transaction, const DonorDesk& desk, std::int64_t id, int expected, const Input& input) {
  if (const auto open = must_be_open(desk.vault); !open) return open;
  const auto before = lock_donor(transaction, id);
  if (!before) return before.error();
  if (before->erased) return conflict("erased_donor_stays_erased", "This donor was erased; record a new donor instead.");
  const auto donor = parse_donor(input, desk.today);
  if (!donor) return donor.error();
  if (!update_donor(transaction, id, expected, *donor)) return stale();
  write_identity(transaction, id, desk.vault.seal(donor->identity, before->reference));
  audit(transaction, "donor.changed", id);
  return kOk;
}

Result<DonorSeen> see_donor(Transaction& transaction, const DonorDesk& desk, std::int64_t id, const std::string& purpose) {
  const auto donor = find_donor(transaction.session, id);
  if (!donor) return donor.error();
  auto identities = read_identities(transaction, desk.vault, {id}, purpose);
  return DonorSeen{*donor, identities.empty() ? std::nullopt : std::optional(identities.begin()->second)};
}

Result<std::vector<DonorSeen>> find_donors(Transaction& transaction, const DonorDesk& desk, const std::string& text) {
  if (const auto open = must_be_open(desk.vault); !open) return open.error();
  const auto ids = find_donors_by(transaction.session, {.name_hash = desk.vault.name_hash(text), .email_hash = desk.vault.email_hash(text),
                                                        .reference = std::string(trimmed(text))});
  return see_donors(transaction, desk, ids, "found by name, e-mail or reference");
}

Result<std::vector<Duplicate>> find_duplicates(Transaction& transaction, const DonorDesk& desk) {
  if (const auto open = must_be_open(desk.vault); !open) return open.error();
  auto identities = read_identities(transaction, desk.vault, list_known_donors(transaction.session), "looked for duplicates");
  std::vector<KnownDonor> known;
  for (auto& [id, identity] : identities) known.push_back({id, identity});
  std::set<std::pair<std::int64_t, std::int64_t>> decided;
  for (const auto& decision : list_decisions(transaction.session, 0)) {
    decided.insert(std::minmax(decision.kept_id, decision.other_id));
  }
  std::vector<Duplicate> duplicates;
  for (const auto& pair : find_alike(known)) {
    if (decided.contains({pair.first_id, pair.second_id})) continue;
    const auto first = find_donor(transaction.session, pair.first_id), second = find_donor(transaction.session, pair.second_id);
    if (!first || !second) continue;
    duplicates.push_back({{*first, identities.at(pair.first_id)}, {*second, identities.at(pair.second_id)}, pair.likeness});
    if (duplicates.size() == kDuplicatesMax) break;
  }
  return duplicates;
}

Result<std::int64_t> decide_about_pair(Transaction& transaction, const Input& input) {
  static constexpr std::string_view kDecisions[] = {"same", "different"};
  Fields fields(input);
  const auto kept_id = fields.id("kept_id"), other_id = fields.id("other_id");
  const auto decision = fields.one_of("decision", kDecisions);
  if (kept_id == other_id && fields.ok()) fields.fail("other_id", "donor_decision_is_of_two", "Choose two donors.");
  if (const auto read = fields.finish(kOk); !read) return read.error();
  // In the order of their numbers, so that two people deciding at once take turns.
  for (const auto id : {std::min(kept_id, other_id), std::max(kept_id, other_id)}) {
    const auto donor = lock_donor(transaction, id);
    if (!donor) return donor.error();
  }
  insert_decision(transaction, kept_id, other_id, decision);
  if (decision == "same") update_merge(transaction, other_id, kept_id);
  audit(transaction, decision == "same" ? "donor.merged" : "donor.told_apart", kept_id);
  return kept_id;
}

Result<std::int64_t> undo_pair(Transaction& transaction, std::int64_t decision_id) {
  const auto decision = find_decision(transaction.session, decision_id);
  if (!decision) return decision.error();
  if (decision->undone) return conflict("decision_is_undone", "This decision was undone already.");
  undo_decision(transaction, decision_id);
  if (decision->decision == "same") update_merge(transaction, decision->other_id, std::nullopt);
  audit(transaction, "donor.decision_undone", decision->kept_id);
  return decision->kept_id;
}

Result<Value> export_donor(Transaction& transaction, const DonorDesk& desk, std::int64_t id, Currency platform,
                           const HeldElsewhere& elsewhere) {
  const auto seen = see_donor(transaction, desk, id, "exported");
  if (!seen) return seen.error();
  Value held = Value::object({{"donor", donor_value(seen->donor, platform)},
                              {"identity", seen->identity ? identity_value(*seen->identity) : Value()}});
  const auto holdings = donor_holdings(transaction.session, id);
  for (const auto& [name, value] : std::get<Value::Object>(holdings.data())) held.set(name, value);
  for (const auto& [name, held_there] : elsewhere) held.set(name, held_there(transaction.session, id));
  return held;
}

Outcome erase_donor(Transaction& transaction, std::int64_t id, int expected, const Input& input) {
  const auto donor = lock_donor(transaction, id);
  if (!donor) return donor.error();
  if (donor->version != expected) return stale();
  if (donor->erased) return conflict("erased_donor_stays_erased", "This donor was erased already.");
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  static constexpr std::string_view kReasons[] = {"asked_by_the_donor", "no_longer_needed", "recorded_by_mistake"};
  const auto reason = fields.finish(fields.one_of("reason", kReasons));
  if (!reason) return reason.error();
  for (const auto& twin : list_merged(transaction.session, id)) {
    if (twin.erased) continue;
    erase_donor_rows(transaction, twin.id);
    audit(transaction, "donor.erased", twin.id, *reason);
  }
  erase_donor_rows(transaction, id);
  audit(transaction, "donor.erased", id, *reason);
  return kOk;
}

}  // namespace kindling
