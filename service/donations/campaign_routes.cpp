#include "donations/campaign_store.hpp"
#include "donations/donation_page.hpp"
#include "donations/record_campaign.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/campaigns/" + std::to_string(id); }

// ---- Pages ----

Value row_of(const Campaign& campaign) {
  auto row = campaign_value(campaign);
  row.set("href", path_of(campaign.id));
  row.set("goal_display", campaign.goal ? to_display_amount(*campaign.goal) : std::string("none"));
  row.set("raised_display", to_display_amount(campaign.raised));
  row.set("fund", campaign.restricted ? "restricted" : "unrestricted");
  row.set("ends_on_display", campaign.ends_on ? to_display(*campaign.ends_on) : std::string("open"));
  return row;
}

Response show_list(const Site& site, const Request& request) {
  const auto campaigns = reading(site.database, [](Session& session) { return list_campaigns(session); });
  Value::Array rows;
  for (const auto& campaign : campaigns) rows.push_back(row_of(campaign));
  static const std::vector<Column> kColumns = {
      {.name = "name", .label = "Campaign", .href = "href"}, {.name = "reference", .label = "Reference"},
      {.name = "fund", .label = "Fund"},                     {.name = "raised", .label = "Raised", .number = true},
      {.name = "goal", .label = "Goal", .number = true},     {.name = "gifts", .label = "Gifts", .number = true},
      {.name = "ends_on", .label = "Ends"}};
  Value data;
  data.set("currency", site.config.currency);
  data.set("table", table(request, ListQuery{}, kColumns, rows, ""));
  return page(site, request, {.title = "Campaigns", .name = "campaigns", .data = std::move(data)});
}

Response form_page(const Site& site, const Request& request, std::int64_t id, const Input& typed, const Error* error) {
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed, errors);
  form.section("Campaign")
      .text("name", "Name", {.required = true, .columns = 8})
      .text("reference", "Public reference",
            {.help = "What a payment names: 4 to 21 capital letters and digits. Made at random where empty; it stays.",
             .columns = 4})
      .amount("goal", "Goal", {.columns = 4, .suffix = site.config.currency})
      .date("starts_on", "Starts", {.required = true, .columns = 4})
      .date("ends_on", "Ends", {.columns = 4})
      .flag("restricted", "Restricted: the money may only be spent for the purpose below, from a fund of its own")
      .text("purpose", "Purpose", {.help = "For a restricted campaign: what its money is for."})
      .section("For the public")
      .area("public_text", "Text", {.help = "Plain text, as the public page shows it."})
      .flag("is_public", "Show it on the public page");
  if (id != 0) form.hidden("version", std::string(typed.text("version")));
  Value data;
  data.set("title", id == 0 ? "New campaign" : "Change campaign");
  data.set("form", form.value(id == 0 ? std::string("/campaigns") : path_of(id),
                              id == 0 ? "Record campaign" : "Save changes", id == 0 ? "/campaigns" : path_of(id)));
  return page(site, request,
              {.title = id == 0 ? "New campaign" : "Change campaign", .name = "organisation_form",
               .data = std::move(data), .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Campaigns", "/campaigns"}, {id == 0 ? "New" : "Change", ""}}});
}

Response show_one(const Site& site, const Request& request) {
  const auto campaign = reading(site.database, [&](Session& session) { return find_campaign(session, request.path_id("id")); });
  if (!campaign) return error_page(site, campaign.error(), request);
  auto data = row_of(*campaign);
  data.set("period", to_display(campaign->starts_on) + " – " + (campaign->ends_on ? to_display(*campaign->ends_on) : "open"));
  data.set("in_kind_display", to_display_amount(campaign->in_kind));
  data.set("fund_name", campaign->fund_name);
  data.set("missing", campaign->goal && campaign->raised.minor < campaign->goal->minor
                          ? to_display_amount(*campaign->goal - campaign->raised)
                          : std::string());
  return page(site, request,
              {.title = campaign->name, .name = "campaign", .data = std::move(data),
               .crumbs = {{"Campaigns", "/campaigns"}, {campaign->name, ""}}});
}

Response show_edit(const Site& site, const Request& request) {
  const auto campaign = reading(site.database, [&](Session& session) { return find_campaign(session, request.path_id("id")); });
  if (!campaign) return error_page(site, campaign.error(), request);
  return form_page(site, request, campaign->id, typed_of(*campaign), nullptr);
}

Response create(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = record_campaign(transaction, input, gift_rules(site).platform);
        if (!id) return id.error();
        return path_of(*id) + "?done=created";
      },
      [&](const Input& typed, const Error& error) { return form_page(site, request, 0, typed, &error); });
}

