#include "banking/bank_account_store.hpp"
#include "banking/bank_line_store.hpp"
#include "banking/record_bank_account.hpp"
#include "banking/routes.hpp"
#include "banking/statement_store.hpp"
#include "core/check_digits.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr int kStatementsShown = 24;

std::string path_of(std::int64_t id) { return "/bank/" + std::to_string(id); }

// ---- Pages ----

Response show_list(const Site& site, const Request& request) {
  const auto accounts = reading(site.database, [](Session& session) { return list_bank_accounts(session); });
  auto rows = Value::array();
  for (const auto& account : accounts) {
    rows.push(Value::object({{"href", path_of(account.id)},
                             {"name", account.name},
                             {"iban", in_groups_of_four(account.iban)},
                             {"is_public", account.is_public},
                             {"balance", to_display(account.balance)},
                             {"closed_on", to_display(account.closed_on.value_or(account.opening_on))},
                             {"has_statement", account.closed_on.has_value()},
                             {"new_lines", account.new_lines == 0 ? "" : std::to_string(account.new_lines)},
                             {"reconcile_href", path_of(account.id) + "/reconciliation"}}));
  }
  Value data;
  data.set("empty", accounts.empty());
  data.set("rows", std::move(rows));
  return page(site, request, {.title = "Bank", .name = "bank_accounts", .data = std::move(data)});
}

// What would be covered, for whoever decides.
std::string open_in_words(const std::vector<Money>& open) {
  if (open.empty()) return "Nothing is booked that no statement shows.";
  std::string list;
  for (const auto& amount : open) list += (list.empty() ? "" : ", ") + to_display(amount);
  return "Then only what is missing is posted. Booked up to today, and on no statement: " + list +
         ". Choose an evening on which nothing was on its way between the books and the bank.";
}

// One form for a new account and for a change; what stays is shown, not asked again.
Response form_page(const Site& site, const Request& request, const BankAccount* account, const Input& typed,
                   const Error* error) {
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed, errors);
  form.section("Account")
      .text("name", "Name", {.help = "As it is called here, such as Main account.", .required = true, .columns = 6})
      .text("holder", "Holder", {.help = "As a payer has to write it.", .required = true, .columns = 6});
  if (account == nullptr) form.text("iban", "IBAN", {.required = true, .columns = 8});
  form.text("bic", "BIC", {.columns = 4})
      .flag("is_public", "The public page asks for gifts to this account");
  if (account == nullptr) {
    form.section("Opening", "What was on the account before its first statement; it is posted to the ledger.")
        .date("opening_on", "On the evening of", {.required = true, .columns = 4})
        .amount("opening", "Balance", {.required = true, .columns = 5})
        .text("currency", "Currency", {.required = true, .columns = 3})
        .flag("opening_is_booked", "The ledger has part of it already",
              {.help = open_in_words(reading(site.database, [&](Session& session) {
                 return list_open_at_bank(session, today(site.config.time_zone));
               }))});
  } else {
    form.hidden("version", std::string(typed.text("version")));
  }
  Value data;
  data.set("title", account == nullptr ? "Record a bank account" : account->name);
  data.set("form", form.value(account == nullptr ? "/bank" : path_of(account->id),
                              account == nullptr ? "Record account" : "Save changes",
                              account == nullptr ? "/bank" : path_of(account->id)));
  return page(site, request,
              {.title = "Bank account", .name = "organisation_form", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Bank", "/bank"}, {account == nullptr ? "New" : "Change", ""}}});
}

Response new_page(const Site& site, const Request& request) {
  Input typed;
  typed.set("currency", site.config.currency);
  typed.set("holder", site.config.platform_name);
  typed.set("opening", "0.00");
  return form_page(site, request, nullptr, typed, nullptr);
}

Response edit_page(const Site& site, const Request& request) {
  const auto account =
      reading(site.database, [&](Session& session) { return find_bank_account(session, request.path_id("id")); });
  if (!account) return error_page(site, account.error(), request);
  return form_page(site, request, &*account, typed_of(*account), nullptr);
}

Response create(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto id = record_bank_account(transaction, *input, today(site.config.time_zone));
               if (!id) return id.error();
               return http::see_other(path_of(*id) + "?done=created");
             },
             [&](const Error& error) { return form_page(site, request, nullptr, *input, &error); });
}

Response change(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const auto version = expected_version(request, *input);
  if (!version) return error_page(site, version.error(), request);
  const auto id = request.path_id("id");
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto changed = change_bank_account(transaction, id, *version, *input);
               if (!changed) return changed.error();
               return http::see_other(path_of(id) + "?done=saved");
             },
             [&](const Error& error) {
               const auto account =
                   reading(site.database, [&](Session& session) { return find_bank_account(session, id); });
               if (!account) return error_page(site, account.error(), request);
               return form_page(site, request, &*account, *input, &error);
             });
}

