// Campaigns, donors, gifts, pledges and receipts of the example.
#pragma once

#include "config.hpp"
#include "core/actor.hpp"
#include "core/date.hpp"

namespace kindling {

class Database;

// Made by the real use cases, as the coordinator. Without a key for identities nobody is named.
void make_demo_donations(Database& database, const Config& config, const Actor& coordinator, Date today);

}  // namespace kindling
