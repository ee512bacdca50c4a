#include <algorithm>
#include <cstdlib>

#include "funding/grant.hpp"
#include "funding/grant_store.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "reporting/cover_letter.hpp"
#include "reporting/made_report_store.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_download.hpp"
#include "reporting/report_run_page.hpp"
#include "reporting/report_run_reading.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_verbs.hpp"
#include "reporting/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kChangesShown = 500;

std::string path_of(std::int64_t id) { return "/report-runs/" + std::to_string(id); }

// ---- The report centre ----

Value rows_of(const std::vector<ReportRun>& runs) {
  auto rows = Value::array();
  for (const auto& run : runs) rows.push(report_run_row(run));
  return rows;
}

Response centre(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {}, {"report", "grant", "state"});
  if (!query) return error_page(site, query.error(), request);
  const auto grant_id = std::atoll(query->filter("grant").c_str());
  struct Read {
    ReportRunList list, waiting;
    std::string grant_title;
  };
  const auto read = reading(site.database, [&](Session& session) {
    ListQuery proposed;
    proposed.filters = {{"state", "proposed"}};
    const auto grant = grant_id == 0 ? Result<Grant>(not_found("", "")) : find_grant(session, grant_id);
    return Read{list_report_runs(session, *query), list_report_runs(session, proposed), grant ? grant->title : ""};
  });
  const auto rows = std::get<Value::Array>(rows_of(read.list.runs).data());
  Value data;
  data.set("kinds", report_kinds_for(request.actor, grant_id));
  data.set("grant_title", read.grant_title);
  data.set("has_waiting", !read.waiting.runs.empty());
  data.set("waiting", rows_of(read.waiting.runs));
  data.set("table", table(request, *query, report_run_columns(), rows, read.list.next_cursor));
  return page(site, request, {.title = "Reports", .name = "reports", .data = std::move(data), .crumbs = {}});
}

// ---- A new one ----

// The kind of the path, where the actor may have it.
Result<const ReportKind*> kind_of(const Request& request) {
  const auto* kind = find_report_kind(request.path_param("report"));
  if (kind == nullptr) return not_found("report_not_found", "There is no such report.");
  if (auto may = authorize(request.actor, kind->action); !may) return may.error();
  return kind;
}

Response form_page(const Site& site, const Request& request, const ReportKind& kind, const Input& typed, const Error* error) {
  Value data;
  data.set("kind_title", kind.title);
  data.set("explanation", kind.explanation);
  data.set("form", report_form(site, kind, typed, error == nullptr ? std::vector<FieldError>() : errors_of(*error)));
  return page(site, request,
              {.title = kind.title, .name = "report_new", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Reports", "/reports"}, {kind.title, ""}}});
}

Response show_form(const Site& site, const Request& request) {
  const auto kind = kind_of(request);
  if (!kind) return error_page(site, kind.error(), request);
  const auto grant_id = std::atoll(std::string(request.query_param("grant").value_or("0")).c_str());
  const auto typed = reading(site.database, [&](Session& session) {
    return proposed_report(session, **kind, grant_id, today(site.config.time_zone));
  });
  return form_page(site, request, **kind, typed, nullptr);
}

Response request_on_page(const Site& site, const Request& request, const ReportSigner& signer) {
  const auto kind = kind_of(request);
  if (!kind) return error_page(site, kind.error(), request);
  auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  input->set("report", (*kind)->key);
  const auto refuse = [&](const Error& error) {
    if (error.kind == ErrorKind::kForbidden) return error_page(site, error, request);
    return form_page(site, request, **kind, *input, &error);
  };
  const auto wanted = parse_report_request(*input, request.actor);
  if (!wanted) return refuse(wanted.error());
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto id = request_report(transaction, signer, *wanted);
        if (!id) return id.error();
        return http::see_other(path_of(*id));
      },
      refuse);
}

// ---- One run ----

Response run_page(const Site& site, const Request& request, const Error* error = nullptr) {
  const auto shown = reading(site.database, [&](Session& session) { return read_report_run(session, request.path_id("id")); });
  if (!shown) return error_page(site, shown.error(), request);
  auto data = report_run_page_data(*shown, request.actor);
  data.set("refusal", error == nullptr ? "" : errors_of(*error).front().message);
  data.set("assets", static_addresses());
  const auto title = title_of_run(shown->run);
  return page(site, request,
              {.title = title + " no. " + std::to_string(shown->run.id), .name = "report_run", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Reports", "/reports"}, {title + " no. " + std::to_string(shown->run.id), ""}}});
}

Response verb_on_page(const Site& site, const Request& request, const ReportVerb& verb) {
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const ReportRunAct on{request.path_id("id"), version};
        if (const auto outcome = verb.run(transaction, on, input); !outcome) return outcome.error();
        return path_of(on.run_id) + "?done=" + std::string(verb.done);
      },
      [&](const Input&, const Error& error) { return run_page(site, request, &error); });
}

Response follow_on_page(const Site& site, const Request& request, const ReportSigner& signer) {
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto id = follow_report(transaction, signer, request.path_id("id"));
        if (!id) return id.error();
        return http::see_other(path_of(*id));
      },
      [&](const Error& error) {
        return error.kind == ErrorKind::kNotFound ? error_page(site, error, request) : run_page(site, request, &error);
      });
}

