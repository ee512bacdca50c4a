// The queue's own SQL: what the runner asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job.hpp"

namespace kindling {

// The next job of these kinds, now running under a lease: a queued one, or one whose lease ran out.
std::optional<Job> take_job(Session& session, const std::vector<std::string>& kinds);
// Whether any could be taken.
bool has_waiting_job(Session& session);

// Renews the lease of an attempt and shows its progress. Waits for nobody: the row of a job that is just ending is left.
struct Renewal {
  bool mine = false;              // the attempt still holds the job
  bool cancel_requested = false;
};
Renewal renew_job(Session& session, const Job& job);

// Ends an attempt in the transaction of its effect. False: another attempt holds the job, or it is to be cancelled.
bool finish_job(Transaction& transaction, const Job& job);
// Ends it without effect. Nothing where another attempt holds it.
void end_job(Session& session, const Job& job, std::string_view state, std::string_view code, std::string_view message);
// Back into the queue, as if this attempt had not been: the instance stops.
void give_back_job(Session& session, const Job& job);

}  // namespace kindling
