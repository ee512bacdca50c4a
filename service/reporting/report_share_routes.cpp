#include "core/input.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "identity/throttle_store.hpp"
#include "reporting/record_report_share.hpp"
#include "reporting/report_download.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/routes.hpp"
#include "storage/database.hpp"
#include "web/account/hand.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string run_path(const Request& request) { return "/report-runs/" + std::to_string(request.path_id("id")); }

// As the browser reached us.
std::string link_of(const Site& site, const Request& request, const std::string& token) {
  return std::string(site.config.secure_cookies ? "https://" : "http://") + std::string(request.header("host").value_or("")) +
         "/shared/" + token;
}

// ---- The links of a run ----

Value rows_of(const std::vector<ReportShare>& shares, const std::string& path) {
  auto rows = Value::array();
  for (const auto& share : shares) {
    auto row = report_share_value(share);
    row.set("active", share.state == "active");
    row.set("badge", share.state == "active" ? "good" : "");
    row.set("revoke_path", path + "/shares/" + std::to_string(share.id) + "/revoke");
    rows.push(std::move(row));
  }
  return rows;
}

Response shares_page(const Site& site, const Request& request, const Input& typed, const Error* error, const std::string& link) {
  struct Read {
    Result<ReportRun> run;
    std::vector<ReportShare> shares;
  };
  const auto id = request.path_id("id");
  const auto read = reading(site.database, [&](Session& session) {
    return Read{find_report_run(session, id), list_report_shares(session, id)};
  });
  if (!read.run) return error_page(site, read.run.error(), request);
  const auto errors = error == nullptr ? std::vector<FieldError>() : errors_of(*error);
  Form form(typed, errors);
  form.section("A new link", "It opens this one report, without sign-in, until it ends or you revoke it.")
      .text("purpose", "For whom", {.help = "Only shown on this page.", .required = true, .columns = 6})
      .number("days", "Ends after", {.help = "1 to 366 days.", .required = true, .columns = 6, .suffix = "days"})
      .password("password", "Password", {.help = "Optional. Tell it on another way than the link.", .columns = 6,
                                         .autocomplete = "new-password"});
  const auto title = title_of_run(*read.run) + " no. " + std::to_string(id);
  auto response = page(site, request,
                       {.title = "Links to " + title, .name = "report_shares",
                        .data = Value::object({{"link", link}, {"kind_title", title}, {"subject", subject_of_run(*read.run)},
                                               {"submitted", read.run->submitted()},
                                               {"has_shares", !read.shares.empty()},
                                               {"shares", rows_of(read.shares, run_path(request))},
                                               {"form", form.value(run_path(request) + "/shares", "Make link", run_path(request))}}),
                        .status = error != nullptr ? http::status_of(error->kind) : link.empty() ? 200 : 201,
                        .crumbs = {{"Reports", "/reports"}, {title, run_path(request)}, {"Links", ""}}});
  return response.with("Cache-Control", "no-store");
}

Input proposed() {
  Input typed;
  typed.set("days", "30");
  return typed;
}

Response share_on_page(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto share = parse_report_share(*input, site.config.platform_name);
  if (!share) return shares_page(site, request, *input, &share.error(), "");
  const auto hand = hand_of(request);
  const auto token = share_report(site.database, hand, request.path_id("id"), *share);
  if (!token) return shares_page(site, request, *input, &token.error(), "");
  return hand.dry_run ? rehearsed(201) : shares_page(site, request, proposed(), nullptr, link_of(site, request, *token));
}

Response revoke_on_page(const Site& site, const Request& request) {
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto ended = end_report_share(transaction, request.path_id("id"), request.path_id("share"));
    if (!ended) return ended.error();
    return http::see_other(run_path(request) + "/shares?done=changed");
  });
}

Response api_list(const Site& site, const Request& request) {
  const auto shares = reading(site.database, [&](Session& session) -> Result<std::vector<ReportShare>> {
    const auto run = find_report_run(session, request.path_id("id"));
    if (!run) return run.error();
    return list_report_shares(session, run->id);
  });
  if (!shares) return http::problem(shares.error(), request);
  Value::Array rows;
  for (const auto& share : *shares) rows.push_back(report_share_value(share));
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""}, {.name = "purpose", .label = ""},
                                               {.name = "state", .label = ""}, {.name = "expires_on", .label = ""},
                                               {.name = "downloads", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_share(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return http::problem(input.error(), request);
  const auto share = parse_report_share(*input, site.config.platform_name);
  if (!share) return http::problem(share.error(), request);
  const auto hand = hand_of(request);
  const auto token = share_report(site.database, hand, request.path_id("id"), *share);
  if (!token) return http::problem(token.error(), request);
  if (hand.dry_run) return rehearsed(201);
  const auto shares = reading(site.database, [&](Session& session) { return list_report_shares(session, request.path_id("id")); });
  auto made = report_share_value(shares.front());
  made.set("link", link_of(site, request, *token));
  return http::json(made, 201).with("Cache-Control", "no-store");
}

Response api_revoke(const Site& site, const Request& request) {
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto ended = end_report_share(transaction, request.path_id("id"), request.path_id("share"));
    if (!ended) return ended.error();
    return http::json(Value::object({{"revoked", request.path_id("share")}}));
  });
}