Response letter_page(const Site& site, const Request& request, const std::string& root) {
  struct Read {
    ReportRun run;
    std::string letter;
  };
  const auto read = reading(site.database, [&](Session& session) -> Result<Read> {
    auto run = find_made_run(session, request.actor, request.path_id("id"));
    if (!run) return run.error();
    if (auto kept = find_report_context(session, run->id)) return Read{*std::move(run), std::move(kept->letter)};
    // Of a release that did not keep it.
    const auto* kind = find_report_kind(run->kind);
    const auto facts = kind == nullptr ? std::nullopt
                                       : find_letter_facts(session, *kind, parameters_of(*kind, run->parameters),
                                                           site.config.platform_name, run->ledger_position.value_or(0));
    return Read{*std::move(run), facts ? cover_letter(root, *facts) : ""};
  });
  if (!read) return error_page(site, read.error(), request);
  const auto& run = read->run;
  const auto title = title_of_run(run) + " no. " + std::to_string(run.id);
  return page(site, request,
              {.title = "Cover letter of " + title, .name = "cover_letter",
               .data = Value::object({{"run_path", path_of(run.id)},
                                      {"letter", read->letter},
                                      {"letter_date", run.submitted() ? to_display(Date::of(run.submitted_at.substr(0, 10))) : ""},
                                      {"file_name", run.file_name},
                                      {"sha256", run.sha256}}),
               .crumbs = {{"Reports", "/reports"}, {title, path_of(run.id)}, {"Cover letter", ""}}});
}

// ---- Two runs beside each other ----

// Changes of one sheet stand together, in the order in which the sheets come.
Value by_sheet(const std::vector<FigureChange>& changes) {
  std::vector<std::pair<std::string, Value::Array>> sheets;
  for (std::size_t i = 0; i < changes.size() && i < kChangesShown; ++i) {
    auto found = std::find_if(sheets.begin(), sheets.end(), [&](const auto& sheet) { return sheet.first == changes[i].sheet; });
    if (found == sheets.end()) found = sheets.insert(sheets.end(), {changes[i].sheet, {}});
    found->second.push_back(figure_change_value(changes[i]));
  }
  auto list = Value::array();
  for (auto& [name, rows] : sheets) list.push(Value::object({{"sheet", name}, {"changes", std::move(rows)}}));
  return list;
}

Response comparison_page(const Site& site, const Request& request) {
  const auto compared = reading(site.database, [&](Session& session) { return compare_runs(session, request); });
  if (!compared) return error_page(site, compared.error(), request);
  const auto& changes = compared->comparison.changes;
  const auto title = title_of_run(compared->after);
  return page(site, request,
              {.title = "What changed", .name = "report_comparison",
               .data = Value::object({{"kind_title", title},
                                      {"before_href", path_of(compared->before.id)},
                                      {"before_id", compared->before.id},
                                      {"before_position", compared->before.ledger_position.value_or(0)},
                                      {"after_href", path_of(compared->after.id)},
                                      {"after_id", compared->after.id},
                                      {"after_position", compared->after.ledger_position.value_or(0)},
                                      {"changed", changes.size()},
                                      {"together", changes.size() + compared->comparison.same},
                                      {"nothing", changes.empty()},
                                      {"figures", compared->comparison.same > 0},
                                      {"truncated", changes.size() > kChangesShown},
                                      {"shown", kChangesShown},
                                      {"json_href", "/api/v1" + path_of(compared->after.id) + "/comparison?with=" +
                                                        std::to_string(compared->before.id)},
                                      {"sheets", by_sheet(changes)}}),
               .crumbs = {{"Reports", "/reports"},
                          {title + " no. " + std::to_string(compared->after.id), path_of(compared->after.id)},
                          {"What changed", ""}}});
}

void add_pages(http::Router& router, const Site& site, const ReportSigner& signer, const std::string& root) {
  using http::Method;
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler)});
  };
  add(Method::kGet, "/reports", Action::kDownloadReport, [&](const Request& request) { return centre(site, request); });
  add(Method::kGet, "/reports/{report}", Action::kRequestReport, [&](const Request& request) { return show_form(site, request); });
  add(Method::kPost, "/reports/{report}", Action::kRequestReport,
      [&](const Request& request) { return request_on_page(site, request, signer); });
  add(Method::kGet, "/report-runs/{id}", Action::kDownloadReport, [&](const Request& request) { return run_page(site, request); });
  add(Method::kGet, "/report-runs/{id}/file", Action::kDownloadReport,
      [&](const Request& request) { return download_run(site, request, report_download); });
  add(Method::kGet, "/report-runs/{id}/signature", Action::kDownloadReport,
      [&](const Request& request) { return download_run(site, request, signature_download); });
  add(Method::kGet, "/report-runs/{id}/letter", Action::kDownloadReport,
      [&site, root](const Request& request) { return letter_page(site, request, root); });
  add(Method::kGet, "/report-runs/{id}/comparison", Action::kDownloadReport,
      [&](const Request& request) { return comparison_page(site, request); });
  add(Method::kPost, "/report-runs/{id}/follow-up", Action::kWriteFunding,
      [&](const Request& request) { return follow_on_page(site, request, signer); });
  for (const auto& verb : report_verbs()) {
    add(Method::kPost, "/report-runs/{id}" + std::string(verb.tail), verb.action,
        [&](const Request& request) { return verb_on_page(site, request, verb); });
  }
}

}  // namespace

void add_report_run_routes(http::Router& router, const Site& site, const ReportSigner& signer, const std::string& root) {
  add_pages(router, site, signer, root);
  add_report_run_api_routes(router, site, signer);
}

}  // namespace kindling
