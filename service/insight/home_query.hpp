// What the home page shows, in a fixed number of statements whatever there is.
#pragma once

#include "core/value.hpp"

namespace kindling {

class Session;
struct SteeringMoment;

// {keys:[{label, values: one a currency, note, over}]: what the platform has, may spend, has promised and will lack, as the
// page of sustainability has it; states:[{state, count}], instalments:[{title, grant, href, due, amount, late}],
// obligations:[...]}.
Value query_home(Session& session, const SteeringMoment& moment);

}  // namespace kindling
