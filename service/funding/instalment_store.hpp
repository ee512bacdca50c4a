// All SQL of instalments and their receipts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "funding/instalment.hpp"

namespace kindling {

struct Transaction;
class Session;

// All of a grant, by due date, with their receipts: two statements.
std::vector<Instalment> list_instalments(Session& session, std::int64_t grant_id);
// kNotFound "instalment_not_found", also where it is another grant's.
Result<Instalment> find_instalment(Session& session, std::int64_t grant_id, std::int64_t id);
// The same under a row lock.
Result<Instalment> lock_instalment(Transaction& transaction, std::int64_t grant_id, std::int64_t id);

std::int64_t insert_instalment(Transaction& transaction, std::int64_t grant_id, const NewInstalment& instalment);
// Sets state, request date and reason, and moves the version.
void update_instalment_state(Transaction& transaction, const Instalment& instalment);
void insert_receipt(Transaction& transaction, std::int64_t instalment_id, const NewReceipt& receipt,
                    std::int64_t entry_id);

}  // namespace kindling
