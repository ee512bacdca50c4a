// All SQL of work packages and their completion.
#pragma once

#include <cstdint>

#include "spending/work_package.hpp"

namespace kindling {

struct Transaction;
class Session;

// Of the budget in force, with what is recorded of each: one statement. Empty where no budget is in force.
WorkPackages list_work_packages(Session& session, std::int64_t grant_id, Currency currency);

void insert_completion(Transaction& transaction, std::int64_t grant_id, const NewCompletion& completion);

}  // namespace kindling
