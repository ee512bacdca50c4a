// All SQL of allocations: who bears a cost, what they can name, and what they are worth in their grant's currency.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spending/expenditure.hpp"

namespace kindling {

struct Transaction;
class Session;

std::vector<Allocation> list_allocations(Session& session, const Expenditure& cost);  // by position

// ---- What an allocation can name ----
struct LineTarget {
  std::int64_t root_id = 0, grant_id = 0;
};
struct CommitmentTarget {
  std::optional<std::int64_t> root_id;      // of its line; nullopt: no grant bears it
  std::optional<std::string> need = {};
  Currency currency;
};
struct GrantTarget {
  Currency currency;
  std::optional<std::int64_t> fund_id;
  std::string programme_code;
  std::vector<std::string> categories = {};   // its codes and partners, where an allocation names such a place
  std::vector<std::int64_t> partners = {};
};
struct FundTarget {
  bool unrestricted = false;
  bool of_a_grant = false;
  std::vector<std::string> needs = {};  // that a restricted one may pay for

  bool pays_for(std::string_view need) const;  // whatever its case
};
struct AllocationTargets {
  std::map<std::int64_t, LineTarget> lines;             // by the id that was given, of a root or a later version
  std::map<std::int64_t, CommitmentTarget> commitments; // open ones
  std::map<std::int64_t, GrantTarget> grants;           // also those of the lines
  std::map<std::int64_t, FundTarget> funds;
  std::int64_t general_fund_id = 0;                     // the first unrestricted one
};
// Of those that the allocations name: at most five statements.
AllocationTargets find_allocation_targets(Session& session, const std::vector<NewAllocation>& allocations);

// ---- Writes ----
// With what each is worth in its grant's currency on the day of the document. Every allocation is resolved: it names its
// fund, a claim also its line's root and grant.
void replace_allocations(Transaction& transaction, std::int64_t id, Date document_on,
                         const std::vector<NewAllocation>& allocations);
// The same conversion anew, for rates that came since.
void rate_allocations(Transaction& transaction, std::int64_t id);

// What an approval posts of claims in another currency stands beside what a later rate makes of them.
void book_allocations(Transaction& transaction, std::int64_t id);

// What a part can serve: the needs of the platform's budgets and of restricted funds, by name.
std::vector<std::string> list_needs(Session& session);

}  // namespace kindling
