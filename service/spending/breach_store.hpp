// What the database says about a cost's limits (spending_breaches, budget_line_figures), and overrides of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spending/breach.hpp"

namespace kindling {

struct Expenditure;
struct Transaction;
class Session;

// Which limits it breaks as it stands, the hard ones first.
std::vector<Breach> list_breaches(Session& session, std::int64_t expenditure_id);
// The same with what it does to its lines and its grants' funds: three statements. The cost's own postings count once
// it is approved, so this is for drafts and submitted ones.
Impact find_impact(Session& session, std::int64_t expenditure_id);

// Locks the grants of the cost in order, as the approval does: what is read afterwards holds until the commit.
void lock_grants_of(Transaction& transaction, std::int64_t expenditure_id);

struct Override {
  std::string code, grant_title, actor_name, reason, at;
  Money excess;
};
std::vector<Override> list_overrides(Session& session, std::int64_t expenditure_id);
// Lets every breach pass that the grants' rules only warn of, in this submission; how many.
int insert_overrides(Transaction& transaction, std::int64_t expenditure_id, std::string_view reason);

}  // namespace kindling
