// What the home page shows, in three statements whatever there is.
#pragma once

#include "core/value.hpp"

namespace kindling {

class Session;

// {states:[{state, count}], instalments:[{title, grant, href, due, amount, late}], obligations:[...]}.
Value query_home(Session& session);

}  // namespace kindling
