#include <algorithm>

#include <sodium.h>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "core/hex.hpp"
#include "donations/donation_page.hpp"
#include "donations/donor_vault.hpp"
#include "http/html.hpp"
#include "http/router.hpp"
#include "identity/throttle_store.hpp"
#include "storage/database.hpp"
#include "support/pledge_offer_store.hpp"
#include "support/record_pledge_offer.hpp"
#include "support/routes.hpp"
#include "support/support_page.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

// A field that people do not see: what stands in it was written by a machine.
constexpr const char* kTrap = "website";

DonorDesk desk_of(const Site& site, const DonorVault& vault) { return {vault, today(site.config.time_zone)}; }

std::string fresh_key() {
  std::string random(16, '\0');
  randombytes_buf(random.data(), random.size());
  return hex_of(random);
}

// ---- The visitor's pages ----

Value offer_form(const SupportPage& page, const Input& typed, const std::vector<FieldError>& errors) {
  std::vector<Choice> campaigns{{"", "Wherever it is needed most"}};
  if (const auto edition = page.edition()) {
    for (const auto& campaign : edition->figures.campaigns) campaigns.push_back({campaign.reference, campaign.name});
  }
  Form form(typed, errors);
  form.section("Your gift", "A promise, not a payment: we write to you how to give, and you can end it whenever you like.")
      .amount("amount", "Amount", {.required = true, .columns = 3, .suffix = page.site().config.currency})
      .choice("cycle", "How often", {{"monthly", "Every month"}, {"quarterly", "Every quarter"}, {"yearly", "Every year"}}, {.required = true, .columns = 3})
      .choice("campaign", "For", campaigns, {.columns = 6})
      .section("Who you are", "Kept encrypted, seen only by the people who answer you, and erased when you ask for it.")
      .text("name", "Name", {.required = true, .columns = 6, .autocomplete = "name"})
      .email("email", "E-mail", {.required = true, .columns = 6, .autocomplete = "email"})
      .area("message", "A word to us", {.help = "A person reads it first.", .columns = 12})
      .flag("agree", "You may keep this, and write to me about my gift.", {.required = true, .columns = 12})
      .html("<div class=\"visually-hidden\" aria-hidden=\"true\"><label>Leave this empty <input name=\"website\" tabindex=\"-1\" autocomplete=\"off\"></label></div>");
  auto value = form.value("/support/pledge", "Send", "/support");
  return value;
}

Response offer_page(const SupportPage& page, const Input& typed, const Error* error = nullptr) {
  const auto& site = page.site();
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Value data;
  data.set("title", "Give regularly to " + site.config.platform_name);
  data.set("platform_name", site.config.platform_name);
  data.set("assets", static_addresses());
  data.set("form_token", "");
  data.set("form_key", fresh_key());
  data.set("form", offer_form(page, typed, errors));
  auto response = http::html(site.templates.render("support_pledge", data), error == nullptr ? 200 : http::status_of(error->kind));
  if (response.status == 429) response.with("Retry-After", "60");
  return response.with("Cache-Control", "no-store");
}

Response thanks_page(const SupportPage& page) {
  const auto& site = page.site();
  Value data;
  data.set("title", "Thank you");
  data.set("platform_name", site.config.platform_name);
  data.set("assets", static_addresses());
  return http::html(site.templates.render("support_pledge_thanks", data)).with("Cache-Control", "no-store");
}

// Counted before anything is read, and whatever comes of it.
Outcome count_address(const Site& site, const Request& request) {
  const auto wait_s = in_transaction(site.database, Actor(), request.request_id, {}, [&](Transaction& transaction) -> Result<int> {
    return count_public_form(transaction, "pledge", client_address(request));
  });
  if (!wait_s) return wait_s.error();
  if (*wait_s == 0) return kOk;
  return Error{ErrorKind::kTooManyRequests, "too_many_promises",
               "Too much came from your network in a short time. Please wait " + std::to_string(*wait_s) + " seconds and send it again.", {}};
}

Response offer(const SupportPage& page, const DonorVault& vault, const Request& request) {
  const auto& site = page.site();
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  if (const auto counted = count_address(site, request); !counted) return offer_page(page, *input, &counted.error());
  if (!trimmed(input->text(kTrap)).empty()) return http::see_other("/support/pledge/thanks");
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto id = offer_pledge(transaction, desk_of(site, vault), *input, Currency::of(site.config.currency));
               if (!id) return id.error();
               return http::see_other("/support/pledge/thanks");
             },
             [&](const Error& error) { return offer_page(page, *input, &error); });
}

// ---- Where people take them up ----

Result<std::vector<PledgeOffer>> read_offers(const Site& site, const DonorVault& vault, const Request& request) {
  return in_transaction(site.database, request.actor, request.request_id, {}, [&](Transaction& transaction) -> Result<std::vector<PledgeOffer>> {
    return list_pledge_offers(transaction, vault);
  });
}

