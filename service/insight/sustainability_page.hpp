// The page "Sustainability": what its template shows. Every chart stands beside the table that it is drawn from.
#pragma once

#include "core/value.hpp"
#include "reports/steering/steering.hpp"

namespace kindling {

Value sustainability_data(const SteeringReport& report, Date today);

}  // namespace kindling
