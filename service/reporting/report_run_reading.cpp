#include "reporting/report_run_reading.hpp"

#include <cstdlib>
#include <utility>

#include "http/response.hpp"
#include "identity/authorize.hpp"
#include "reporting/made_report_store.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_run_store.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {

Result<ReportRun> find_made_run(Session& session, const Actor& actor, std::int64_t id) {
  auto run = find_report_run(session, id);
  if (!run) return run;
  const auto* kind = find_report_kind(run->kind);
  if (auto may = authorize(actor, kind == nullptr ? Action::kDownloadReport : kind->action); !may) return may.error();
  if (!run->made()) return conflict("report_is_not_made", "This report is not made yet.");
  return run;
}

http::Response download_run(const Site& site, const http::Request& request, ReportDownload made) {
  const auto answer = reading(site.database, [&](Session& session) -> Result<http::Response> {
    const auto run = find_made_run(session, request.actor, request.path_id("id"));
    if (!run) return run.error();
    return made(session, *run);
  });
  if (answer) return *answer;
  return request.is_api() ? http::problem(answer.error(), request) : error_page(site, answer.error(), request);
}

Result<ComparedRuns> compare_runs(Session& session, const http::Request& request) {
  auto one = find_made_run(session, request.actor, request.path_id("id"));
  if (!one) return one.error();
  auto other = find_made_run(session, request.actor, std::atoll(std::string(request.query_param("with").value_or("0")).c_str()));
  if (!other) return invalid_field("with", "not_one_of", "Choose another run of this report.");
  if (one->kind != other->kind) return invalid_field("with", "another_report", "Only runs of one report are compared.");
  if (other->id > one->id) std::swap(*one, *other);
  auto comparison = compare_figures(list_report_figures(session, other->id), list_report_figures(session, one->id));
  return ComparedRuns{*std::move(other), *std::move(one), std::move(comparison)};
}

Value figure_change_value(const FigureChange& change) {
  return Value::object({{"sheet", change.sheet}, {"row", change.row}, {"column", change.column},
                        {"before", change.before}, {"after", change.after}, {"unit", change.unit}, {"difference", change.difference}});
}

}  // namespace kindling