Response list_page(const Site& site, const DonorVault& vault, const Request& request, const Error* error = nullptr) {
  const auto offers = read_offers(site, vault, request);
  if (!offers) return error_page(site, offers.error(), request);
  auto rows = Value::array();
  for (const auto& offer : *offers) {
    rows.push(Value::object({{"path", "/pledge-offers/" + std::to_string(offer.id)},
                             {"key", offer.id},
                             {"amount", to_display(offer.amount)},
                             {"cycle", offer.cycle},
                             {"offered_on", offer.offered_on},
                             {"campaign", offer.campaign_name},
                             {"name", offer.person ? offer.person->name : std::string("cannot be read")},
                             {"email", offer.person ? offer.person->email : std::string()},
                             {"message", offer.person ? offer.person->message.value_or("") : std::string()}}));
  }
  Value data;
  data.set("none", offers->empty());
  data.set("offers", std::move(rows));
  data.set("refusal", error == nullptr ? "" : error->fields.empty() ? error->message : error->fields.front().message);
  return page(site, request, {.title = "Promises from the public page", .name = "pledge_offers", .data = std::move(data),
                              .status = error == nullptr ? 200 : http::status_of(error->kind),
                              .crumbs = {{"Pledges", "/pledges"}, {"Promises", ""}}})
      .with("Cache-Control", "no-store");
}

// Both verbs, on the page and in the API.
enum class Verdict { kAccept, kDecline };
Result<std::int64_t> decide(Transaction& transaction, const Site& site, const DonorVault& vault, std::int64_t id, Verdict verdict) {
  if (verdict == Verdict::kAccept) return accept_pledge_offer(transaction, desk_of(site, vault), id, Currency::of(site.config.currency));
  const auto declined = decline_pledge_offer(transaction, desk_of(site, vault), id);
  if (!declined) return declined.error();
  return std::int64_t{0};
}

Response decide_on_page(const Site& site, const DonorVault& vault, const Request& request, Verdict verdict) {
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto pledge = decide(transaction, site, vault, request.path_id("id"), verdict);
               if (!pledge) return pledge.error();
               return http::see_other(*pledge == 0 ? "/pledge-offers?done=saved" : "/pledges/" + std::to_string(*pledge) + "?done=created");
             },
             [&](const Error& error) { return list_page(site, vault, request, &error); });
}

Response decide_in_api(const Site& site, const DonorVault& vault, const Request& request, Verdict verdict) {
  return act(site, request, [&](Transaction& transaction) -> Result<Response> {
    const auto pledge = decide(transaction, site, vault, request.path_id("id"), verdict);
    if (!pledge) return pledge.error();
    return http::json(Value::object({{"state", *pledge == 0 ? "declined" : "accepted"}, {"pledge_id", *pledge == 0 ? Value() : Value(*pledge)}}));
  });
}

Response api_list(const Site& site, const DonorVault& vault, const Request& request) {
  const auto offers = read_offers(site, vault, request);
  if (!offers) return http::problem(offers.error(), request);
  Value::Array rows;
  for (const auto& offer : *offers) rows.push_back(pledge_offer_value(offer));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},     {.name = "offered_on", .label = ""}, {.name = "currency", .label = ""},
      {.name = "amount", .label = ""}, {.name = "cycle", .label = ""},      {.name = "campaign", .label = ""},
      {.name = "name", .label = ""},   {.name = "email", .label = ""},      {.name = "message", .label = ""}};
  return list_answer(request, kColumns, rows, "").with("Cache-Control", "no-store");
}

}  // namespace

void add_pledge_offer_routes(http::Router& router, const SupportPage& support, const DonorVault& vault) {
  using http::Method;
  const auto& site = support.site();
  if (support.takes_pledges()) {
    const auto add = [&](Method method, const char* pattern, http::Handler handler) {
      router.add({.method = method, .pattern = pattern, .action = Action::kPublic, .handler = std::move(handler)});
    };
    add(Method::kGet, "/support/pledge", [&support](const Request&) { return offer_page(support, Input()); });
    add(Method::kPost, "/support/pledge", [&support, &vault](const Request& request) { return offer(support, vault, request); });
    add(Method::kGet, "/support/pledge/thanks", [&support](const Request&) { return thanks_page(support); });
  }
  router.add_schema("PledgeOffer", object_schema({"id:integer", "offered_on", "currency", "amount", "cycle", "campaign_id:integer?",
                                                  "campaign", "name:string?", "email:string?", "message:string?"}));
  router.add_schema("PledgeOfferDecision", object_schema({"state", "pledge_id:integer?"}));
  const auto doc = [](const char* summary, const char* answer, bool list) {
    return http::ApiDoc{.summary = summary, .tag = "donations", .response_schema = answer, .list = list};
  };
  router.add({.method = Method::kGet, .pattern = "/pledge-offers", .action = kReadDonors,
              .handler = [&](const Request& request) { return list_page(site, vault, request); }});
  router.add({.method = Method::kGet, .pattern = "/api/v1/pledge-offers", .action = kReadDonors,
              .handler = [&](const Request& request) { return api_list(site, vault, request); },
              .doc = doc("Promises from the public page that wait; reading them is audited", "PledgeOffer", true)});
  struct Row {
    const char* tail;
    Verdict verdict;
    const char* summary;
  };
  for (const auto& row : {Row{"/accept", Verdict::kAccept, "Take a promise up: its donor and pledge are recorded"},
                          Row{"/decline", Verdict::kDecline, "Leave a promise: who made it is destroyed"}}) {
    router.add({.method = Method::kPost, .pattern = std::string("/pledge-offers/{id}") + row.tail, .action = kWriteGifts,
                .handler = [&, row](const Request& request) { return decide_on_page(site, vault, request, row.verdict); }});
    router.add({.method = Method::kPost, .pattern = std::string("/api/v1/pledge-offers/{id}") + row.tail, .action = kWriteGifts,
                .handler = [&, row](const Request& request) { return decide_in_api(site, vault, request, row.verdict); },
                .doc = doc(row.summary, "PledgeOfferDecision", false)});
  }
}

}  // namespace kindling
