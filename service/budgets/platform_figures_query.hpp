// The SQL of the platform's figures.
#pragma once

#include "budgets/platform_figures.hpp"

namespace kindling {

class Session;

// Four statements, however many needs and costs there are. kNotFound "no_active_budget".
Result<PlatformYear> find_platform_year(Session& session, int year, const Moment& moment);
// The months of a year that was found at the moment, up to `last` (the day asked for, or today). One statement more.
std::vector<PlatformPoint> list_platform_series(Session& session, const PlatformYear& year, const Moment& moment, Date last);

}  // namespace kindling
