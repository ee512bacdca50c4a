#include <algorithm>

#include "core/fields.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "importing/import_page.hpp"
#include "importing/record_import.hpp"
#include "importing/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

const std::vector<Column> kColumns = {{.name = "file_name", .label = "File", .href = "href"},
                                      {.name = "kind", .label = "Holds"},
                                      {.name = "state", .label = "State"},
                                      {.name = "rows_total", .label = "Rows", .number = true},
                                      {.name = "rows_loaded", .label = "Imported", .number = true},
                                      {.name = "created_at", .label = "Uploaded"},
                                      {.name = "created_by", .label = "By"}};

Response list_page(const Site& site, const Request& request, const ImportKinds& kinds) {
  const auto query = parse_list_query(request, {}, {"kind"});
  if (!query) return error_page(site, query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_imports(session, *query); });
  Value::Array rows;
  for (const auto& import : list.imports) {
    const auto* kind = kinds.find(import.kind);
    auto row = import_value(import);
    row.set("href", "/imports/" + std::to_string(import.id));
    row.set("kind_display", kind == nullptr ? import.kind : kind->title);
    row.set("state_display", label_of_import(import));
    row.set("state_badge", badge_of_import(import));
    row.set("created_at_display", import.created_at.substr(0, 10) + " " + import.created_at.substr(11, 5));
    rows.push_back(std::move(row));
  }
  Value data;
  data.set("nothing", rows.empty() && query->after.empty());
  data.set("table", table(request, *query, kColumns, rows, list.next_cursor));
  return page(site, request, {.title = "Imports", .name = "imports", .data = std::move(data), .crumbs = {}});
}

Response upload_page(const Site& site, const Request& request, const ImportKinds& kinds, std::string_view chosen,
                     const Error* error = nullptr) {
  auto choices = Value::array();
  for (const auto& kind : kinds.all()) {
    if (!authorize(request.actor, kind->action)) continue;
    const bool first = kinds.find(chosen) == nullptr && kind == kinds.all().front();
    choices.push(Value::object({{"name", kind->name},
                                {"kind_title", kind->title},
                                {"explanation", kind->explanation},
                                {"checked", first || kind->name == chosen}}));
  }
  Value data;
  data.set("kinds", std::move(choices));
  data.set("error", error == nullptr ? "" : error->fields.empty() ? error->message : error->fields.front().message);
  return page(site, request,
              {.title = "Upload a file", .name = "import_new", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Imports", "/imports"}, {"Upload a file", ""}}});
}

Response upload(const Site& site, const Request& request, const ImportKinds& kinds) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const std::string chosen(input->text("kind"));
  const auto refused = [&](const Error& error) { return upload_page(site, request, kinds, chosen, &error); };
  const auto files = http::uploaded_files(request);
  if (!files) return refused(files.error());
  const auto* kind = kinds.find(chosen);
  if (kind == nullptr) return refused(invalid_field("kind", "not_one_of", "Choose what the file holds."));
  if (files->empty()) return refused(invalid_field("file", "required", "Choose a CSV file."));
  if (const auto may = authorize(request.actor, kind->action); !may) return error_page(site, may.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto stored = store_import_file(transaction, *kind, files->front().filename, files->front().bytes);
        if (!stored) return stored.error();
        return http::see_other("/imports/" + std::to_string(stored->import_id) + "?done=" +
                               (stored->new_file ? "uploaded" : "same-file"));
      },
      refused);
}

// The import with its kind, where the actor may see it.
struct Found {
  ImportOnPage shown;
  const ImportKind* kind;
};
Result<Found> find(const Site& site, const Request& request, const ImportKinds& kinds) {
  auto read = reading(site.database, [&](Session& session) { return read_import(session, request.path_id("id")); });
  if (!read) return read.error();
  const auto* kind = kinds.find(read->import.kind);
  if (kind == nullptr) return not_found("import_not_found", "There is no such import.");
  if (const auto may = authorize(request.actor, kind->action); !may) return may.error();
  return Found{*std::move(read), kind};
}

