#include "donations/campaign_store.hpp"
#include "donations/donation_batch.hpp"
#include "donations/donation_page.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kRows = 10;
constexpr std::size_t kBodyBytesMax = 256 * 1024;

Response batch_page(const Site& site, const Request& request, const Input& typed, const Error* error) {
  std::vector<Choice> campaigns = {{"", "None"}};
  for (const auto& campaign : reading(site.database, [](Session& session) { return list_campaigns(session); })) {
    campaigns.push_back({std::to_string(campaign.id), campaign.name});
  }
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed, errors);
  form.section("The pile", "What holds for every gift, and the total that was counted beforehand.")
      .date("given_on", "Given on", {.required = true, .columns = 3})
      .choice("method", "Method", {{"cash", "Cash"}, {"cheque", "Cheque"}, {"bank_transfer", "Bank transfer"},
                                   {"direct_debit", "Direct debit"}, {"card", "Card"}, {"online", "Online payment"}},
              {.required = true, .columns = 3})
      .choice("campaign_id", "Campaign", campaigns, {.columns = 3})
      .amount("control_total", "Control total", {.required = true, .columns = 3, .suffix = site.config.currency})
      .section("Gifts", "One row a gift; empty rows are skipped. The date only where it differs.");
  const auto rows = std::max(kRows, typed.keys_below("rows").size());
  for (std::size_t row = 0; row < rows; ++row) {
    const auto prefix = "rows." + std::to_string(row) + ".";
    const auto number = std::to_string(row + 1);
    form.amount(prefix + "gross", "Gift " + number, {.columns = 2})
        .amount(prefix + "fee", "Fee", {.columns = 2})
        .text(prefix + "reference", "Reference", {.columns = 3})
        .text(prefix + "donor_id", "Donor", {.columns = 2})
        .date(prefix + "given_on", "Date", {.columns = 3});
  }
  Value data;
  data.set("title", "Batch of donations");
  data.set("form", form.value("/donations/batch", "Record all", "/donations"));
  return page(site, request,
              {.title = "Batch of donations", .name = "donation_batch", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Donations", "/donations"}, {"Batch", ""}}});
}

Response show(const Site& site, const Request& request) {
  Input typed;
  typed.set("given_on", to_string(gift_rules(site).today));
  return batch_page(site, request, typed, nullptr);
}

Response create(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto ids = record_batch(transaction, input, gift_rules(site));
        if (!ids) return ids.error();
        return std::string("/donations?done=created");
      },
      [&](const Input& typed, const Error& error) { return batch_page(site, request, typed, &error); });
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto ids = record_batch(transaction, input, gift_rules(site));
    if (!ids) return ids.error();
    auto numbers = Value::array();
    for (const auto id : *ids) numbers.push(id);
    return http::json(Value::object({{"donation_ids", std::move(numbers)}}), 201);
  });
}

}  // namespace

void add_donation_batch_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("DonationBatch", object_schema({"given_on", "method", "campaign_id:integer?", "control_total", "rows:array",
                                                    "donation_ids:array"}));
  router.add({.method = Method::kGet, .pattern = "/donations/batch", .action = kWriteGifts,
              .handler = [&](const Request& request) { return show(site, request); }});
  router.add({.method = Method::kPost, .pattern = "/donations/batch", .action = kWriteGifts,
              .handler = [&](const Request& request) { return create(site, request); }, .body_bytes_max = kBodyBytesMax});
  router.add({.method = Method::kPost, .pattern = "/api/v1/donation-batches", .action = kWriteGifts,
              .handler = [&](const Request& request) { return api_create(site, request); },
              .doc = {.summary = "Record several donations with a control total, all or nothing", .tag = "donations",
                      .request_schema = "DonationBatch", .response_schema = "DonationBatch", .success_status = 201},
              .body_bytes_max = kBodyBytesMax});
}

}  // namespace kindling
