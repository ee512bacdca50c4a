#include "donations/contribution_store.hpp"
#include "donations/donation_page.hpp"
#include "donations/record_contribution.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/contributions/" + std::to_string(id); }

Value row_of(const Contribution& contribution) {
  auto row = contribution_value(contribution);
  const auto outstanding = contribution.outstanding();
  row.set("href", path_of(contribution.source_id));
  row.set("basis_display", contribution.in_kind ? "in kind" : "cash");
  row.set("planned_display", contribution.planned ? to_display(*contribution.planned) : std::string("not known"));
  row.set("received_display", to_display_amount(contribution.received));
  row.set("outstanding_display", outstanding ? to_display_amount(*outstanding) : std::string());
  return row;
}

Response show_list(const Site& site, const Request& request) {
  Value::Array rows;
  for (const auto& contribution : reading(site.database, [](Session& session) { return list_contributions(session); })) {
    rows.push_back(row_of(contribution));
  }
  static const std::vector<Column> kColumns = {
      {.name = "name", .label = "Contribution", .href = "href"},      {.name = "organisation_name", .label = "From"},
      {.name = "basis", .label = "Basis"},                            {.name = "planned", .label = "Planned", .number = true},
      {.name = "received", .label = "Received", .number = true},      {.name = "outstanding", .label = "Outstanding", .number = true}};
  Value data;
  data.set("table", table(request, ListQuery{}, kColumns, rows, ""));
  return page(site, request, {.title = "Contributions", .name = "contributions", .data = std::move(data)});
}

Response one_page(const Site& site, const Request& request, const Input* typed = nullptr, const Error* error = nullptr) {
  const auto contribution = reading(site.database, [&](Session& session) { return find_contribution(session, request.path_id("id")); });
  if (!contribution) return error_page(site, contribution.error(), request);
  const auto path = path_of(contribution->source_id);
  auto receipts = Value::array();
  for (const auto& receipt : contribution->receipts) {
    receipts.push(Value::object({{"received_on", to_display(receipt.received_on)},
                                 {"amount", to_display(receipt.amount)},
                                 {"reference", receipt.reference},
                                 {"description", receipt.description},
                                 {"valuation_basis", receipt.valuation_basis},
                                 {"entry_href", "/ledger/entries/" + std::to_string(receipt.entry_id)},
                                 {"reversed", receipt.reversed},
                                 {"reverse_action", path + "/receipts/" + std::to_string(receipt.id) + "/reverse"}}));
  }
  Input proposed;
  proposed.set("received_on", to_string(gift_rules(site).today));
  const auto outstanding = contribution->outstanding();
  if (outstanding && outstanding->minor > 0) proposed.set("amount", to_string(*outstanding));
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed == nullptr ? proposed : *typed, errors);
  form.section("Receive")
      .date("received_on", "Arrived on", {.required = true, .columns = 3})
      .amount("amount", contribution->in_kind ? "Value" : "Amount",
              {.required = true, .columns = 3, .suffix = std::string(contribution->received.currency.code())})
      .text("reference", contribution->in_kind ? "Agreement or delivery note" : "The bank's reference", {.required = true, .columns = 6});
  if (contribution->in_kind) {
    form.text("description", "What was given", {.required = true, .columns = 6})
        .text("valuation_basis", "Why it is worth that", {.required = true, .columns = 6});
  }
  auto data = row_of(*contribution);
  data.set("is_in_kind", contribution->in_kind);
  data.set("receipt_rows", std::move(receipts));
  data.set("form", form.value(path + "/receive", "Post receipt", ""));
  return page(site, request,
              {.title = contribution->name, .name = "contribution", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Contributions", "/contributions"}, {contribution->name, ""}}});
}

Response show_one(const Site& site, const Request& request) { return one_page(site, request); }

Response receive(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto entry = receive_contribution(transaction, request.path_id("id"), input, gift_rules(site).today);
        if (!entry) return entry.error();
        return path_of(request.path_id("id")) + "?done=received";
      },
      [&](const Input& typed, const Error& error) { return one_page(site, request, &typed, &error); });
}

Response reverse(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto done = reverse_contribution(transaction, request.path_id("id"), request.path_id("receipt"), input, gift_rules(site).today);
        if (!done) return done.error();
        return path_of(request.path_id("id")) + "?done=reversed";
      },
      nullptr);
}

// ---- API ----

Response api_list(const Site& site, const Request& request) {
  Value::Array rows;
  for (const auto& contribution : reading(site.database, [](Session& session) { return list_contributions(session); })) {
    rows.push_back(contribution_value(contribution));
  }
  static const std::vector<Column> kColumns = {
      {.name = "source_id", .label = ""}, {.name = "name", .label = ""},    {.name = "organisation_name", .label = ""},
      {.name = "basis", .label = ""},     {.name = "currency", .label = ""}, {.name = "planned", .label = ""},
      {.name = "received", .label = ""},  {.name = "outstanding", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  const auto contribution = reading(site.database, [&](Session& session) { return find_contribution(session, request.path_id("id")); });
  return contribution ? http::json(contribution_value(*contribution)) : http::problem(contribution.error(), request);
}

Response api_receive(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = request.path_id("id");
    const auto entry = receive_contribution(transaction, id, input, gift_rules(site).today);
    if (!entry) return entry.error();
    const auto contribution = find_contribution(transaction.session, id);
    if (!contribution) return contribution.error();
    return http::json(contribution_value(*contribution));
  });
}

Response api_reverse(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = request.path_id("id");
    const auto done = reverse_contribution(transaction, id, request.path_id("receipt"), input, gift_rules(site).today);
    if (!done) return done.error();
    const auto contribution = find_contribution(transaction.session, id);
    if (!contribution) return contribution.error();
    return http::json(contribution_value(*contribution));
  });
}

}  // namespace

void add_contribution_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("Contribution", object_schema({"source_id:integer", "name", "organisation_name", "basis", "currency",
                                                   "planned:string?", "received", "outstanding:string?", "receipts:array"}));
  router.add_schema("ContributionReceipt", object_schema({"received_on", "amount", "reference", "description:string?", "valuation_basis:string?",
                                                          "reason:string?"}));
  const auto add = [&](Method method, const char* pattern, Action action, Response (*handle)(const Site&, const Request&),
                       const char* summary = "", bool list = false) {
    router.add({.method = method, .pattern = pattern, .action = action,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = {.summary = summary, .tag = "contributions",
                        .request_schema = method == Method::kGet ? "" : "ContributionReceipt",
                        .response_schema = "Contribution", .list = list}});
  };
  add(Method::kGet, "/contributions", kReadGifts, show_list);
  add(Method::kGet, "/contributions/{id}", kReadGifts, show_one);
  add(Method::kPost, "/contributions/{id}/receive", Action::kReceiveMoney, receive);
  add(Method::kPost, "/contributions/{id}/receipts/{receipt}/reverse", Action::kReceiveMoney, reverse);
  add(Method::kGet, "/api/v1/contributions", kReadGifts, api_list, "Contributions, planned against received", true);
  add(Method::kGet, "/api/v1/contributions/{id}", kReadGifts, api_one, "One contribution with its receipts");
  add(Method::kPost, "/api/v1/contributions/{id}/receive", Action::kReceiveMoney, api_receive, "Post what arrived of a contribution");
  add(Method::kPost, "/api/v1/contributions/{id}/receipts/{receipt}/reverse", Action::kReceiveMoney, api_reverse,
      "Reverse what was posted of a contribution, with a reason");
}

}  // namespace kindling