// Of balances that only follow from lines, nothing can be said.
bool is_gap(const ImportedStatement& statement) { return statement.difference.minor != 0 && !statement.balances_computed; }

// What a statement says about its place after the one before.
std::string told(const ImportedStatement& statement) {
  const auto& gap = statement.difference;
  const std::string computed = statement.balances_computed ? "The file had no balances; these follow from its lines." : "";
  if (is_gap(statement)) {
    return statement.starts_on > statement.after_on
               ? "Lines worth " + to_display(gap) + " are missing since " + to_display(statement.after_on) + "."
               : "It overlaps with the statement before it, and does not go on from it: " + to_display(gap) + " differ.";
  }
  if (statement.known_lines > 0) {
    return std::to_string(statement.known_lines) + " of its lines were there already: it overlaps with another one.";
  }
  return computed;
}

Value statement_rows(const std::vector<ImportedStatement>& statements) {
  auto rows = Value::array();
  for (const auto& statement : statements) {
    rows.push(Value::object({{"identification", statement.identification},
                             {"period", statement.starts_on == statement.ends_on
                                            ? to_display(statement.ends_on)
                                            : to_display(statement.starts_on) + " to " + to_display(statement.ends_on)},
                             {"opening", to_display_amount(statement.opening)},
                             {"closing", to_display_amount(statement.closing)},
                             {"lines", std::to_string(statement.lines) + (statement.lines == 1 ? " line" : " lines")},
                             {"gap", is_gap(statement)},
                             {"told", told(statement)}}));
  }
  return rows;
}

Value::Array line_rows(const std::vector<BankLine>& lines) {
  Value::Array rows;
  for (const auto& line : lines) {
    auto what = line.name.empty() ? line.message : line.name;
    rows.push_back(Value::object(
        {{"booked_on", to_display(line.booked_on)},
         {"what", what.empty() ? line.bank_reference : what},
         {"href", "/bank/lines/" + std::to_string(line.id)},
         {"message", line.name.empty() ? std::string() : line.message},
         {"amount", to_display_amount(line.amount)},
         {"state", line.state == "new" && line.matched.minor != 0 ? "matched in part" : line.state},
         {"state_badge", line.state == "matched" ? "good" : line.state == "new" ? "warn" : "plain"}}));
  }
  return rows;
}

const std::vector<Column>& line_columns() {
  static const std::vector<Column> columns = {{.name = "booked_on", .label = "Booked"},
                                              {.name = "what", .label = "With", .href = "href"},
                                              {.name = "message", .label = "Message"},
                                              {.name = "amount", .label = "Amount", .number = true},
                                              {.name = "state", .label = "State"}};
  return columns;
}

Response show_account(const Site& site, const DonorVault& vault, const Request& request) {
  const auto query = parse_list_query(request, {"booked_on"}, {"state"});
  if (!query) return error_page(site, query.error(), request);
  struct Read {
    Result<BankAccount> account;
    std::vector<ImportedStatement> statements = {};
    Result<BankLineList> lines = BankLineList{};
  };
  const auto read = reading(site.database, [&](Session& session) {
    Read found{.account = find_bank_account(session, request.path_id("id"))};
    if (!found.account) return found;
    found.statements = list_statements(session, found.account->id, kStatementsShown);
    found.lines = list_bank_lines(session, vault, found.account->id, *query);
    return found;
  });
  if (!read.account) return error_page(site, read.account.error(), request);
  if (!read.lines) return error_page(site, read.lines.error(), request);
  const auto& account = *read.account;
  const auto state = query->filter("state");
  Value data;
  data.set("id", account.id);
  data.set("name", account.name);
  data.set("path", path_of(account.id));
  data.set("iban", in_groups_of_four(account.iban));
  data.set("holder", account.holder);
  data.set("is_public", account.is_public);
  data.set("balance", to_display(account.balance));
  data.set("closed_on", to_display(account.closed_on.value_or(account.opening_on)));
  data.set("new_lines", std::to_string(account.new_lines));
  data.set("statements", statement_rows(read.statements));
  data.set("no_statement", read.statements.empty());
  data.set("search", query->search);
  auto states = Value::array();
  for (const auto& [value, label] : {std::pair{"", "All lines"}, {"new", "New"}, {"matched", "Matched"}, {"ignored", "Ignored"}}) {
    states.push(Value::object({{"value", value}, {"label", label}, {"selected", state == value}}));
  }
  data.set("states", std::move(states));
  data.set("table", table(request, *query, line_columns(), line_rows(read.lines->lines), read.lines->next_cursor));
  return page(site, request, {.title = account.name, .name = "bank_account", .data = std::move(data),
                              .crumbs = {{"Bank", "/bank"}, {account.name, ""}}});
}

// ---- API ----

