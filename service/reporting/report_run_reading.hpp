// What pages and API read of runs alike: one that is made, two beside each other.
#pragma once

#include <cstdint>

#include "reporting/report_comparison.hpp"
#include "reporting/report_run.hpp"

namespace kindling {

class Session;
namespace http {
struct Request;
struct Response;
}
struct Site;

// A run whose file is there, where the actor may have its kind. kNotFound, kForbidden, kConflict "report_is_not_made".
Result<ReportRun> find_made_run(Session& session, const Actor& actor, std::int64_t id);

// The file of the run of the path, or its signature; errors as page or JSON.
using ReportDownload = http::Response (*)(Session&, const ReportRun&);
http::Response download_run(const Site& site, const http::Request& request, ReportDownload made);

struct ComparedRuns {
  ReportRun before, after;  // by their numbers, whichever was asked for
  ReportComparison comparison;
};
// The run of the path and the one of ?with=. kInvalid at "with".
Result<ComparedRuns> compare_runs(Session& session, const http::Request& request);

Value figure_change_value(const FigureChange& change);

}  // namespace kindling
