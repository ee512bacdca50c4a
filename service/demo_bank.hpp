// The example's bank: an account that the public page asks for gifts to, and yesterday's statement.
#pragma once

#include "config.hpp"
#include "core/actor.hpp"
#include "core/date.hpp"

namespace kindling {

class Database;

// After the example's grant received its first instalment. Throws std::runtime_error where a use case refuses.
void make_demo_bank(Database& database, const Config& config, const Actor& coordinator, Date today);

}  // namespace kindling
