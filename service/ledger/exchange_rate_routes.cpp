#include "core/fields.hpp"
#include "http/router.hpp"
#include "ledger/exchange_rate_store.hpp"
#include "ledger/record_exchange_rate.hpp"
#include "ledger/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

// 25 years of the ECB's file are 2.5 MB.
constexpr std::size_t kFileBytesMax = 16 * 1024 * 1024;

const std::vector<std::string> kFilters = {"currency", "kind"};
const std::vector<Column> kColumns = {{.name = "id", .label = ""},         {.name = "currency", .label = ""},
                                      {.name = "on_date", .label = ""},    {.name = "units_per_euro", .label = ""},
                                      {.name = "manual", .label = ""},     {.name = "source", .label = ""},
                                      {.name = "author_name", .label = ""}, {.name = "effective", .label = ""}};

// What a form of this page was given, where it was refused: "manual", "import" or "withdraw".
struct Refused {
  std::string form;
  const Input& typed;
  const Error& error;
};

Value manual_form(const Input& typed, const std::vector<FieldError>& errors) {
  std::vector<Choice> currencies = {{"", "Choose"}};
  for (const auto& row : currency_table()) {
    if (row.code != "EUR") currencies.push_back({std::string(row.code), std::string(row.code) + " " + std::string(row.name)});
  }
  Form form(typed, errors);
  form.id_prefix("manual-")
      .section("Enter a rate by hand", "For a currency that the ECB does not publish, or where a contract fixes the rate. "
                                       "It stands beside the published one and wins for its day.")
      .choice("currency", "Currency", currencies, {.required = true, .columns = 4})
      .date("on_date", "Day", {.required = true, .columns = 4})
      .amount("units_per_euro", "Units for one euro", {.required = true, .columns = 4})
      .text("source", "Source", {.help = "Such as: Central Bank of Kuwait; or: contract 12/2026, clause 4.", .required = true});
  return form.value("/exchange-rates", "Record rate", "");
}

Value rate_row(const ExchangeRate& rate) {
  auto row = exchange_rate_value(rate);
  row.set("href", "/exchange-rates?currency=" + std::string(rate.currency.code()));
  row.set("day", to_display(rate.on));
  row.set("kind", rate.manual ? "manual" : "published");
  row.set("by", rate.author_name);
  row.set("reason", rate.withdrawn_reason);
  row.set("can_withdraw", rate.manual && rate.withdrawn_reason.empty());
  row.set("withdraw_action", "/exchange-rates/" + std::to_string(rate.id) + "/withdraw");
  return row;
}

Response rates_page(const Site& site, const Request& request, const Refused* refused = nullptr) {
  const auto query = parse_list_query(request, {"on_date"}, kFilters);
  if (!query) return error_page(site, query.error(), request);
  const bool history = !query->filters.empty();
  const auto read = reading(site.database, [&](Session& session) -> Result<RateList> {
    if (history) return list_exchange_rates(session, *query);
    return RateList{.rates = list_latest_rates(session), .next_cursor = {}};
  });
  if (!read) return error_page(site, read.error(), request);
  auto rows = Value::array();
  for (const auto& rate : read->rates) rows.push(rate_row(rate));
  const Input empty;
  const bool manual_refused = refused != nullptr && refused->form == "manual";
  Value data;
  data.set("rows", std::move(rows));
  data.set("empty", read->rates.empty());
  data.set("history", history);
  data.set("currency", query->filter("currency"));
  data.set("next_href", read->next_cursor.empty() ? Value()
                                                  : Value("/exchange-rates?currency=" + query->filter("currency") +
                                                          "&after=" + read->next_cursor));
  data.set("manual_form", manual_form(manual_refused ? refused->typed : empty,
                                      manual_refused ? errors_of(refused->error) : std::vector<FieldError>{}));
  if (refused != nullptr && !manual_refused) {
    auto errors = Value::array();
    for (const auto& error : errors_of(refused->error)) errors.push(Value::object({{"message", error.message}}));
    data.set("errors", std::move(errors));
  }
  return page(site, request,
              {.title = history ? "Exchange rates of " + query->filter("currency") : "Exchange rates",
               .name = "exchange_rates", .data = std::move(data),
               .status = refused == nullptr ? 200 : http::status_of(refused->error.kind),
               .crumbs = history ? std::vector<std::pair<std::string, std::string>>{{"Exchange rates", "/exchange-rates"},
                                                                                    {query->filter("currency"), ""}}
                                 : std::vector<std::pair<std::string, std::string>>{}});
}

