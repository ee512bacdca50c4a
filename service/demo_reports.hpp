// Report runs of the example: one submitted to its funder, one that waits for approval, and the funder's login.
#pragma once

#include "config.hpp"
#include "core/actor.hpp"

namespace kindling {

class Database;

// Nothing where no key can sign them. Prints the funder's one-time password.
void make_demo_reports(Database& database, const Config& config, const Actor& coordinator, const Actor& approver);

}  // namespace kindling
