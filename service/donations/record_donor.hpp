// A donor is recorded, changed, found, merged with its twin and parted again, exported, erased.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"
#include "donations/donor.hpp"

namespace kindling {

class DonorVault;
class Session;
struct Transaction;

// What every act on donors stands on.
struct DonorDesk {
  const DonorVault& vault;
  Date today;
};

// "D-" and 40 random bits, in letters and digits that are not mistaken for one another.
std::string random_donor_reference();

Result<std::int64_t> record_donor(Transaction& transaction, const DonorDesk& desk, const Input& input);
Outcome change_donor(Transaction& transaction, const DonorDesk& desk, std::int64_t id, int expected, const Input& input);

// A donor with its identity; each reading is audited. The identity is empty where the donor was erased.
struct DonorSeen {
  Donor donor;
  std::optional<DonorIdentity> identity;
};
Result<DonorSeen> see_donor(Transaction& transaction, const DonorDesk& desk, std::int64_t id, const std::string& purpose);
// By a whole name (in any order of its words), a whole e-mail, or a reference.
Result<std::vector<DonorSeen>> find_donors(Transaction& transaction, const DonorDesk& desk, const std::string& text);

// Two donors that may be one, with why; those that a person decided about are left out. At most 100.
struct Duplicate {
  DonorSeen first;
  DonorSeen second;
  Likeness likeness;
};
Result<std::vector<Duplicate>> find_duplicates(Transaction& transaction, const DonorDesk& desk);
// Fields: kept_id, other_id, decision ("same": the other counts as the kept one from now on; "different").
Result<std::int64_t> decide_about_pair(Transaction& transaction, const Input& input);
// Exactly as it was before the decision. The donor that was kept.
Result<std::int64_t> undo_pair(Transaction& transaction, std::int64_t decision_id);

// What rooms above this one hold of a donor, by its name in the export; said where the app is wired.
using HeldElsewhere = std::vector<std::pair<std::string, std::function<Value(Session&, std::int64_t donor_id)>>>;
// All that is held on a donor: {donor, identity, donations, pledges, receipts, soft_credits, record}, and what is held
// elsewhere.
Result<Value> export_donor(Transaction& transaction, const DonorDesk& desk, std::int64_t id, Currency platform,
                           const HeldElsewhere& elsewhere);
// Field: reason. Destroys who they are, here and in those merged into them; every amount and receipt number stays.
Outcome erase_donor(Transaction& transaction, std::int64_t id, int expected, const Input& input);

}  // namespace kindling