// What an import did: {days, rates, added, known, deviating, deviations[], unknown_currencies[]}.
Value import_value(const ImportedRates& imported) {
  auto deviations = Value::array();
  for (const auto& deviation : imported.stored.deviations) {
    deviations.push(Value::object({{"line", deviation.in_file.line},
                                   {"column", deviation.in_file.column},
                                   {"currency", deviation.in_file.currency.code()},
                                   {"on_date", to_string(deviation.in_file.on)},
                                   {"in_file", to_string(deviation.in_file.rate)},
                                   {"stored", to_string(deviation.stored)}}));
  }
  Value::Array unknown(imported.file.unknown_currencies.begin(), imported.file.unknown_currencies.end());
  const auto rates = static_cast<std::int64_t>(imported.file.rates.size());
  return Value::object({{"days", imported.file.days},
                        {"rates", rates},
                        {"added", imported.stored.added},
                        {"known", rates - imported.stored.added},
                        {"deviating", imported.stored.deviating},
                        {"deviations", std::move(deviations)},
                        {"unknown_currencies", std::move(unknown)}});
}

Response import_on_page(const Site& site, const Request& request) {
  const Input none;
  const auto refuse = [&](const Error& error) {
    const Refused refused{"import", none, error};
    return rates_page(site, request, &refused);
  };
  const auto files = http::uploaded_files(request);
  if (!files) return refuse(files.error());
  if (files->empty()) return refuse(invalid_field("file", "required", "Choose the ECB's file eurofxref-hist.csv."));
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto imported = import_exchange_rates(transaction, files->front().bytes);
        if (!imported) return imported.error();
        auto data = import_value(*imported);
        data.set("has_unknown", !imported->file.unknown_currencies.empty());
        data.set("has_deviations", imported->stored.deviating > 0);
        return page(site, request,
                    {.title = "Exchange rates imported", .name = "exchange_rates_imported", .data = std::move(data),
                     .crumbs = {{"Exchange rates", "/exchange-rates"}, {"Import", ""}}});
      },
      refuse);
}

// The file itself is the body: Content-Type: text/csv.
Response import_in_api(const Site& site, const Request& request) {
  const auto type = request.header("content-type").value_or("");
  if (!type.starts_with("text/csv")) {
    return http::problem({ErrorKind::kUnsupportedMedia, "content_type", "Send the file itself as text/csv.", {}}, request);
  }
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto imported = import_exchange_rates(transaction, request.body);
    if (!imported) return imported.error();
    return http::json(import_value(*imported));
  });
}

Response record_on_page(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto id = record_manual_rate(transaction, *input, today(site.config.time_zone));
        if (!id) return id.error();
        return http::see_other("/exchange-rates?currency=" + std::string(input->text("currency")) + "&done=created");
      },
      [&](const Error& error) {
        const Refused refused{"manual", *input, error};
        return rates_page(site, request, &refused);
      });
}

Response withdraw_on_page(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto done = withdraw_rate(transaction, request.path_id("rate"), input);
        if (!done) return done.error();
        return std::string("/exchange-rates?kind=manual&done=withdrawn");
      },
      [&](const Input& input, const Error& error) {
        const Refused refused{"withdraw", input, error};
        return rates_page(site, request, &refused);
      });
}

