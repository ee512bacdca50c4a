#include "http/response.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_download.hpp"
#include "reporting/report_run_reading.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_verbs.hpp"
#include "reporting/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/report-runs/" + std::to_string(id); }

// With what the list leaves out: how it came to where it stands, and the exchange rates that its submission pinned.
Value whole_value(Session& session, const ReportRun& run) {
  auto history = Value::array(), rates = Value::array();
  for (const auto& change : list_report_run_changes(session, run.id)) {
    history.push(Value::object({{"at", change.at}, {"state", change.to_state}, {"by", change.actor_name}, {"reason", change.reason}}));
  }
  for (const auto& rate : list_report_run_rates(session, run.id)) {
    rates.push(Value::object({{"currency", rate.currency}, {"from", rate.starts_on}, {"to", rate.ends_on},
                              {"units_per_euro", rate.units_per_euro}}));
  }
  auto value = report_run_value(run);
  value.set("history", std::move(history));
  value.set("rates", std::move(rates));
  return value;
}

Result<Response> answer(Session& session, std::int64_t id, int status) {
  const auto run = find_report_run(session, id);
  if (!run) return run.error();
  auto response = http::json(whole_value(session, *run), status).with("ETag", etag_of(run->version));
  if (status != 200) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response api_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {}, {"report", "grant", "state"});
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_report_runs(session, *query); });
  Value::Array rows;
  for (const auto& run : list.runs) rows.push_back(report_run_value(run));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""}, {.name = "report", .label = ""}, {.name = "parameters", .label = ""},
      {.name = "grant_id", .label = ""}, {.name = "state", .label = ""}, {.name = "ledger_position", .label = ""},
      {.name = "identifier", .label = ""}, {.name = "sha256", .label = ""}, {.name = "created_at", .label = ""},
      {.name = "submitted_at", .label = ""}};
  return list_answer(request, kColumns, rows, list.next_cursor);
}

Response api_request(const Site& site, const Request& request, const ReportSigner& signer) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto wanted = parse_report_request(input, request.actor);
    if (!wanted) return wanted.error();
    const auto id = request_report(transaction, signer, *wanted);
    if (!id) return id.error();
    return answer(transaction.session, *id, 202);
  });
}

Response api_one(const Site& site, const Request& request) {
  const auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *found : http::problem(found.error(), request);
}

Response api_verb(const Site& site, const Request& request, const ReportVerb& verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const ReportRunAct on{request.path_id("id"), version};
    if (const auto outcome = verb.run(transaction, on, input); !outcome) return outcome.error();
    return answer(transaction.session, on.run_id, 200);
  });
}

Response api_comparison(const Site& site, const Request& request) {
  const auto compared = reading(site.database, [&](Session& session) { return compare_runs(session, request); });
  if (!compared) return http::problem(compared.error(), request);
  auto changes = Value::array();
  for (const auto& change : compared->comparison.changes) changes.push(figure_change_value(change));
  return http::json(Value::object({{"before", report_run_value(compared->before)},
                                   {"after", report_run_value(compared->after)},
                                   {"same", compared->comparison.same},
                                   {"changes", std::move(changes)}}));
}

Response api_kinds(const Request& request) {
  auto items = Value::array();
  static constexpr const char* kTypes[] = {"grant", "period", "date", "year", "language", "choice"};
  for (const auto& kind : report_catalogue()) {
    if (!authorize(request.actor, kind.action)) continue;
    auto parameters = Value::array();
    for (const auto& parameter : kind.parameters) {
      auto choices = Value::array();
      for (const auto& [value, label] : parameter.choices) choices.push(value);
      const std::string type = kTypes[static_cast<int>(parameter.type)];
      parameters.push(Value::object({{"name", parameter.name.empty() ? type : parameter.name}, {"type", type},
                                     {"choices", std::move(choices)}}));
    }
    items.push(Value::object({{"report", kind.key}, {"title", kind.title}, {"explanation", kind.explanation},
                              {"parameters", std::move(parameters)}}));
  }
  return http::json(Value::object({{"items", std::move(items)}, {"next_cursor", Value()}}));
}

