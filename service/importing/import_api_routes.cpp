#include "core/fields.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "importing/import_page.hpp"
#include "importing/import_work.hpp"
#include "importing/record_import.hpp"
#include "importing/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

Value with_job(const Import& import, const std::optional<Job>& job) {
  auto value = import_value(import);
  value.set("job", job ? job_value(*job) : Value());
  return value;
}

// Where the actor may do this kind at all.
Result<const ImportKind*> allowed(const ImportKinds& kinds, std::string_view name, const Actor& actor) {
  const auto* kind = kinds.find(name);
  if (kind == nullptr) return not_found("import_not_found", "There is no such import.");
  if (const auto may = authorize(actor, kind->action); !may) return may.error();
  return kind;
}

Response answer(Transaction& transaction, std::int64_t id, int status) {
  const auto import = find_import(transaction.session, id);
  return http::json(with_job(*import, find_job(transaction.session, kImportJob, id)), status)
      .with("ETag", etag_of(import->version));
}

Response api_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {}, {"kind"});
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_imports(session, *query); });
  Value::Array rows;
  for (const auto& import : list.imports) rows.push_back(import_value(import));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},           {.name = "kind", .label = ""},        {.name = "state", .label = ""},
      {.name = "file_name", .label = ""},    {.name = "rows_total", .label = ""},  {.name = "rows_new", .label = ""},
      {.name = "rows_known", .label = ""},   {.name = "rows_repeated", .label = ""}, {.name = "rows_bad", .label = ""},
      {.name = "rows_loaded", .label = ""},  {.name = "created_at", .label = ""}};
  return list_answer(request, kColumns, rows, list.next_cursor);
}

// The body is the file itself.
Response api_upload(const Site& site, const Request& request, const ImportKinds& kinds) {
  const auto kind = allowed(kinds, request.query_param("kind").value_or(""), request.actor);
  if (!kind) {
    if (kind.error().kind == ErrorKind::kForbidden) return http::problem(kind.error(), request);
    std::string names;
    for (const auto& known : kinds.all()) names += (names.empty() ? "" : ", ") + known->name;
    return http::problem(invalid_field("kind", "not_one_of", "Say ?kind= with one of: " + names + "."), request);
  }
  std::string name(request.query_param("file_name").value_or("import.csv"));
  if (name.empty() || name.size() > 255 || !is_valid_utf8(name)) {
    return http::problem(invalid_field("file_name", "too_long", "A file's name has up to 255 bytes of UTF-8."), request);
  }
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto stored = store_import_file(transaction, **kind, name, request.body);
    if (!stored) return stored.error();
    return answer(transaction, stored->import_id, stored->new_file ? 201 : 200)
        .with("Location", "/api/v1/imports/" + std::to_string(stored->import_id));
  });
}

Response api_one(const Site& site, const Request& request, const ImportKinds& kinds) {
  const auto read = reading(site.database, [&](Session& session) { return read_import(session, request.path_id("id")); });
  if (!read) return http::problem(read.error(), request);
  if (const auto kind = allowed(kinds, read->import.kind, request.actor); !kind) return http::problem(kind.error(), request);
  return http::json(with_job(read->import, read->job)).with("ETag", etag_of(read->import.version));
}

Response api_errors(const Site& site, const Request& request, const ImportKinds& kinds) {
  const auto query = parse_list_query(request, {}, {});
  if (!query) return http::problem(query.error(), request);
  const auto id = request.path_id("id");
  const auto cursor = decode_cursor(query->after);
  struct Read {
    Result<Import> import;
    std::vector<ImportErrorLine> errors;
  };
  auto read = reading(site.database, [&](Session& session) {
    return Read{find_import(session, id),
                list_import_errors(session, id, cursor ? std::atoll(cursor->key.c_str()) : 0, cursor ? cursor->id : 0,
                                   query->limit + 1)};
  });
  if (!read.import) return http::problem(read.import.error(), request);
  if (const auto kind = allowed(kinds, read.import->kind, request.actor); !kind) return http::problem(kind.error(), request);
  std::string next;
  if (static_cast<int>(read.errors.size()) > query->limit) {
    read.errors.pop_back();
    next = encode_cursor({std::to_string(read.errors.back().row_number), read.errors.back().id});
  }
  Value::Array rows;
  for (const auto& error : read.errors) {
    rows.push_back(Value::object({{"row", error.row_number},
                                  {"column", error.column_name},
                                  {"code", error.code},
                                  {"message", error.message}}));
  }
  static const std::vector<Column> kColumns = {
      {.name = "row", .label = ""}, {.name = "column", .label = ""}, {.name = "code", .label = ""}, {.name = "message", .label = ""}};
  return list_answer(request, kColumns, rows, next);
}

