// Gifts from a CSV file, as payment providers, banks and address books export them: each row becomes a gift, posted to the
// ledger. The rules of a row are those of the form (parse_donation). A donor is named by reference, or found by e-mail or,
// where there is none, by the whole name, through the vault's keyed hashes; who is not found is made, encrypted before it
// leaves memory. The file itself names people, so it is kept sealed, and not beyond its import or the next erasure.
//
// The same payment counts once by its reference. Of rows without one, the n-th of equal rows (donor, day, amount, method,
// campaign) is known where n such gifts are recorded already.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/currency.hpp"
#include "importing/import.hpp"

namespace kindling {

class DonorVault;
class Session;

// What rows refer to, as the store has it at the moment of the check.
struct GiftTargets {
  struct Campaign {
    std::int64_t id, fund_id;
  };
  struct Fund {
    std::int64_t id;
    bool takes_any_gift;  // it is of no grant and of no campaign
  };
  std::map<std::string, Campaign> campaigns;                      // by reference and by name, as keys
  std::map<std::string, Fund> funds;                              // by code and by name, as keys
  std::unordered_map<std::string, std::int64_t> donors;           // by reference; merged ones lead to whom they belong to
  std::unordered_map<std::string, std::int64_t> donors_by_email;  // by keyed hash
  std::unordered_map<std::string, std::int64_t> donors_by_name;   // by keyed hash; 0: several have this name
  std::int64_t general_fund_id = 0;
};
GiftTargets find_gift_targets(Session& session);

// `vault` outlives the kind.
ImportKind donation_import_kind(const DonorVault& vault, Currency platform);

}  // namespace kindling