Response change(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto changed = change_campaign(transaction, id, version, input, gift_rules(site).platform);
        if (!changed) return changed.error();
        return path_of(id) + "?done=saved";
      },
      [&](const Input& typed, const Error& error) { return form_page(site, request, id, typed, &error); });
}

// ---- API ----

Response api_list(const Site& site, const Request& request) {
  const auto campaigns = reading(site.database, [](Session& session) { return list_campaigns(session); });
  Value::Array rows;
  for (const auto& campaign : campaigns) rows.push_back(campaign_value(campaign));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},        {.name = "name", .label = ""},    {.name = "reference", .label = ""},
      {.name = "currency", .label = ""},  {.name = "goal", .label = ""},    {.name = "starts_on", .label = ""},
      {.name = "ends_on", .label = ""},   {.name = "raised", .label = ""},  {.name = "in_kind", .label = ""},
      {.name = "gifts", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Result<Response> answer(Session& session, std::int64_t id, int status) {
  const auto campaign = find_campaign(session, id);
  if (!campaign) return campaign.error();
  auto response = http::json(campaign_value(*campaign), status).with("ETag", etag_of(campaign->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response api_one(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
                    const auto id = record_campaign(transaction, input, gift_rules(site).platform);
                    if (!id) return id.error();
                    return answer(transaction.session, *id, 201);
                  });
}

Response api_change(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
                    const auto id = request.path_id("id");
                    const auto changed = change_campaign(transaction, id, version, input, gift_rules(site).platform);
                    if (!changed) return changed.error();
                    return answer(transaction.session, id, 200);
                  });
}

}  // namespace

void add_campaign_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("Campaign", object_schema({"name", "reference", "currency", "goal:string?", "starts_on", "ends_on:string?",
                                               "restricted:boolean", "purpose", "public_text", "is_public:boolean",
                                               "raised", "in_kind", "gifts:integer", "id:integer", "version:integer",
                                               "fund_id:integer"}));
  const auto add = [&](Method method, const char* pattern, Action action, Response (*handle)(const Site&, const Request&),
                       const char* summary = "", bool list = false, int status = 200) {
    router.add({.method = method, .pattern = pattern, .action = action,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = {.summary = summary, .tag = "campaigns", .request_schema = method == Method::kGet ? "" : "Campaign",
                        .response_schema = "Campaign", .list = list, .success_status = status}});
  };
  add(Method::kGet, "/campaigns", kReadGifts, show_list);
  add(Method::kPost, "/campaigns", kWriteGifts, create);
  add(Method::kGet, "/campaigns/new", kWriteGifts, [](const Site& at, const Request& request) {
    Input typed;
    typed.set("starts_on", to_string(gift_rules(at).today));
    return form_page(at, request, 0, typed, nullptr);
  });
  add(Method::kGet, "/campaigns/{id}", kReadGifts, show_one);
  add(Method::kGet, "/campaigns/{id}/edit", kWriteGifts, show_edit);
  add(Method::kPost, "/campaigns/{id}", kWriteGifts, change);
  add(Method::kGet, "/api/v1/campaigns", kReadGifts, api_list, "Campaigns, the latest start first", true);
  add(Method::kPost, "/api/v1/campaigns", kWriteGifts, api_create, "Record a campaign", false, 201);
  add(Method::kGet, "/api/v1/campaigns/{id}", kReadGifts, api_one, "One campaign with what it raised");
  add(Method::kPut, "/api/v1/campaigns/{id}", kWriteGifts, api_change, "Change a campaign");
}

}  // namespace kindling