using Verb = std::function<Outcome(Transaction&, const ImportAct&, const Input&)>;

Response api_verb(const Site& site, const Request& request, const ImportKinds& kinds, const Verb& verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const ImportAct on{request.path_id("id"), version};
    const auto import = find_import(transaction.session, on.import_id);
    if (!import) return import.error();
    if (const auto kind = allowed(kinds, import->kind, request.actor); !kind) return kind.error();
    if (const auto outcome = verb(transaction, on, input); !outcome) return outcome.error();
    return answer(transaction, on.import_id, 202);
  });
}

}  // namespace

void add_import_api_routes(http::Router& router, const Site& site, const ImportKinds& kinds) {
  using http::Method;
  router.add_schema("Import", object_schema({"id:integer", "version:integer", "size_bytes:integer", "rows_total:integer",
                                             "rows_new:integer", "rows_known:integer", "rows_repeated:integer", "rows_bad:integer",
                                             "rows_loaded:integer", "errors:integer", "kind", "state", "file_name", "sha256",
                                             "separator", "encoding", "created_at", "created_by", "mode:string?", "headings:array",
                                             "settings:object", "totals:array", "job:object?"}));
  router.add_schema("ImportError", object_schema({"row:integer", "column", "code", "message"}));
  router.add_schema("ImportSettings", object_schema({"columns:object", "options:object"}));
  router.add_schema("ImportMode", object_schema({"mode"}));
  const auto doc = [](const char* summary, const char* body, const char* gives, int status) {
    return http::ApiDoc{.summary = summary, .tag = "imports", .request_schema = body, .response_schema = gives,
                        .success_status = status};
  };
  const auto add = [&](Method method, const char* pattern, http::ApiDoc with, http::Handler handler) {
    router.add({.method = method, .pattern = pattern, .action = Action::kImportFile, .handler = std::move(handler),
                .doc = std::move(with)});
  };
  auto list = doc("Imported files, newest first", "", "Import", 200);
  list.list = true;
  list.query = {"kind"};
  add(Method::kGet, "/api/v1/imports", list, [&](const Request& request) { return api_list(site, request); });
  auto upload = doc("Send a CSV file as the body; the same file again answers 200 with its import", "", "Import", 201);
  upload.query = {"kind", "file_name"};
  router.add({.method = Method::kPost, .pattern = "/api/v1/imports", .action = Action::kImportFile,
              .handler = [&](const Request& request) { return api_upload(site, request, kinds); },
              .doc = upload, .body_bytes_max = kImportBytesMax});
  add(Method::kGet, "/api/v1/imports/{id}", doc("One import with its progress", "", "Import", 200),
      [&](const Request& request) { return api_one(site, request, kinds); });
  auto errors = doc("What is to be mended, by row", "", "ImportError", 200);
  errors.list = true;
  add(Method::kGet, "/api/v1/imports/{id}/errors", errors,
      [&](const Request& request) { return api_errors(site, request, kinds); });
  add(Method::kPost, "/api/v1/imports/{id}/check", doc("Map the columns and check every row", "ImportSettings", "Import", 202),
      [&](const Request& request) {
        return api_verb(site, request, kinds, [&](Transaction& transaction, const ImportAct& on, const Input& input) {
          return check_import(transaction, kinds, on, input);
        });
      });
  add(Method::kPost, "/api/v1/imports/{id}/run", doc("Record the new rows", "ImportMode", "Import", 202),
      [&](const Request& request) { return api_verb(site, request, kinds, run_import); });
  add(Method::kPost, "/api/v1/imports/{id}/cancel", doc("End the check or run that goes on", "", "Import", 202),
      [&](const Request& request) {
        return api_verb(site, request, kinds, [](Transaction& transaction, const ImportAct& on, const Input&) {
          return cancel_import(transaction, on);
        });
      });
}

}  // namespace kindling
