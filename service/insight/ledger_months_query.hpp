// The ledger side of the figures of sustainability.
#pragma once

namespace kindling {

class Session;
struct SteeringMoment;
struct SteeringReport;

// Cash, income and expenses summed posting by posting, as no figure of the report is made.
void add_independent_sums(Session& session, const SteeringMoment& moment, SteeringReport& report);

}  // namespace kindling
