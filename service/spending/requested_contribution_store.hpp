// All SQL of what partners ask for of a period.
#pragma once

#include <cstdint>

#include "spending/requested_contribution.hpp"

namespace kindling {

struct Transaction;
class Session;

AskedContributions list_asked_contributions(Session& session, std::int64_t period_id, Currency currency);
// Refused by requested_contribution_is_of_an_open_period and requested_contribution_is_of_a_partner.
void insert_contribution(Transaction& transaction, std::int64_t period_id, const NewContribution& contribution);

}  // namespace kindling