void add_schemas(http::Router& router) {
  router.add_schema("ReportRun", report_run_schema());
  router.add_schema("ReportKind", object_schema({"report", "title", "explanation", "parameters:array"}));
  router.add_schema("ReportRequest", object_schema({"report", "grant:integer", "from", "to", "year:integer", "language"}));
  router.add_schema("ReportStep", Value::object({{"type", "object"}}));
  router.add_schema("ReportNote", object_schema({"reason"}));
  router.add_schema("ReportReason", object_schema({"reason"}));
  router.add_schema("ReportComparison", object_schema({"before:object", "after:object", "same:integer", "changes:array"}));
}

void add_api(http::Router& router, const Site& site, const ReportSigner& signer) {
  using http::Method;
  const auto add = [&](Method method, std::string pattern, Action action, http::ApiDoc doc, http::Handler handler) {
    doc.tag = "reports";
    router.add({.method = method, .pattern = "/api/v1" + std::move(pattern), .action = action, .handler = std::move(handler),
                .doc = std::move(doc)});
  };
  add(Method::kGet, "/report-kinds", Action::kDownloadReport,
      {.summary = "The catalogue of reports, with what each asks for", .tag = {}, .response_schema = "ReportKind", .list = true}, api_kinds);
  add(Method::kGet, "/report-runs", Action::kDownloadReport,
      {.summary = "Report runs, newest first", .tag = {}, .response_schema = "ReportRun", .list = true,
       .query = {"report", "grant", "state"}},
      [&](const Request& request) { return api_list(site, request); });
  add(Method::kPost, "/report-runs", Action::kRequestReport,
      {.summary = "Have a report made", .tag = {}, .request_schema = "ReportRequest", .response_schema = "ReportRun", .success_status = 202},
      [&](const Request& request) { return api_request(site, request, signer); });
  add(Method::kGet, "/report-runs/{id}", Action::kDownloadReport,
      {.summary = "One report run with its progress", .tag = {}, .response_schema = "ReportRun"},
      [&](const Request& request) { return api_one(site, request); });
  add(Method::kGet, "/report-runs/{id}/file", Action::kDownloadReport, {.summary = "The file of a report run", .tag = {}},
      [&](const Request& request) { return download_run(site, request, report_download); });
  add(Method::kGet, "/report-runs/{id}/signature", Action::kDownloadReport,
      {.summary = "The signature of a report as a file of its own", .tag = {}},
      [&](const Request& request) { return download_run(site, request, signature_download); });
  add(Method::kGet, "/report-runs/{id}/comparison", Action::kDownloadReport,
      {.summary = "What changed between two runs of one report, cell by its meaning", .tag = {},
       .response_schema = "ReportComparison", .query = {"with"}},
      [&](const Request& request) { return api_comparison(site, request); });
  add(Method::kPost, "/report-runs/{id}/follow-up", Action::kWriteFunding,
      {.summary = "A new run of what was returned, linked to it", .tag = {}, .response_schema = "ReportRun", .success_status = 202},
      [&](const Request& request) {
        return act(site, request, [&](Transaction& transaction) -> Result<Response> {
          const auto id = follow_report(transaction, signer, request.path_id("id"));
          if (!id) return id.error();
          return answer(transaction.session, *id, 202);
        });
      });
  for (const auto& verb : report_verbs()) {
    add(Method::kPost, "/report-runs/{id}" + std::string(verb.tail), verb.action,
        {.summary = std::string(verb.summary), .tag = {}, .request_schema = std::string(verb.body_schema), .response_schema = "ReportRun"},
        [&](const Request& request) { return api_verb(site, request, verb); });
  }
}

}  // namespace

void add_report_run_api_routes(http::Router& router, const Site& site, const ReportSigner& signer) {
  add_schemas(router);
  add_api(router, site, signer);
}

}  // namespace kindling
