#include "http/router.hpp"
#include "spending/attach_evidence.hpp"
#include "spending/evidence_store.hpp"
#include "spending/expenditure_page.hpp"
#include "spending/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kUploadBytesMax = kEvidenceBytesMax + 64 * 1024;  // the file and the form around it

std::string page_path(const Request& request) { return "/expenditures/" + std::to_string(request.path_id("id")); }

Value evidence_value(const Evidence& file) {
  return Value::object({{"id", file.id},
                        {"expenditure_id", file.expenditure_id},
                        {"name", file.name},
                        {"media_type", file.media_type},
                        {"sha256", file.sha256},
                        {"size_bytes", file.size_bytes}});
}

// As a download of what its bytes are, so that no browser runs it: attachment here, nosniff on every answer.
Response download(const Site& site, const Request& request) {
  const auto file = reading(site.database, [&](Session& session) {
    return find_evidence_file(session, request.path_id("id"), request.path_id("evidence"));
  });
  if (!file) return request.is_api() ? http::problem(file.error(), request) : error_page(site, file.error(), request);
  return http::attachment(file->content, file->evidence.media_type, file->evidence.name);
}

Response attach_on_page(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  const auto refuse = [&](const Error& error) {
    if (error.kind == ErrorKind::kNotFound) return error_page(site, error, request);
    return expenditure_page(site, request, id, &error);
  };
  const auto files = http::uploaded_files(request);
  if (!files) return refuse(files.error());
  if (files->empty()) return refuse(invalid_field("file", "required", "Choose a file first."));
  const auto& file = files->front();
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto attached = attach_evidence(transaction, id, file.filename, file.bytes);
        if (!attached) return attached.error();
        return http::see_other(page_path(request) + "?done=attached");
      },
      refuse);
}

Response detach_on_page(const Site& site, const Request& request) {
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto done = detach_evidence(transaction, request.path_id("id"), request.path_id("evidence"));
        if (!done) return done.error();
        return http::see_other(page_path(request) + "?done=removed");
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound) return error_page(site, error, request);
        return expenditure_page(site, request, request.path_id("id"), &error);
      });
}

// The bytes as they are under a content type of their own, named by ?name=; or a multipart form as the page sends it.
Response attach_in_api(const Site& site, const Request& request) {
  const auto files = http::uploaded_files(request);
  if (!files) return http::problem(files.error(), request);
  const bool form = !files->empty();
  const std::string name(form ? std::string_view(files->front().filename) : request.query_param("name").value_or("evidence"));
  const std::string_view bytes = form ? files->front().bytes : std::string_view(request.body);
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto id = attach_evidence(transaction, request.path_id("id"), name, bytes);
    if (!id) return id.error();
    const auto file = find_evidence(transaction.session, request.path_id("id"), *id);
    if (!file) return file.error();
    return http::json(evidence_value(*file), 201)
        .with("Location", "/api/v1" + page_path(request) + "/evidence/" + std::to_string(*id));
  });
}

Response list_in_api(const Site& site, const Request& request) {
  const auto files = reading(site.database, [&](Session& session) { return list_evidence(session, request.path_id("id")); });
  Value::Array rows;
  for (const auto& file : files) rows.push_back(evidence_value(file));
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""}, {.name = "name", .label = ""},
                                               {.name = "media_type", .label = ""}, {.name = "sha256", .label = ""},
                                               {.name = "size_bytes", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

}  // namespace

void add_evidence_routes(http::Router& router, const Site& site) {
  using http::Method;
  const std::string list = "/expenditures/{id}/evidence", one = list + "/{evidence}";
  router.add_schema("Evidence", object_schema({"id:integer", "expenditure_id:integer", "size_bytes:integer", "name",
                                               "media_type", "sha256"}));
  router.add({.method = Method::kPost, .pattern = list, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return attach_on_page(site, request); },
              .body_bytes_max = kUploadBytesMax, .files_max = 1});
  router.add({.method = Method::kGet, .pattern = one, .action = Action::kReadEvidence,
              .handler = [&](const Request& request) { return download(site, request); }});
  router.add({.method = Method::kPost, .pattern = one + "/remove", .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return detach_on_page(site, request); }});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + list, .action = Action::kReadEvidence,
              .handler = [&](const Request& request) { return list_in_api(site, request); },
              .doc = {.summary = "Evidence of an expenditure, without its bytes", .tag = "expenditures",
                      .response_schema = "Evidence", .list = true}});
  router.add({.method = Method::kPost, .pattern = "/api/v1" + list, .action = Action::kRecordSpending,
              .handler = [&](const Request& request) { return attach_in_api(site, request); },
              .doc = {.summary = "Attach a file: its bytes as the body, its name as ?name=", .tag = "expenditures",
                      .response_schema = "Evidence", .query = {"name"}, .success_status = 201},
              .body_bytes_max = kUploadBytesMax, .files_max = 1});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + one, .action = Action::kReadEvidence,
              .handler = [&](const Request& request) { return download(site, request); },
              .doc = {.summary = "The bytes of a file", .tag = "expenditures"}});
}

}  // namespace kindling
