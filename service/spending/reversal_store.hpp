// All SQL of reversals.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "spending/expenditure_posting.hpp"
#include "spending/reversal.hpp"

namespace kindling {

struct Transaction;
class Session;

std::vector<Reversal> list_reversals(Session& session, const Expenditure& cost);  // oldest first
void insert_reversal(Transaction& transaction, std::int64_t expenditure_id, const NewReversal& reversal);
// approved (with its entry) or refused.
void decide_reversal(Transaction& transaction, std::int64_t id, std::optional<std::int64_t> entry_id);
// Takes the parts off the allocations and the cost, and moves its version.
void take_back(Transaction& transaction, std::int64_t expenditure_id, const std::vector<TakenBack>& taken);
void touch_expenditure(Transaction& transaction, std::int64_t expenditure_id);

}  // namespace kindling