// ---- Who has a link ----

Response shared_page(const Site& site, const Request& request, const Error* error = nullptr) {
  const auto shared =
      reading(site.database, [&](Session& session) { return find_shared_report(session, request.path_param("token")); });
  if (!shared) return error_page(site, shared.error(), request).with("Cache-Control", "no-store");
  const auto& run = shared->run;
  return page(site, request,
              {.title = title_of_run(run), .name = "shared_report",
               .data = Value::object({{"kind_title", title_of_run(run)},
                                      {"subject", subject_of_run(run)},
                                      {"file_name", run.file_name},
                                      {"sha256", run.sha256},
                                      {"position", run.ledger_position.value_or(0)},
                                      {"submitted_on", run.submitted_at.substr(0, 10)},
                                      {"expires_on", shared->share.expires_on},
                                      {"path", request.path},
                                      {"asks_password", shared->share.password_hash.has_value()},
                                      {"error", error == nullptr ? "" : errors_of(*error).front().message}}),
               .status = error == nullptr ? 200 : http::status_of(error->kind)})
      .with("Cache-Control", "no-store")
      .with("Referrer-Policy", "no-referrer");
}

// A download is a POST, so that nothing that looks at links ahead counts as one.
Response shared_download(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto shared =
      reading(site.database, [&](Session& session) { return find_shared_report(session, request.path_param("token")); });
  if (!shared) return error_page(site, shared.error(), request).with("Cache-Control", "no-store");
  const auto opened = open_shared_report(site.database, request.request_id, *shared, input->text("password"), client_address(request));
  if (!opened) return shared_page(site, request, &opened.error());
  return reading(site.database, [&](Session& session) { return report_download(session, shared->run); });
}

}  // namespace

void add_report_share_routes(http::Router& router, const Site& site) {
  using http::Method;
  const auto add = [&](Method method, std::string pattern, Action action, http::Handler handler, http::ApiDoc doc = {}) {
    router.add({.method = method, .pattern = std::move(pattern), .action = action, .handler = std::move(handler), .doc = std::move(doc)});
  };
  const auto doc = [](const char* summary, const char* body, const char* gives, int status) {
    return http::ApiDoc{.summary = summary, .tag = "reports", .request_schema = body, .response_schema = gives,
                        .success_status = status};
  };
  router.add_schema("ReportShare", report_share_schema());
  router.add_schema("ReportShareRequest", object_schema({"purpose", "days:integer", "password"}));
  add(Method::kGet, "/report-runs/{id}/shares", Action::kWriteFunding,
      [&](const Request& request) { return shares_page(site, request, proposed(), nullptr, ""); });
  add(Method::kPost, "/report-runs/{id}/shares", Action::kWriteFunding,
      [&](const Request& request) { return share_on_page(site, request); });
  add(Method::kPost, "/report-runs/{id}/shares/{share}/revoke", Action::kWriteFunding,
      [&](const Request& request) { return revoke_on_page(site, request); });
  auto list = doc("The links to a report, newest first", "", "ReportShare", 200);
  list.list = true;
  add(Method::kGet, "/api/v1/report-runs/{id}/shares", Action::kWriteFunding,
      [&](const Request& request) { return api_list(site, request); }, list);
  add(Method::kPost, "/api/v1/report-runs/{id}/shares", Action::kWriteFunding,
      [&](const Request& request) { return api_share(site, request); },
      doc("Make a link to a submitted report; it is shown only in this answer", "ReportShareRequest", "ReportShare", 201));
  add(Method::kPost, "/api/v1/report-runs/{id}/shares/{share}/revoke", Action::kWriteFunding,
      [&](const Request& request) { return api_revoke(site, request); }, doc("End a link", "ReportStep", "ReportStep", 200));
  add(Method::kGet, "/shared/{token}", Action::kPublic, [&](const Request& request) { return shared_page(site, request); });
  add(Method::kPost, "/shared/{token}", Action::kPublic, [&](const Request& request) { return shared_download(site, request); });
}

}  // namespace kindling
