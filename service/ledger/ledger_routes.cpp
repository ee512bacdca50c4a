#include "http/router.hpp"
#include "ledger/ledger.hpp"
#include "ledger/ledger_query.hpp"
#include "ledger/routes.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

const std::vector<std::string> kFilters = {"fund", "document_kind", "document_id"};

Value with_href(Value entry) {
  const auto id = std::get<std::int64_t>(entry.find("id")->data());
  entry.set("href", "/ledger/entries/" + std::to_string(id));
  return entry;
}

Response show_entries(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"id"}, kFilters);
  if (!query) return error_page(site, query.error(), request);
  struct Read {
    Result<EntryList> list;
    Value::Array funds;
    LedgerPosition position;
  };
  const auto read = reading(site.database, [&](Session& session) {
    return Read{list_entries(session, *query), list_funds(session), ledger_position(session)};
  });
  if (!read.list) return error_page(site, read.list.error(), request);
  Value::Array rows;
  for (const auto& entry : read.list->entries) rows.push_back(with_href(entry));
  static const std::vector<Column> kColumns = {{.name = "id", .label = "Entry", .href = "href"},
                                               {.name = "booked_on", .label = "Booked on"},
                                               {.name = "kind", .label = "Kind"},
                                               {.name = "description", .label = "Description"},
                                               {.name = "position", .label = "Position", .number = true}};
  Value data;
  data.set("search", query->search);
  data.set("funds", read.funds);
  data.set("position", std::to_string(read.position.position));
  data.set("head", read.position.hash);
  data.set("table", table(request, *query, kColumns, rows, read.list->next_cursor));
  return page(site, request, {.title = "Ledger", .name = "ledger", .data = std::move(data)});
}

Result<Value> read_entry(const Site& site, const Request& request) {
  return reading(site.database, [&](Session& session) { return find_entry(session, request.path_id("id")); });
}

Response show_entry(const Site& site, const Request& request) {
  auto entry = read_entry(site, request);
  if (!entry) return error_page(site, entry.error(), request);
  const auto title = "Entry " + request.path_param("id");
  return page(site, request,
              {.title = title, .name = "entry", .data = *std::move(entry), .crumbs = {{"Ledger", "/ledger"}, {title, ""}}});
}

Response api_entries(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"id"}, kFilters);
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_entries(session, *query); });
  if (!list) return http::problem(list.error(), request);
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""},          {.name = "booked_on", .label = ""},
                                               {.name = "kind", .label = ""},        {.name = "document_kind", .label = ""},
                                               {.name = "document_id", .label = ""}, {.name = "description", .label = ""},
                                               {.name = "position", .label = ""}};
  return list_answer(request, kColumns, list->entries, list->next_cursor);
}

Response api_entry(const Site& site, const Request& request) {
  const auto entry = read_entry(site, request);
  return entry ? http::json(*entry) : http::problem(entry.error(), request);
}

Response api_funds(const Site& site, const Request& request) {
  const auto funds = reading(site.database, [](Session& session) { return list_funds(session); });
  static const std::vector<Column> kColumns = {{.name = "id", .label = ""},          {.name = "code", .label = ""},
                                               {.name = "name", .label = ""},        {.name = "restriction", .label = ""},
                                               {.name = "currency", .label = ""},    {.name = "cash", .label = ""}};
  return list_answer(request, kColumns, funds, "");
}

Response api_position(const Site& site, const Request&) {
  const auto position = reading(site.database, [](Session& session) { return ledger_position(session); });
  return http::json(Value::object({{"position", position.position}, {"hash", position.hash}}));
}

}  // namespace

void add_ledger_routes(http::Router& router, const Site& site) {
  router.add_schema("Entry", object_schema({"id:integer", "booked_on", "kind", "document_kind", "document_id:integer?",
                                            "description", "position:integer?", "postings:array", "recorded_at", "actor_name",
                                            "hash", "reverses_entry_id:integer?", "reversed_by_entry_id:integer?"}));
  router.add_schema("Fund", object_schema({"id:integer", "code", "name", "restriction", "currency", "cash", "cash_display"}));
  router.add_schema("LedgerPosition", object_schema({"position:integer", "hash"}));
  const auto add = [&](const char* pattern, Response (*handle)(const Site&, const Request&), const char* summary = "",
                       const char* answer = "", bool list = false) {
    router.add({.method = http::Method::kGet, .pattern = pattern, .action = Action::kReadLedger,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = {.summary = summary, .tag = "ledger", .response_schema = answer, .list = list}});
  };
  add("/ledger", show_entries);
  add("/ledger/entries/{id}", show_entry);
  add("/api/v1/ledger/entries", api_entries, "Entries, newest first", "Entry", true);
  add("/api/v1/ledger/entries/{id}", api_entry, "One entry with its postings and seal", "Entry");
  add("/api/v1/ledger/position", api_position, "How many entries are sealed, and the chain's head", "LedgerPosition");
  add("/api/v1/funds", api_funds, "Funds and their cash, a row a currency", "Fund", true);
  add_exchange_rate_routes(router, site);
}

}  // namespace kindling
