#include "banking/bank_account_store.hpp"
#include "banking/csv_mapping_page.hpp"
#include "banking/csv_mapping_store.hpp"
#include "banking/import_statement.hpp"
#include "banking/routes.hpp"
#include "banking/statement_csv.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {

using http::Request;
using http::Response;

Response csv_mapping_page(const Site& site, const Request& request, const CsvMappingForm& shown) {
  const auto& [account_id, headings, typed, error] = shown;
  const auto account = reading(site.database, [id = account_id](Session& session) { return find_bank_account(session, id); });
  if (!account) return error_page(site, account.error(), request);
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed, errors);
  form.section("Which heading holds what",
               "Proposed by their names. Said once, it holds for every further file of this account with these headings.");
  for (const auto& column : statement_csv_columns().columns) {
    std::vector<Choice> choices{{"", column.required ? "Choose a heading" : "Not in this file"}};
    for (const auto& heading : headings.names) {
      if (!heading.empty()) choices.push_back({heading, heading});
    }
    form.choice("columns." + column.name, column.label, choices, {.help = column.help, .required = column.required, .columns = 4});
  }
  form.section("How it is written")
      .choice("options.decimal", "Amounts", {{"point", "1250.00 or 1,250.00"}, {"comma", "1250,00 or 1.250,00"}}, {.required = true, .columns = 4})
      .choice("options.dates", "Dates", {{"iso", "2026-12-31"}, {"dmy", "31.12.2026 or 31/12/2026"}, {"mdy", "12/31/2026"}}, {.required = true, .columns = 4});
  const auto path = "/bank/" + std::to_string(account_id);
  Value data;
  data.set("name", account->name);
  data.set("headings_row", headings.row == 0 ? std::string() : std::to_string(headings.row));
  data.set("form", form.value(path + "/csv-mapping", "Save", path));
  return page(site, request, {.title = "CSV files of " + account->name, .name = "bank_csv_mapping", .data = std::move(data),
                              .status = error == nullptr ? 200 : http::status_of(error->kind),
                              .crumbs = {{"Bank", "/bank"}, {account->name, path}, {"CSV files", ""}}});
}

namespace {

CsvHeadings headings_of(const Input& mapping) {
  CsvHeadings headings{.row = 0};
  for (const auto& field : mapping.fields()) {
    if (field.path.starts_with("columns.") && !field.text.empty()) headings.names.push_back(field.text);
  }
  return headings;
}

Response show(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  bool is_there = false;
  const auto mapping = reading(site.database, [&](Session& session) {
    is_there = find_bank_account(session, id).ok();
    return find_csv_mapping(session, id);
  });
  // The first file brings the headings to choose from.
  if (is_there && mapping.fields().empty()) return http::see_other("/bank/statements/new?account=" + std::to_string(id));
  return csv_mapping_page(site, request, {id, headings_of(mapping), mapping});
}

Response save(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto id = request.path_id("id");
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               if (const auto saved = save_csv_mapping(transaction, id, *input); !saved) return saved.error();
               return http::see_other("/bank/statements/new?account=" + std::to_string(id) + "&done=mapped");
             },
             [&](const Error& error) { return csv_mapping_page(site, request, {id, headings_of(*input), *input, &error}); });
}

// {"columns": {"amount": "Betrag"}, "options": {"decimal": "comma"}}
Value mapping_value(const Input& mapping) {
  Value columns = Value(Value::Object{}), options = Value(Value::Object{});
  for (const auto& field : mapping.fields()) {
    const bool is_column = field.path.starts_with("columns.");
    (is_column ? columns : options).set(field.path.substr(8), field.text);
  }
  return Value::object({{"columns", std::move(columns)}, {"options", std::move(options)}});
}

Result<Response> answer(Session& session, std::int64_t id) {
  if (const auto account = find_bank_account(session, id); !account) return account.error();
  return http::json(mapping_value(find_csv_mapping(session, id)));
}

Response api_show(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id")); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_save(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    if (const auto saved = save_csv_mapping(transaction, request.path_id("id"), input); !saved) return saved.error();
    return answer(transaction.session, request.path_id("id"));
  });
}

}  // namespace

void add_csv_mapping_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("BankCsvMapping", object_schema({"columns:object", "options:object"}));
  const auto add = [&](Method method, const char* pattern, Response (*handle)(const Site&, const Request&), const char* summary = "") {
    router.add({.method = method, .pattern = pattern, .action = Action::kKeepBank,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = {.summary = summary, .tag = "bank", .request_schema = method == Method::kGet ? "" : "BankCsvMapping",
                        .response_schema = "BankCsvMapping"}});
  };
  add(Method::kGet, "/bank/{id}/csv-mapping", show);
  add(Method::kPost, "/bank/{id}/csv-mapping", save);
  add(Method::kGet, "/api/v1/bank-accounts/{id}/csv-mapping", api_show, "How the CSV files of an account are written");
  add(Method::kPut, "/api/v1/bank-accounts/{id}/csv-mapping", api_save, "Say how the CSV files of an account are written: columns by heading, options decimal and dates");
}

}  // namespace kindling
