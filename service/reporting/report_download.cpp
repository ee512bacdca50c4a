#include "reporting/report_download.hpp"

#include <stdexcept>

#include <unistd.h>

#include "reporting/made_report_store.hpp"
#include "reporting/report_signature.hpp"
#include "storage/database.hpp"

namespace kindling {

http::Response report_download(Session& session, const ReportRun& run) {
  const auto file = read_report_file(session, run.id);
  // The spool ends with this function; the response keeps the file under a number of its own.
  const int descriptor = ::dup(file.descriptor());
  if (descriptor < 0) throw std::runtime_error("no descriptor for a download");
  auto response = http::attachment({}, run.content_type, run.file_name);
  response.file = std::make_shared<http::FileBody>(descriptor, file.bytes());
  response.with("Cache-Control", "no-store").with("X-Content-SHA256", run.sha256);
  return response;
}

http::Response signature_download(Session& session, const ReportRun& run) {
  const auto stored = find_signature(session, run.id);
  const ReportSeal seal{{.identifier = run.identifier, .kind = run.kind, .position = run.ledger_position.value_or(0),
                         .sha256 = run.sha256},
                        stored.signature};
  auto response = http::attachment(seal_text(seal), "text/plain; charset=utf-8", run.file_name + ".sig");
  response.with("Cache-Control", "no-store");
  return response;
}

}  // namespace kindling
