#include <algorithm>

#include "banking/import_statement.hpp"
#include "banking/routes.hpp"
#include "banking/statement_store.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kFileBytesMax = 32 * 1024 * 1024;

// The one file of the form; of an API client also the bare bytes, such as application/xml.
Result<std::string_view> file_of(const Request& request) {
  const auto files = http::uploaded_files(request);
  if (!files) return files.error();
  if (!files->empty()) return files->front().bytes;
  const bool is_form = request.header("content-type").value_or("").starts_with("multipart/");
  if (request.is_api() && !is_form && !request.body.empty()) return std::string_view(request.body);
  return invalid_field("file", "required", "Choose the statement's file.");
}

ImportRules rules_of(const Site& site) {
  return {Currency::of(site.config.currency), today(site.config.time_zone)};
}

// ---- Page ----

Response upload_page(const Site& site, const Request& request, const Error* error) {
  Value data;
  if (error != nullptr) data.set("refusal", error->fields.empty() ? error->message : error->fields.front().message);
  return page(site, request, {.title = "Upload a statement", .name = "bank_upload", .data = std::move(data),
                              .status = error == nullptr ? 200 : http::status_of(error->kind),
                              .crumbs = {{"Bank", "/bank"}, {"Upload a statement", ""}}});
}

// To the account of the first statement, or where all were known, to be told so.
std::string after_upload(const std::vector<StatementOutcome>& outcomes) {
  const bool known = std::ranges::all_of(outcomes, &StatementOutcome::known);
  return "/bank/" + std::to_string(outcomes.front().account_id) + (known ? "?done=known" : "?done=imported");
}

Response upload(const Site& site, const Request& request) {
  const auto file = file_of(request);
  if (!file) return upload_page(site, request, &file.error());
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto outcomes = import_statements(transaction, *file, rules_of(site));
               if (!outcomes) return outcomes.error();
               return http::see_other(after_upload(*outcomes));
             },
             [&](const Error& error) { return upload_page(site, request, &error); });
}

// ---- API ----

Response api_upload(const Site& site, const Request& request) {
  const auto file = file_of(request);
  if (!file) return http::problem(file.error(), request);
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto outcomes = import_statements(transaction, *file, rules_of(site));
    if (!outcomes) return outcomes.error();
    auto statements = Value::array();
    for (const auto& outcome : *outcomes) statements.push(statement_outcome_value(outcome));
    return http::json(Value::object({{"statements", std::move(statements)}}));
  });
}

Response api_list(const Site& site, const Request& request) {
  const auto read = reading(site.database, [&](Session& session) {
    return list_statements(session, request.path_id("id"), 1'000);
  });
  Value::Array rows;
  for (const auto& statement : read) {
    rows.push_back(Value::object({{"id", statement.id},
                                  {"identification", statement.identification},
                                  {"starts_on", to_string(statement.starts_on)},
                                  {"ends_on", to_string(statement.ends_on)},
                                  {"opening", to_string(statement.opening)},
                                  {"closing", to_string(statement.closing)},
                                  {"lines", statement.lines},
                                  {"known_lines", statement.known_lines},
                                  {"difference", to_string(statement.difference)}}));
  }
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},      {.name = "identification", .label = ""}, {.name = "starts_on", .label = ""},
      {.name = "ends_on", .label = ""}, {.name = "opening", .label = ""},        {.name = "closing", .label = ""},
      {.name = "lines", .label = ""},   {.name = "known_lines", .label = ""},    {.name = "difference", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

}  // namespace

void add_statement_routes(http::Router& router, const Site& site) {
  using http::Method;
  const auto text = Value::object({{"type", "string"}}), number = Value::object({{"type", "integer"}});
  router.add_schema("BankStatement",
                    Value::object({{"type", "object"},
                                   {"properties", Value::object({{"id", number}, {"identification", text},
                                                                 {"starts_on", text}, {"ends_on", text},
                                                                 {"opening", text}, {"closing", text}, {"lines", number},
                                                                 {"known_lines", number}, {"difference", text}})}}));
  router.add_schema("StatementImport",
                    Value::object({{"type", "object"},
                                   {"properties", Value::object({{"statements", Value::object({{"type", "array"}})}})}}));
  router.add({.method = Method::kGet, .pattern = "/bank/statements/new", .action = Action::kReceiveMoney,
              .handler = [&](const Request& request) { return upload_page(site, request, nullptr); }});
  router.add({.method = Method::kPost, .pattern = "/bank/statements", .action = Action::kReceiveMoney,
              .handler = [&](const Request& request) { return upload(site, request); },
              .body_bytes_max = kFileBytesMax, .files_max = 1});
  http::ApiDoc doc;
  doc.summary = "Upload a statement (camt.053, as a file or as the body); the same one twice changes nothing";
  doc.tag = "bank";
  doc.response_schema = "StatementImport";
  router.add({.method = Method::kPost, .pattern = "/api/v1/bank-statements", .action = Action::kReceiveMoney,
              .handler = [&](const Request& request) { return api_upload(site, request); }, .doc = doc,
              .body_bytes_max = kFileBytesMax, .files_max = 1});
  http::ApiDoc list;
  list.summary = "Statements of an account, the latest first, with gaps and overlaps";
  list.tag = "bank";
  list.response_schema = "BankStatement";
  list.list = true;
  router.add({.method = Method::kGet, .pattern = "/api/v1/bank-accounts/{id}/statements", .action = Action::kReadLedger,
              .handler = [&](const Request& request) { return api_list(site, request); }, .doc = list});
}

}  // namespace kindling
