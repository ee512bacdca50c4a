// Which reports of grants are due soon, for which days, and what a report of a grant is proposed for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/date.hpp"

namespace kindling {

class Session;

struct DueReport {
  std::int64_t obligation_id;
  std::int64_t grant_id;
  std::string layout;  // of the grant
  Period period;       // the reporting period that it belongs to, else from the grant's start to its end or the due day
};
// Open ones that no run was prepared for, due from `first` to `last`. At most 200: the next look takes the rest.
std::vector<DueReport> list_due_reports(Session& session, Date first, Date last);

// The days that a form proposes: the latest reporting period that has begun on `today`, else the grant's eligibility.
std::optional<Period> proposed_report_period(Session& session, std::int64_t grant_id, Date today);

// Grants that take a report (awarded or beyond): id and title, by title.
std::vector<std::pair<std::int64_t, std::string>> list_reported_grants(Session& session);

}  // namespace kindling