Result<Response> answer(Session& session, std::int64_t id, int status) {
  const auto account = find_bank_account(session, id);
  if (!account) return account.error();
  auto response = http::json(bank_account_value(*account), status);
  response.with("ETag", etag_of(account->version));
  if (status == 201) response.with("Location", "/api/v1/bank-accounts/" + std::to_string(id));
  return response;
}

Response api_list(const Site& site, const Request& request) {
  Value::Array rows;
  for (const auto& account : reading(site.database, [](Session& session) { return list_bank_accounts(session); })) {
    rows.push_back(bank_account_value(account));
  }
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},         {.name = "name", .label = ""},    {.name = "iban", .label = ""},
      {.name = "currency", .label = ""},   {.name = "opening_on", .label = ""}, {.name = "opening", .label = ""},
      {.name = "closed_on", .label = ""},  {.name = "balance", .label = ""}, {.name = "new_lines", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_bank_account(transaction, input, today(site.config.time_zone));
    if (!id) return id.error();
    return answer(transaction.session, *id, 201);
  });
}

Response api_change(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto changed = change_bank_account(transaction, request.path_id("id"), version, input);
    if (!changed) return changed.error();
    return answer(transaction.session, request.path_id("id"), 200);
  });
}

Response api_lines(const Site& site, const DonorVault& vault, const Request& request) {
  const auto query = parse_list_query(request, {"booked_on"}, {"state"});
  if (!query) return http::problem(query.error(), request);
  const auto read = reading(site.database, [&](Session& session) -> Result<BankLineList> {
    const auto account = find_bank_account(session, request.path_id("id"));
    if (!account) return account.error();
    return list_bank_lines(session, vault, account->id, *query);
  });
  if (!read) return http::problem(read.error(), request);
  Value::Array rows;
  for (const auto& line : read->lines) rows.push_back(bank_line_value(line));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},       {.name = "booked_on", .label = ""}, {.name = "value_on", .label = ""},
      {.name = "currency", .label = ""}, {.name = "amount", .label = ""},    {.name = "matched", .label = ""},
      {.name = "state", .label = ""},    {.name = "name", .label = ""},      {.name = "iban", .label = ""},
      {.name = "message", .label = ""},  {.name = "structured_reference", .label = ""},
      {.name = "end_to_end_id", .label = ""}, {.name = "bank_reference", .label = ""}};
  return list_answer(request, kColumns, rows, read->next_cursor);
}

}  // namespace

void add_bank_account_routes(http::Router& router, const Site& site, const DonorVault& vault) {
  using http::Method;
  const auto add = [&](Method method, const char* pattern, Action action,
                       Response (*handle)(const Site&, const Request&), http::ApiDoc doc = {}) {
    router.add({.method = method, .pattern = pattern, .action = action,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = std::move(doc)});
  };
  router.add_schema("BankAccount", object_schema({"id:integer", "version:integer", "new_lines:integer", "name", "holder", "iban",
                                                  "currency", "ledger_account", "opening_on", "opening", "opening_is_booked:boolean", "balance", "bic:string?",
                                                  "closed_on:string?", "is_public:boolean"}));
  add(Method::kGet, "/bank", Action::kReadBank, show_list);
  add(Method::kPost, "/bank", Action::kKeepBank, create);
  add(Method::kGet, "/bank/new", Action::kKeepBank, new_page);
  router.add({.method = Method::kGet, .pattern = "/bank/{id}", .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return show_account(site, vault, request); }});
  add(Method::kPost, "/bank/{id}", Action::kKeepBank, change);
  add(Method::kGet, "/bank/{id}/edit", Action::kKeepBank, edit_page);
  add(Method::kGet, "/api/v1/bank-accounts", Action::kReadBank, api_list,
      {.summary = "Bank accounts with their last balances", .tag = "bank", .response_schema = "BankAccount", .list = true});
  add(Method::kPost, "/api/v1/bank-accounts", Action::kKeepBank, api_create,
      {.summary = "Record a bank account", .tag = "bank", .request_schema = "BankAccount", .response_schema = "BankAccount",
       .success_status = 201});
  add(Method::kGet, "/api/v1/bank-accounts/{id}", Action::kReadBank, api_one,
      {.summary = "One bank account", .tag = "bank", .response_schema = "BankAccount"});
  add(Method::kPut, "/api/v1/bank-accounts/{id}", Action::kKeepBank, api_change,
      {.summary = "Change a bank account", .tag = "bank", .request_schema = "BankAccount", .response_schema = "BankAccount"});
  router.add({.method = Method::kGet, .pattern = "/api/v1/bank-accounts/{id}/lines", .action = Action::kKeepBank,
              .handler = [&](const Request& request) { return api_lines(site, vault, request); },
              .doc = {.summary = "Lines of the account's statements, the latest first", .tag = "bank",
                      .response_schema = "BankLine", .list = true, .query = {"state"}}});
}

}  // namespace kindling
