#include "core/fields.hpp"
#include "funding/grant.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "reporting/make_report.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_run_page.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/routes.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

constexpr const char* kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

ReportSettings report_settings(const SiteConfig& config, const std::string& root) {
  return {.platform = config.platform_name, .currency = config.currency, .time_zone = config.time_zone, .root = root};
}

Input input_from_query(const http::Request& request) {
  Input input;
  for (const auto& [name, value] : request.query) input.set(name, value);
  return input;
}

// The period as typed in the address; the grant's own eligibility dates where nothing was typed.
Result<Period> parse_report_period(const Input& input, const Grant& grant) {
  Fields fields(input);
  if (input.text("from").empty() && input.text("to").empty()) return Period{grant.period};
  return fields.finish(fields.period("from", "to"));
}

http::Response reports_page(const Site& site, const http::Request& request, const Grant& grant, const Input& typed,
                            const std::vector<FieldError>& errors) {
  const auto path = "/grants/" + std::to_string(grant.id);
  Form form(typed, errors);
  form.section("Look at the funder report at once",
               "A preview of budget against actual, at the ledger's position of this moment. It is neither signed nor kept.")
      .date("from", "Period from", {.required = true, .columns = 6})
      .date("to", "Period to", {.required = true, .columns = 6});
  Value data;
  data.set("grant", grant_head(grant, "reports"));
  auto value = form.value(path + "/reports/funder-report.xlsx", "Download preview", path);
  value.set("method", "get");
  data.set("form", std::move(value));
  ListQuery query;
  query.filters = {{"grant", std::to_string(grant.id)}};
  const auto list = reading(site.database, [&](Session& session) { return list_report_runs(session, query); });
  Value::Array rows;
  for (const auto& run : list.runs) rows.push_back(report_run_row(run));
  data.set("kinds", report_kinds_for(request.actor, grant.id, grant.report_layout));
  data.set("table", table(request, query, report_run_columns(), rows, ""));
  data.set("all_href", list.next_cursor.empty() ? "" : "/reports?grant=" + std::to_string(grant.id));
  return page(site, request,
              {.title = "Reports of " + grant.title,
               .name = "grant_reports",
               .data = std::move(data),
               .status = errors.empty() ? 200 : 422,
               .crumbs = {{"Grants", "/grants"}, {grant.title, path}, {"Reports", path + "/reports"}}});
}

http::Response show_reports(const Site& site, const http::Request& request) {
  const auto grant = reading(site.database, [&](Session& s) { return find_grant(s, request.path_id("id")); });
  if (!grant) return error_page(site, grant.error(), request);
  Input typed;
  typed.set("from", to_string(grant->period.first));
  typed.set("to", to_string(grant->period.last));
  return reports_page(site, request, *grant, typed, {});
}

http::Response download(const Site& site, const http::Request& request, const std::string& root) {
  const auto grant = reading(site.database, [&](Session& s) { return find_grant(s, request.path_id("id")); });
  const auto refuse = [&](const Error& error) {
    return request.is_api() ? http::problem(error, request) : error_page(site, error, request);
  };
  if (!grant) return refuse(grant.error());
  const auto typed = input_from_query(request);
  const auto period = parse_report_period(typed, *grant);
  if (!period) {
    if (request.is_api()) return http::problem(period.error(), request);
    return reports_page(site, request, *grant, typed, period.error().fields);
  }
  auto file = make_report(site.database, *find_report_kind("funder-report"),
                          {.grant_id = grant->id, .period = *period}, report_settings(site.config, root));
  if (!file) return refuse(file.error());
  return http::attachment(std::move(file->bytes), kXlsx, file->name);
}

}  // namespace

void add_reporting_routes(http::Router& router, const Site& site, const ReportSigner& signer, const std::string& root) {
  using http::Method;
  add_receipt_register_routes(router, site);
  add_report_run_routes(router, site, signer, root);
  add_report_share_routes(router, site);
  add_verify_routes(router, site, signer);
  add_funder_routes(router, site);
  router.add({.method = Method::kGet,
              .pattern = "/grants/{id}/reports",
              .action = Action::kDownloadReport,
              .handler = [&site](const http::Request& request) { return show_reports(site, request); }});
  router.add({.method = Method::kGet,
              .pattern = "/grants/{id}/reports/funder-report.xlsx",
              .action = Action::kDownloadReport,
              .handler = [&site, root](const http::Request& request) { return download(site, request, root); }});
  router.add({.method = Method::kGet,
              .pattern = "/api/v1/grants/{id}/reports/funder-report",
              .action = Action::kDownloadReport,
              .handler = [&site, root](const http::Request& request) { return download(site, request, root); },
              .doc = {.summary = "The funder report of a grant for a period, as an XLSX workbook",
                      .tag = "reports",
                      .request_schema = {},
                      .response_schema = {},
                      .list = false,
                      .query = {"from", "to"},
                      .success_status = 200}});
}

}  // namespace kindling
