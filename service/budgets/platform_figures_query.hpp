// The SQL of the platform's figures.
#pragma once

#include "budgets/platform_figures.hpp"

namespace kindling {

class Session;

// Four statements, however many needs and costs there are. kNotFound "no_active_budget".
Result<PlatformYear> find_platform_year(Session& session, int year, const Moment& moment);

}  // namespace kindling
