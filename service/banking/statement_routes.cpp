#include <algorithm>
#include <charconv>

#include "banking/bank_account_store.hpp"
#include "banking/csv_mapping_page.hpp"
#include "banking/import_statement.hpp"
#include "banking/routes.hpp"
#include "banking/statement_csv.hpp"
#include "banking/statement_store.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
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

ImportRules rules_of(const Site& site, const DonorVault& vault) {
  return {Currency::of(site.config.currency), today(site.config.time_zone), vault};
}

// The account that a CSV file is of: as chosen, or the only one there is; 0 where it has to be chosen.
std::int64_t chosen_account(const Site& site, std::string_view typed) {
  if (!typed.empty()) return std::atoll(std::string(typed).c_str());
  const auto accounts = reading(site.database, [](Session& session) { return list_bank_accounts(session); });
  return accounts.size() == 1 ? accounts.front().id : 0;
}

// A file of either form goes in. CSV is opened outside of the transaction, once.
struct UploadedFile {
  std::string_view bytes;
  std::optional<CsvStatementFile> csv;
  std::int64_t account_id = 0;  // of CSV
};

// What a client says beside the file.
struct UploadFields {
  std::string_view account, headings_row;
};

Result<std::size_t> parse_headings_row(std::string_view typed) {
  if (typed.empty()) return std::size_t{0};
  std::size_t row = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), row);
  if (error == std::errc() && end == typed.data() + typed.size() && row >= 1 && row <= kRowsAboveHeadingsMax) return row;
  return invalid_field("headings_row", "out_of_range", "Enter the number of the row with the headings, from 1 to " +
                                                           std::to_string(kRowsAboveHeadingsMax) + ", or nothing.");
}

Result<UploadedFile> open_upload(const Site& site, const Request& request, const UploadFields& said) {
  const auto bytes = file_of(request);
  if (!bytes) return bytes.error();
  UploadedFile file{.bytes = *bytes, .csv = {}};
  if (!looks_like_csv(*bytes)) return file;
  const auto row = parse_headings_row(said.headings_row);
  if (!row) return row.error();
  file.account_id = chosen_account(site, said.account);
  if (file.account_id == 0) return invalid_field("account_id", "required", "Choose the account that this CSV file is of.");
  auto opened = open_csv_statement(std::string(*bytes), *row);
  if (!opened) return opened.error();
  file.csv = *std::move(opened);
  return file;
}
Result<std::vector<StatementOutcome>> import_upload(Transaction& transaction, const UploadedFile& file, const ImportRules& rules) {
  if (!file.csv) return import_statements(transaction, file.bytes, rules);
  const auto outcome = import_csv_statement(transaction, file.account_id, file.bytes, *file.csv, rules);
  if (!outcome) return outcome.error();
  return std::vector<StatementOutcome>{*outcome};
}

// ---- Page ----

Response upload_page(const Site& site, const Request& request, const UploadFields& said, const Error* error) {
  const auto accounts = reading(site.database, [](Session& session) { return list_bank_accounts(session); });
  auto choices = Value::array();
  for (const auto& each : accounts) {
    const auto id = std::to_string(each.id);
    choices.push(Value::object({{"id", id}, {"name", each.name}, {"selected", id == said.account || accounts.size() == 1}}));
  }
  Value data;
  data.set("accounts", std::move(choices));
  data.set("headings_row", std::string(said.headings_row));
  if (error != nullptr) {
    auto refusals = Value::array();
    for (const auto& each : errors_of(*error)) refusals.push(Value::object({{"refusal", each.message}}));
    data.set("refusals", std::move(refusals));
    data.set("refused", true);
  }
  return page(site, request, {.title = "Upload a statement", .name = "bank_upload", .data = std::move(data),
                              .status = error == nullptr ? 200 : http::status_of(error->kind),
                              .crumbs = {{"Bank", "/bank"}, {"Upload a statement", ""}}});
}

// To the account of the first statement, or where all were known, to be told so.
std::string after_upload(const std::vector<StatementOutcome>& outcomes) {
  const bool known = std::ranges::all_of(outcomes, &StatementOutcome::known);
  return "/bank/" + std::to_string(outcomes.front().account_id) + (known ? "?done=known" : "?done=imported");
}

bool mapping_is_missing(const Error& error) {
  return !error.fields.empty() && error.fields.front().code == "csv_mapping_is_missing";
}

Response upload(const Site& site, const DonorVault& vault, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const UploadFields said{input->text("account_id"), input->text("headings_row")};
  const auto file = open_upload(site, request, said);
  if (!file) return upload_page(site, request, said, &file.error());
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto outcomes = import_upload(transaction, *file, rules_of(site, vault));
               if (!outcomes) return outcomes.error();
               return http::see_other(after_upload(*outcomes));
             },
             [&](const Error& error) {
               if (mapping_is_missing(error)) {
                 return csv_mapping_page(site, request, {file->account_id, file->csv->headings, file->csv->proposed});
               }
               return upload_page(site, request, said, &error);
             });
}

// ---- API ----

Response api_upload(const Site& site, const DonorVault& vault, const Request& request) {
  const auto file = open_upload(site, request, {request.query_param("account_id").value_or(""),
                                                request.query_param("headings_row").value_or("")});
  if (!file) return http::problem(file.error(), request);
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto outcomes = import_upload(transaction, *file, rules_of(site, vault));
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
                                  {"balances_computed", statement.balances_computed},
                                  {"difference", to_string(statement.difference)}}));
  }
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},      {.name = "identification", .label = ""}, {.name = "starts_on", .label = ""},
      {.name = "ends_on", .label = ""}, {.name = "opening", .label = ""},        {.name = "closing", .label = ""},
      {.name = "lines", .label = ""},   {.name = "known_lines", .label = ""},    {.name = "difference", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

}  // namespace

void add_statement_routes(http::Router& router, const Site& site, const DonorVault& vault) {
  using http::Method;
  router.add_schema("BankStatement", object_schema({"id:integer", "identification", "starts_on", "ends_on", "opening", "closing",
                                                    "lines:integer", "known_lines:integer", "balances_computed:boolean", "difference"}));
  router.add_schema("StatementImport", object_schema({"statements:array"}));
  router.add({.method = Method::kGet, .pattern = "/bank/statements/new", .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return upload_page(site, request, {request.query_param("account").value_or(""), {}}, nullptr); }});
  router.add({.method = Method::kPost, .pattern = "/bank/statements", .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return upload(site, vault, request); },
              .body_bytes_max = kFileBytesMax, .files_max = 1});
  router.add({.method = Method::kPost, .pattern = "/api/v1/bank-statements", .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return api_upload(site, vault, request); },
              .doc = {.summary = "Upload a statement (camt.053, or CSV of an account with a mapping; as a file or as the body); "
                                 "the same one twice changes nothing",
                      .tag = "bank", .response_schema = "StatementImport", .query = {"account_id", "headings_row"}},
              .body_bytes_max = kFileBytesMax, .files_max = 1});
  router.add({.method = Method::kGet, .pattern = "/api/v1/bank-accounts/{id}/statements", .action = Action::kReadBank,
              .handler = [&](const Request& request) { return api_list(site, request); },
              .doc = {.summary = "Statements of an account, the latest first, with gaps and overlaps", .tag = "bank",
                      .response_schema = "BankStatement", .list = true}});
}

}  // namespace kindling
