#include "donations/campaign_store.hpp"
#include "donations/donation_display.hpp"
#include "donations/donation_page.hpp"
#include "donations/donation_query.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

const std::vector<std::string> kFilters = {"state", "method", "campaign_id", "donor_id", "from", "to"};

Value options(const std::vector<Choice>& choices, std::string_view chosen) {
  auto list = Value::array();
  for (const auto& choice : choices) {
    list.push(Value::object({{"value", choice.value}, {"label", choice.label}, {"selected", choice.value == chosen}}));
  }
  return list;
}

Result<ListQuery> list_query(const Request& request) {
  return parse_list_query(request, {"given_on"}, kFilters);
}

Response show_list(const Site& site, const Request& request) {
  const auto query = list_query(request);
  if (!query) return error_page(site, query.error(), request);
  std::vector<Campaign> campaigns;
  const auto list = reading(site.database, [&](Session& session) {
    campaigns = list_campaigns(session);
    return list_donations(session, *query);
  });
  if (!list) return error_page(site, list.error(), request);
  Value::Array rows;
  for (const auto& donation : list->donations) rows.push_back(donation_row(donation));
  static const std::vector<Column> kColumns = {
      {.name = "given_on", .label = "Given on", .sortable = true, .href = "href"}, {.name = "gross", .label = "Gift", .number = true},
      {.name = "net", .label = "Net", .number = true},  {.name = "state", .label = "State"},
      {.name = "method", .label = "Method"},            {.name = "campaign", .label = "Campaign"},
      {.name = "donor_reference", .label = "Donor"},    {.name = "reference", .label = "Reference"}};
  std::vector<Choice> choices;
  for (const auto& campaign : campaigns) choices.push_back({std::to_string(campaign.id), campaign.name});
  Value data;
  data.set("search", query->search);
  data.set("from", query->filter("from"));
  data.set("to", query->filter("to"));
  data.set("states", options(donation_states(), query->filter("state")));
  data.set("methods", options(donation_methods(), query->filter("method")));
  data.set("campaigns", options(choices, query->filter("campaign_id")));
  data.set("table", table(request, *query, kColumns, rows, list->next_cursor));
  return page(site, request, {.title = "Donations", .name = "donations", .data = std::move(data)});
}

Response api_list(const Site& site, const Request& request) {
  const auto query = list_query(request);
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_donations(session, *query); });
  if (!list) return http::problem(list.error(), request);
  Value::Array rows;
  for (const auto& donation : list->donations) rows.push_back(donation_value(donation));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},          {.name = "given_on", .label = ""},  {.name = "cleared_on", .label = ""},
      {.name = "state", .label = ""},       {.name = "kind", .label = ""},      {.name = "method", .label = ""},
      {.name = "reference", .label = ""},   {.name = "donor_reference", .label = ""}, {.name = "campaign_id", .label = ""},
      {.name = "currency", .label = ""},    {.name = "gross", .label = ""},     {.name = "fee", .label = ""},
      {.name = "net", .label = ""},         {.name = "refunded", .label = ""},  {.name = "base_currency", .label = ""},
      {.name = "base_gross", .label = ""},  {.name = "base_fee", .label = ""},  {.name = "base_refunded", .label = ""},
      {.name = "arrived_currency", .label = ""}, {.name = "arrived_amount", .label = ""}};
  return list_answer(request, kColumns, rows, list->next_cursor);
}

}  // namespace

void add_donation_list_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add({.method = Method::kGet, .pattern = "/donations", .action = kReadGifts,
              .handler = [&site](const Request& request) { return show_list(site, request); }});
  router.add({.method = Method::kGet, .pattern = "/api/v1/donations", .action = kReadGifts,
              .handler = [&site](const Request& request) { return api_list(site, request); },
              .doc = {.summary = "Donations, the latest first", .tag = "donations", .response_schema = "Donation",
                      .list = true, .query = kFilters}});
}

}  // namespace kindling
