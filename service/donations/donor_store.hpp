// All SQL of donors. Identities are read and written here alone, and never without an audit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "donations/donor.hpp"
#include "donations/donor_vault.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

struct DonorList {
  std::vector<Donor> donors;
  std::string next_cursor;
};
// Newest first, without those merged into another. Search: the reference. One statement.
DonorList list_donors(Session& session, const ListQuery& query);
// kNotFound "donor_not_found".
Result<Donor> find_donor(Session& session, std::int64_t id);
Result<Donor> lock_donor(Transaction& transaction, std::int64_t id);
std::vector<Donor> list_merged(Session& session, std::int64_t into_id);

std::int64_t insert_donor(Transaction& transaction, const NewDonor& donor, const std::string& reference);
// False where the version is no longer `expected`.
bool update_donor(Transaction& transaction, std::int64_t id, int expected, const NewDonor& donor);
// Replaces what is stored.
void write_identity(Transaction& transaction, std::int64_t donor_id, const SealedIdentity& sealed);

// Opens identities, one audit a donor ("donor_identity.read", with `purpose` as its reason). Donors without an identity,
// and those that do not open, are left out. Two statements, however many.
std::map<std::int64_t, DonorIdentity> read_identities(Transaction& transaction, const DonorVault& vault,
                                                      const std::vector<std::int64_t>& donor_ids, const std::string& purpose);
// Ids of all donors that have an identity and are not merged.
std::vector<std::int64_t> list_known_donors(Session& session);
// What a donor is found by: the hashes of a name or an e-mail, or the reference. At most 50.
struct DonorTraces {
  std::string name_hash, email_hash;  // keyed
  std::string reference = {};         // "D-7KX2QMPA"
};
std::vector<std::int64_t> find_donors_by(Session& session, const DonorTraces& traces);

// Destroys key, ciphertext and hashes, and the messages of the donor's gifts; marks the donor as erased.
void erase_donor_rows(Transaction& transaction, std::int64_t donor_id);

struct DonorDecision {
  std::int64_t id = 0;
  std::int64_t kept_id = 0;
  std::int64_t other_id = 0;
  std::string decision;  // same, different
  bool undone = false;
};
std::vector<DonorDecision> list_decisions(Session& session, std::int64_t donor_id);  // 0: all that stand
Result<DonorDecision> find_decision(Session& session, std::int64_t id);
void insert_decision(Transaction& transaction, std::int64_t kept_id, std::int64_t other_id, const std::string& decision);
void undo_decision(Transaction& transaction, std::int64_t id);
// nullopt: on its own again.
void update_merge(Transaction& transaction, std::int64_t donor_id, std::optional<std::int64_t> into_id);

// All that is held on a donor besides the identity, with those merged into it: gifts (with messages), pledges,
// receipts, soft credits, and what was done with the record.
Value donor_holdings(Session& session, std::int64_t donor_id);

}  // namespace kindling
