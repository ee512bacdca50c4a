// An example in an empty database, made by the real use cases: what a newcomer looks at first.
#pragma once

#include "config.hpp"
#include "core/result.hpp"

namespace kindling {

class Database;

// Does nothing, and says so, where there is a grant already. Prints the demo users' one-time passwords.
Outcome make_demo(Database& database, const Config& config);

}  // namespace kindling
