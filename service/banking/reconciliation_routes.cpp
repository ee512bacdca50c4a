#include <algorithm>

#include "banking/reconciliation.hpp"
#include "banking/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

struct KindText {
  std::string_view kind;
  const char* label;
  const char* path;  // before the number; nullptr: no page of its own
};
constexpr KindText kKinds[] = {{"new_line", "On the bank, not yet matched", "/bank/lines/"},
                               {"partial_line", "On the bank, matched in part", "/bank/lines/"},
                               {"ignored_line", "On the bank, ignored", "/bank/lines/"},
                               {"entry", "In the ledger, not on the bank", "/ledger/entries/"},
                               {"statement_gap", "Statements do not follow each other", nullptr}};

Value difference_rows(const Reconciliation& reconciliation) {
  auto rows = Value::array();
  for (const auto& difference : reconciliation.differences) {
    const KindText* text = nullptr;
    for (const auto& candidate : kKinds) {
      if (candidate.kind == difference.kind) text = &candidate;
    }
    rows.push(Value::object(
        {{"on", to_display(difference.on)},
         {"label", text->label},
         {"href", text->path == nullptr ? std::string() : text->path + std::to_string(difference.id)},
         {"description", difference.description},
         {"amount", to_display_amount(difference.amount)}}));
  }
  return rows;
}

Response show(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  const auto found = reading(site.database, [&](Session& session) { return reconcile(session, id); });
  if (!found) return error_page(site, found.error(), request);
  auto accounts = Value::array();
  for (const auto& account : found->accounts) {
    accounts.push(Value::object({{"account_name", account.name},
                                 {"account_balance", to_display(account.balance)},
                                 {"on", account.closed_on ? to_display(*account.closed_on) : std::string()}}));
  }
  const auto own = std::ranges::find(found->accounts, id, &Reconciliation::Account::id);
  const auto& name = own->name;
  Value data;
  data.set("accounts", std::move(accounts));
  data.set("bank", to_display(found->bank));
  data.set("ledger", to_display(found->ledger));
  data.set("listed", to_display(found->listed));
  data.set("unexplained", to_display(found->unexplained()));
  data.set("holds", found->holds());
  const auto differences = std::to_string(found->count) + (found->count == 1 ? " difference" : " differences");
  data.set("standing", !found->holds() ? "does not agree" : found->count == 0 ? "agrees" : "agrees but for " + differences);
  data.set("standing_badge", !found->holds() ? "bad" : found->count == 0 ? "good" : "warn");
  data.set("no_difference", found->differences.empty());
  data.set("currency", found->bank.currency.code());
  data.set("rows", difference_rows(*found));
  const auto shown = static_cast<std::int64_t>(found->differences.size());
  data.set("not_shown", found->count > shown ? std::to_string(found->count - shown) : "");
  return page(site, request, {.title = "Reconciliation", .name = "bank_reconciliation", .data = std::move(data),
                              .crumbs = {{"Bank", "/bank"},
                                         {name, "/bank/" + std::to_string(id)},
                                         {"Reconciliation", ""}}});
}

Response api_show(const Site& site, const Request& request) {
  const auto found =
      reading(site.database, [&](Session& session) { return reconcile(session, request.path_id("id")); });
  return found ? http::json(reconciliation_value(*found)) : http::problem(found.error(), request);
}

}  // namespace

void add_reconciliation_routes(http::Router& router, const Site& site) {
  router.add_schema("Reconciliation", object_schema({"ledger_account", "currency", "bank", "ledger", "listed", "unexplained",
                                                     "difference_count:integer", "holds:boolean", "accounts:array", "differences:array"}));
  router.add({.method = http::Method::kGet, .pattern = "/bank/{id}/reconciliation", .action = Action::kReadBank,
              .handler = [&](const Request& request) { return show(site, request); }});
  router.add({.method = http::Method::kGet, .pattern = "/api/v1/bank-accounts/{id}/reconciliation",
              .action = Action::kReadBank,
              .handler = [&](const Request& request) { return api_show(site, request); },
              .doc = {.summary = "Bank balance = ledger balance + listed differences", .tag = "bank",
                      .response_schema = "Reconciliation"}});
}

}  // namespace kindling
