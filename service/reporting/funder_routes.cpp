#include "funding/grant_state.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "reporting/funder_grant_query.hpp"
#include "reporting/report_download.hpp"
#include "reporting/report_run_page.hpp"
#include "reporting/routes.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string grant_path(std::int64_t id) { return "/my-grants/" + std::to_string(id); }

Value grant_value(const FunderGrant& grant) {
  return Value::object({{"id", grant.id},
                        {"title", grant.title},
                        {"reference", grant.reference.empty() ? Value() : Value(grant.reference)},
                        {"programme", grant.programme},
                        {"state", grant.state},
                        {"starts_on", to_string(grant.starts_on)},
                        {"ends_on", to_string(grant.ends_on)},
                        {"awarded", grant.awarded ? Value(to_string(*grant.awarded)) : Value()},
                        {"currency", grant.awarded ? Value(grant.awarded->currency.code()) : Value()},
                        {"reports", grant.reports}});
}

Value report_value(const ReportRun& run) {
  return Value::object({{"id", run.id},
                        {"title", title_of_run(run)},
                        {"subject", subject_of_run(run)},
                        {"state", run.state},
                        {"submitted_at", run.submitted_at},
                        {"ledger_position", run.ledger_position.value_or(0)},
                        {"identifier", run.identifier},
                        {"sha256", run.sha256},
                        {"file_name", run.file_name}});
}

Response list_page(const Site& site, const Request& request) {
  const auto grants = reading(site.database, [&](Session& session) { return list_grants_of_funder(session, request.actor.organisation_id); });
  Value::Array rows;
  for (const auto& grant : grants) {
    auto row = grant_value(grant);
    row.set("href", grant_path(grant.id));
    row.set("awarded_display", grant.awarded ? to_display(*grant.awarded) : "");
    row.set("ends_on_display", to_display(grant.ends_on));
    rows.push_back(std::move(row));
  }
  static const std::vector<Column> kColumns = {{.name = "title", .label = "Grant", .href = "href"},
                                               {.name = "reference", .label = "Reference"},
                                               {.name = "state", .label = "State"},
                                               {.name = "ends_on", .label = "Ends"},
                                               {.name = "awarded", .label = "Awarded", .number = true},
                                               {.name = "reports", .label = "Reports", .number = true}};
  return page(site, request,
              {.title = "Your grants", .name = "funder_grants",
               .data = Value::object({{"table", table(request, {}, kColumns, rows, "")}}), .crumbs = {}});
}

struct ReadGrant {
  FunderGrant grant;
  std::vector<ReportRun> reports;
};
Result<ReadGrant> read_grant(const Site& site, const Request& request) {
  const auto funder = request.actor.organisation_id;
  return reading(site.database, [&](Session& session) -> Result<ReadGrant> {
    auto grant = find_grant_of_funder(session, funder, request.path_id("id"));
    if (!grant) return grant.error();
    auto reports = list_reports_of_funder(session, funder, grant->id);
    return ReadGrant{*std::move(grant), std::move(reports)};
  });
}

Response grant_page(const Site& site, const Request& request) {
  const auto read = read_grant(site, request);
  if (!read) return error_page(site, read.error(), request);
  Value::Array rows;
  for (const auto& run : read->reports) {
    auto row = report_value(run);
    row.set("href", "/my-grants/reports/" + std::to_string(run.id) + "/file");
    row.set("state_display", label_of_run(run));
    row.set("state_badge", badge_of_run(run));
    row.set("submitted_at_display", run.submitted_at.substr(0, 10));
    rows.push_back(std::move(row));
  }
  static const std::vector<Column> kColumns = {{.name = "file_name", .label = "File", .href = "href"},
                                               {.name = "title", .label = "Report"},
                                               {.name = "state", .label = "State"},
                                               {.name = "submitted_at", .label = "Submitted"},
                                               {.name = "ledger_position", .label = "Ledger position", .number = true}};
  const auto& grant = read->grant;
  return page(site, request,
              {.title = grant.title, .name = "funder_grant",
               .data = Value::object({{"grant_title", grant.title},
                                      {"reference", grant.reference},
                                      {"state", grant.state},
                                      {"days", to_display(grant.starts_on) + " to " + to_display(grant.ends_on)},
                                      {"awarded", grant.awarded ? to_display(*grant.awarded) : ""},
                                      {"table", table(request, {}, kColumns, rows, "")}}),
               .crumbs = {{"Your grants", "/my-grants"}, {grant.title, ""}}});
}

Response download(const Site& site, const Request& request) {
  const auto answer = reading(site.database, [&](Session& session) -> Result<Response> {
    const auto run = find_report_of_funder(session, request.actor.organisation_id, request.path_id("id"));
    if (!run) return run.error();
    return report_download(session, *run);
  });
  if (answer) return *answer;
  return request.is_api() ? http::problem(answer.error(), request) : error_page(site, answer.error(), request);
}

Response api_list(const Site& site, const Request& request) {
  const auto grants = reading(site.database, [&](Session& session) { return list_grants_of_funder(session, request.actor.organisation_id); });
  Value::Array rows;
  for (const auto& grant : grants) rows.push_back(grant_value(grant));
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""}, {.name = "title", .label = ""},
                                               {.name = "reference", .label = ""}, {.name = "state", .label = ""},
                                               {.name = "starts_on", .label = ""}, {.name = "ends_on", .label = ""},
                                               {.name = "awarded", .label = ""}, {.name = "currency", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_reports(const Site& site, const Request& request) {
  const auto read = read_grant(site, request);
  if (!read) return http::problem(read.error(), request);
  Value::Array rows;
  for (const auto& run : read->reports) rows.push_back(report_value(run));
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""}, {.name = "title", .label = ""},
                                               {.name = "state", .label = ""}, {.name = "submitted_at", .label = ""},
                                               {.name = "sha256", .label = ""}, {.name = "file_name", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

}  // namespace

void add_funder_routes(http::Router& router, const Site& site) {
  using http::Method;
  const auto add = [&](const char* pattern, http::Handler handler, http::ApiDoc doc = {}) {
    router.add({.method = Method::kGet, .pattern = pattern, .action = Action::kReadAsFunder, .handler = std::move(handler), .doc = std::move(doc)});
  };
  const auto doc = [](const char* summary, const char* schema) {
    return http::ApiDoc{.summary = summary, .tag = "funder", .response_schema = schema, .list = *schema != '\0'};
  };
  router.add_schema("FunderGrant", object_schema({"id:integer", "reports:integer", "title", "programme", "state", "starts_on",
                                                  "ends_on", "reference:string?", "awarded:string?", "currency:string?"}));
  router.add_schema("FunderReport", object_schema({"id:integer", "ledger_position:integer", "title", "subject", "state",
                                                   "submitted_at", "identifier", "sha256", "file_name"}));
  add("/my-grants", [&](const Request& request) { return list_page(site, request); });
  add("/my-grants/{id}", [&](const Request& request) { return grant_page(site, request); });
  add("/my-grants/reports/{id}/file", [&](const Request& request) { return download(site, request); });
  add("/api/v1/my-grants", [&](const Request& request) { return api_list(site, request); },
      doc("The grants of the funder whose login this is", "FunderGrant"));
  add("/api/v1/my-grants/{id}/reports", [&](const Request& request) { return api_reports(site, request); },
      doc("What was submitted to the funder for one of its grants", "FunderReport"));
  add("/api/v1/my-grants/reports/{id}/file", [&](const Request& request) { return download(site, request); },
      doc("The file of a submitted report", ""));
}

}  // namespace kindling