Response import_page(const Site& site, const Request& request, const ImportKinds& kinds, const Input& typed = {},
                     const Error* error = nullptr) {
  const auto found = find(site, request, kinds);
  if (!found) return error_page(site, found.error(), request);
  static const std::vector<FieldError> kNone;
  auto data = import_page_data(*found->kind, found->shown, typed, error == nullptr ? kNone : error->fields);
  data.set("refusal", error != nullptr && error->fields.empty() ? error->message : "");
  data.set("assets", static_addresses());
  const auto& name = found->shown.import.file_name;
  return page(site, request,
              {.title = "Import of " + name, .name = "import", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Imports", "/imports"}, {name, ""}}});
}

using Verb = std::function<Outcome(Transaction&, const ImportAct&, const Input&)>;

Response verb_on_page(const Site& site, const Request& request, const ImportKinds& kinds, const Verb& verb) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  if (const auto found = find(site, request, kinds); !found) return error_page(site, found.error(), request);
  const ImportAct on{request.path_id("id"), *version};
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        if (const auto outcome = verb(transaction, on, *input); !outcome) return outcome.error();
        return http::see_other("/imports/" + std::to_string(on.import_id));
      },
      [&](const Error& error) {
        if (error.kind == ErrorKind::kNotFound) return error_page(site, error, request);
        return import_page(site, request, kinds, error.fields.empty() ? Input() : *input, &error);
      });
}

Response errors_file(const Site& site, const Request& request, const ImportKinds& kinds) {
  const auto found = find(site, request, kinds);
  if (!found) return error_page(site, found.error(), request);
  const auto& import = found->shown.import;
  auto csv = errors_csv_head();
  const auto errors = reading(site.database, [&](Session& session) {
    return list_import_errors(session, import.id, 0, 0, static_cast<int>(kImportErrorsMax));
  });
  for (const auto& error : errors) append_error_csv(csv, *found->kind, import, error);
  return http::attachment(std::move(csv), "text/csv; charset=utf-8", "errors of " + import.file_name);
}

}  // namespace

void add_import_routes(http::Router& router, const Site& site, const ImportKinds& kinds) {
  using http::Method;
  const auto add = [&](Method method, const char* pattern, http::Handler handler) {
    router.add({.method = method, .pattern = pattern, .action = Action::kImportFile, .handler = std::move(handler)});
  };
  add(Method::kGet, "/imports", [&](const Request& request) { return list_page(site, request, kinds); });
  add(Method::kGet, "/imports/new", [&](const Request& request) {
    return upload_page(site, request, kinds, request.query_param("kind").value_or(""));
  });
  router.add({.method = Method::kPost, .pattern = "/imports", .action = Action::kImportFile,
              .handler = [&](const Request& request) { return upload(site, request, kinds); },
              .body_bytes_max = kImportBytesMax + 64 * 1024, .files_max = 1});
  add(Method::kGet, "/imports/{id}", [&](const Request& request) { return import_page(site, request, kinds); });
  add(Method::kGet, "/imports/{id}/errors.csv", [&](const Request& request) { return errors_file(site, request, kinds); });
  add(Method::kPost, "/imports/{id}/check", [&](const Request& request) {
    return verb_on_page(site, request, kinds, [&](Transaction& transaction, const ImportAct& on, const Input& input) {
      return check_import(transaction, kinds, on, input);
    });
  });
  add(Method::kPost, "/imports/{id}/run",
      [&](const Request& request) { return verb_on_page(site, request, kinds, run_import); });
  add(Method::kPost, "/imports/{id}/cancel", [&](const Request& request) {
    return verb_on_page(site, request, kinds, [](Transaction& transaction, const ImportAct& on, const Input&) {
      return cancel_import(transaction, on);
    });
  });
  add_import_api_routes(router, site, kinds);
}

}  // namespace kindling
