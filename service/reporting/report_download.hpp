// A stored report as a download, in constant memory.
#pragma once

#include "http/response.hpp"
#include "reporting/report_run.hpp"

namespace kindling {

class Session;

// The file of a run that is made, never kept by a cache.
http::Response report_download(Session& session, const ReportRun& run);
// Its seal as a file of its own, for formats that carry none.
http::Response signature_download(Session& session, const ReportRun& run);

}  // namespace kindling
