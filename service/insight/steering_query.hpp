// Fills the figures of sustainability (reports/steering): a fixed number of statements, however much there is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reports/steering/steering.hpp"

namespace kindling {

class Session;

struct SteeringMoment {
  Currency currency;                       // the platform's own
  Date as_of;                              // its month counts as far as it is booked
  std::optional<std::int64_t> position;    // of the ledger; absent: everything that is committed
  std::string known_at;                    // of budgets: an instant, "" is now
};
// What has no past of its own (the pipeline, obligations, risks, pledges, instalments) stands as the session reads it: now,
// or as it was known where the session is that of a SealedSnapshot.

// The last twelve whole months before a day; a month is whole on its last day.
Period whole_months(Date as_of);

CashFigures query_cash(Session& session, const SteeringMoment& moment);
std::vector<GapYear> query_gap(Session& session, const SteeringMoment& moment, const CashFigures& cash);
IncomeMix query_income(Session& session, const SteeringMoment& moment, const CashFigures& cash);
DonationFigures query_donations(Session& session, const SteeringMoment& moment);
std::vector<GrantActual> query_grants(Session& session, const SteeringMoment& moment);
std::vector<ExpectedMoney> query_expected(Session& session, const SteeringMoment& moment);

// All of it. Platform and the position's hash are the caller's to set. Where a position is given, the independent sums
// are made too.
SteeringReport query_steering(Session& session, const SteeringMoment& moment);

}  // namespace kindling