Response api_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"on_date"}, kFilters);
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_exchange_rates(session, *query); });
  if (!list) return http::problem(list.error(), request);
  Value::Array rows;
  for (const auto& rate : list->rates) rows.push_back(exchange_rate_value(rate));
  return list_answer(request, kColumns, rows, list->next_cursor);
}

Result<Response> answer(Transaction& transaction, std::int64_t id, int status) {
  const auto rate = find_exchange_rate(transaction.session, id);
  if (!rate) return rate.error();
  return http::json(exchange_rate_value(*rate), status);
}

Response api_record(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_manual_rate(transaction, input, today(site.config.time_zone));
    if (!id) return id.error();
    return answer(transaction, *id, 201);
  });
}

Response api_withdraw(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto done = withdraw_rate(transaction, request.path_id("rate"), input);
    if (!done) return done.error();
    return answer(transaction, request.path_id("rate"), 200);
  });
}

void add_schemas(http::Router& router) {
  router.add_schema("ExchangeRate", object_schema({"id:integer", "currency", "on_date", "units_per_euro", "manual:boolean",
                                                   "source", "author_name:string?", "withdrawn_reason:string?",
                                                   "effective:boolean"}));
  router.add_schema("NewExchangeRate", object_schema({"currency", "on_date", "units_per_euro", "source"}));
  router.add_schema("RateWithdrawal", object_schema({"reason"}));
  router.add_schema("RateImport", object_schema({"days:integer", "rates:integer", "added:integer", "known:integer",
                                                 "deviating:integer", "deviations:array", "unknown_currencies:array"}));
}

}  // namespace

void add_exchange_rate_routes(http::Router& router, const Site& site) {
  using http::Method;
  add_schemas(router);
  struct Row {
    Method method;
    const char* pattern;
    Response (*handle)(const Site&, const Request&);
    http::ApiDoc doc = {};
    bool file = false;
  };
  const auto doc = [](const char* summary, const char* body, const char* result, int status = 200, bool list = false) {
    return http::ApiDoc{.summary = summary, .tag = "exchange rates", .request_schema = body, .response_schema = result,
                        .list = list, .query = list ? kFilters : std::vector<std::string>{}, .success_status = status};
  };
  for (const auto& row : {
           Row{Method::kGet, "/exchange-rates", [](const Site& at, const Request& request) { return rates_page(at, request); }},
           Row{Method::kPost, "/exchange-rates", record_on_page},
           Row{Method::kPost, "/exchange-rates/import", import_on_page, {}, true},
           Row{Method::kPost, "/exchange-rates/{rate}/withdraw", withdraw_on_page},
           Row{Method::kGet, "/api/v1/exchange-rates", api_list,
               doc("Exchange rates, newest day first", "", "ExchangeRate", 200, true)},
           Row{Method::kPost, "/api/v1/exchange-rates", api_record,
               doc("Enter a rate by hand, with its source", "NewExchangeRate", "ExchangeRate", 201)},
           Row{Method::kPost, "/api/v1/exchange-rates/import", import_in_api,
               doc("Import the ECB's eurofxref-hist.csv, sent as text/csv", "", "RateImport"), true},
           Row{Method::kPost, "/api/v1/exchange-rates/{rate}/withdraw", api_withdraw,
               doc("Withdraw a manual rate, with the reason", "RateWithdrawal", "ExchangeRate")},
       }) {
    http::Route route{.method = row.method, .pattern = row.pattern,
                      .action = row.method == Method::kGet ? Action::kReadFunding : Action::kEnterRate,
                      .handler = [&site, handle = row.handle](const Request& request) { return handle(site, request); },
                      .doc = row.doc};
    if (row.file) {
      route.body_bytes_max = kFileBytesMax;
      route.files_max = 1;
    }
    router.add(std::move(route));
  }
}

}  // namespace kindling
