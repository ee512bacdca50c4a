// What a funder sees: its own grants, and the reports that were submitted to it. Every statement asks for the funder, so
// that a number of somebody else's is simply not found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "reporting/report_run.hpp"

namespace kindling {

class Session;

struct FunderGrant {
  std::int64_t id = 0;
  std::string title, reference, programme, state, funder;
  Date starts_on, ends_on;
  std::optional<Money> awarded;
  std::int64_t reports = 0;  // submitted ones
};
// From the application on, by title: what is only prepared is nobody else's.
std::vector<FunderGrant> list_grants_of_funder(Session& session, std::int64_t funder_id);
// kNotFound "grant_not_found".
Result<FunderGrant> find_grant_of_funder(Session& session, std::int64_t funder_id, std::int64_t grant_id);

// Submitted ones of a grant that go to its funder, newest first.
std::vector<ReportRun> list_reports_of_funder(Session& session, std::int64_t funder_id, std::int64_t grant_id);
// kNotFound "report_run_not_found".
Result<ReportRun> find_report_of_funder(Session& session, std::int64_t funder_id, std::int64_t run_id);

}  // namespace kindling
