#include "donations/campaign_store.hpp"
#include "donations/donation_display.hpp"
#include "donations/donation_page.hpp"
#include "donations/donation_query.hpp"
#include "donations/record_donation.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/donations/" + std::to_string(id); }

// ---- Recording ----

constexpr int kPartRows = 3;

// Of a gift that came to an account of another currency, or that the bank exchanged.
void arrival_fields(Form& form, const Site& site) {
  form.text("arrived_currency", "Account in", {.help = "A currency such as CZK; empty: " + site.config.currency + ".", .columns = 4})
      .amount("arrived_amount", "Arrived there", {.help = "Where the bank exchanged it.", .columns = 4});
}

Response form_page(const Site& site, const Request& request, const Input& typed, const Error* error) {
  std::vector<Choice> campaigns = {{"", "None"}}, funds = {{"", "Choose a fund"}};
  reading(site.database, [&](Session& session) {
    for (const auto& campaign : list_campaigns(session)) campaigns.push_back({std::to_string(campaign.id), campaign.name});
    for (const auto& fund : list_gift_funds(session)) funds.push_back({std::to_string(fund.id), fund.name});
    return true;
  });
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed, errors);
  form.section("Gift")
      .amount("gross", "Amount given", {.required = true, .columns = 3})
      .amount("fee", "Fee", {.help = "Taken off before it arrived.", .columns = 3})
      .text("currency", "Currency", {.required = true, .columns = 3})
      .date("given_on", "Given on", {.required = true, .columns = 3})
      .choice("state", "State", {{"cleared", "Arrived"}, {"pending", "Not arrived yet"}}, {.required = true, .columns = 3})
      .date("cleared_on", "Arrived on", {.help = "Empty: the day it was given.", .columns = 3})
      .choice("method", "Method", donation_methods(), {.required = true, .columns = 3})
      .text("reference", "Payment reference", {.help = "The bank's or the provider's. No names.", .columns = 6})
      .choice("campaign_id", "Campaign", campaigns, {.help = "Decides the fund.", .columns = 6})
      .text("donor_id", "Donor's number", {.help = "Empty where nobody knows. Find it under Donors.", .columns = 6})
      .text("soft_credit_donor_id", "Also thanks to (donor's number)", {.help = "Attribution; it never counts as money.", .columns = 6})
      .area("message", "Message of the donor", {.help = "Plain text. It waits for moderation and is in no report."})
      .section("In another currency", "Of a gift that was not given in " + site.config.currency + ", or came to another account.")
      .text("rate", "Rate", {.help = "How many make one " + site.config.currency + ". Empty: the published rate of the day.", .columns = 4});
  arrival_fields(form, site);
  form.section("In kind", "Goods, services or time. They never count as cash.")
      .choice("kind", "Kind of gift", {{"cash", "Money"}, {"in_kind", "In kind"}}, {.required = true, .columns = 4})
      .text("description", "What was given", {.columns = 4})
      .text("valuation_basis", "Why it is worth that", {.columns = 4})
      .section("Shared between funds", "Only for a gift without a campaign. Empty: the general fund.");
  for (int row = 0; row < kPartRows; ++row) {
    const auto prefix = "parts." + std::to_string(row) + ".";
    form.choice(prefix + "fund_id", "Fund", funds, {.columns = 8}).amount(prefix + "amount", "Amount", {.columns = 4});
  }
  Value data;
  data.set("title", "New donation");
  data.set("form", form.value("/donations", "Record donation", "/donations"));
  return page(site, request,
              {.title = "New donation", .name = "organisation_form", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Donations", "/donations"}, {"New", ""}}});
}

Response show_new(const Site& site, const Request& request) {
  Input typed;
  typed.set("currency", site.config.currency);
  typed.set("given_on", to_string(gift_rules(site).today));
  typed.set("kind", "cash");
  for (const auto* name : {"campaign_id", "donor_id"}) typed.set(name, std::string(request.query_param(name).value_or("")));
  return form_page(site, request, typed, nullptr);
}

Response create(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = record_donation(transaction, input, gift_rules(site));
        if (!id) return id.error();
        return path_of(*id) + "?done=created";
      },
      [&](const Input& typed, const Error& error) { return form_page(site, request, typed, &error); });
}

// ---- One gift ----

// What a form of the page was given, where it was refused.
struct Refusal {
  std::string verb;
  const Input& typed;
  const Error& error;
};

// Where the account has another currency than the gift, its bank says what left it.
void left_field(Form& form, const Donation& donation) {
  if (donation.account_currency() == donation.gross.currency) return;
  form.amount("left_amount", "Left the account", {.help = "Empty: in proportion to what had arrived.", .columns = 4,
                                                  .suffix = std::string(donation.account_currency().code())});
}

Value verb_form(const Site& site, const Donation& donation, std::string_view verb, const Refusal* refusal) {
  const bool again = refusal != nullptr && refusal->verb == verb;
  const std::string currency(donation.gross.currency.code()), today = to_string(gift_rules(site).today);
  Input proposed;
  proposed.set("booked_on", today);
  proposed.set("cleared_on", today);
  proposed.set("amount", to_string(donation.left()));
  proposed.set("fee", donation.fee.minor == 0 ? "" : to_string(donation.fee));
  const auto errors = again ? errors_of(refusal->error) : std::vector<FieldError>{};
  Form form(again ? refusal->typed : proposed, errors);
  form.id_prefix(std::string(verb) + "-");
  const auto action = path_of(donation.id) + "/" + std::string(verb);
  form.hidden("version", std::to_string(donation.version));
  if (verb == "clear") {
    form.section("It arrived")
        .date("cleared_on", "Arrived on", {.required = true, .columns = 4})
        .amount("fee", "Fee", {.columns = 4, .suffix = currency});
    arrival_fields(form, site);
    return form.value(action, "Post to the ledger", "");
  }
  if (verb == "refund") {
    form.section("Pay back", "It leaves the same funds in proportion; the fee stays a cost.")
        .amount("amount", "Amount", {.required = true, .columns = 4, .suffix = currency})
        .date("booked_on", "Paid back on", {.required = true, .columns = 4});
    left_field(form, donation);
    form.text("reason", "Reason", {.help = "No names.", .required = true});
    return form.value(action, "Post refund", "");
  }
  if (verb == "charge-back") {
    form.section("Taken back by the payer's bank", "The whole payment of " + to_display(donation.gross) + ".")
        .date("booked_on", "Taken back on", {.required = true, .columns = 4});
    left_field(form, donation);
    form.text("reason", "Reason", {.help = "No names.", .required = true});
    return form.value(action, "Post chargeback", "");
  }
  form.section("It will not arrive").text("reason", "Reason", {.help = "No names.", .required = true});
  return form.value(action, "Give up", "");
}

Value forms_of(const Site& site, const Donation& donation, const Refusal* refusal) {
  std::vector<std::pair<std::string, std::string>> verbs;
  if (donation.state == "pending") verbs = {{"clear", "It arrived"}, {"fail", "It will not arrive"}};
  if (donation.state == "cleared") verbs = {{"refund", "Refund"}};
  if (donation.state == "cleared" && donation.kind == "cash" && donation.refunded.minor == 0) {
    verbs.emplace_back("charge-back", "Chargeback");
  }
  auto forms = Value::array();
  for (const auto& [verb, label] : verbs) {
    auto entry = Value::object({{"verb_label", label}, {"open", refusal != nullptr && refusal->verb == verb}});
    auto form = verb_form(site, donation, verb, refusal);
    form.set("method", "");  // of the form: else the gift's own method, such as card, would shine through
    entry.set("verb_form", std::move(form));
    forms.push(std::move(entry));
  }
  return forms;
}

// Each part with what its fund holds; a fund that holds less than nothing has spent what was paid back.
Value parts_of(const Donation& donation, const std::vector<std::pair<std::int64_t, Money>>& cash) {
  auto parts = Value::array();
  for (const auto& part : donation.parts) {
    Money holds{0, donation.account_currency()};
    for (const auto& [fund, amount] : cash) {
      if (fund == part.fund_id) holds = amount;
    }
    parts.push(Value::object({{"fund", part.fund_name},
                              {"part_amount", to_display(part.gross)},
                              {"holds", to_display(holds)},
                              {"shortfall", holds.minor < 0 ? to_display(-holds) : std::string()}}));
  }
  return parts;
}

// Where the account is in the platform's currency: what arrived beside what the rate makes of the gift.
std::string exchange_of(const Donation& donation) {
  if (!donation.arrived || donation.arrived->currency != donation.base_gross.currency) return {};
  const auto gain = *donation.arrived - donation.base_net();
  if (gain.minor == 0) return {};
  return gain.minor > 0 ? "exchange gain " + to_display(gain) : "exchange loss " + to_display(-gain);
}

Response donation_page(const Site& site, const Request& request, const Refusal* refusal = nullptr) {
  std::vector<std::pair<std::int64_t, Money>> cash;
  const auto donation = reading(site.database, [&](Session& session) {
    auto found = find_donation(session, request.path_id("id"));
    if (found) cash = cash_of_funds(session, *found);
    return found;
  });
  if (!donation) return error_page(site, donation.error(), request);
  auto refunds = Value::array();
  for (const auto& refund : donation->refunds) {
    refunds.push(Value::object({{"refund_label", refund.kind == "chargeback" ? "Charged back" : "Refunded"},
                                {"refund_amount", to_display(refund.amount)},
                                {"booked_on", to_display(refund.booked_on)},
                                {"refund_reason", refund.reason},
                                {"refund_entry", "/ledger/entries/" + std::to_string(refund.entry_id)}}));
  }
  auto data = donation_row(*donation);
  const bool foreign = !donation->rate.empty();
  for (auto& [name, value] : std::vector<std::pair<std::string, Value>>{
           {"fee_display", to_display(donation->fee)},
           {"refunded_display", donation->refunded.minor == 0 ? "" : to_display(donation->refunded)},
           {"left_display", to_display(donation->left())},
           {"foreign", foreign},
           {"base_display", to_display(donation->base_gross)},
           {"arrived_display", donation->arrived ? to_display(*donation->arrived) : std::string()},
           {"exchange_display", exchange_of(*donation)},
           {"can_receipt", donation->state == "cleared" && donation->donor_id && !donation->receipt_id},
           {"in_kind_gift", donation->kind == "in_kind"},
           {"valuation_basis", donation->valuation_basis},
           {"cleared_on_display", donation->cleared_on ? to_display(*donation->cleared_on) : std::string()},
           {"thanked_on_display", donation->thanked_on ? to_display(*donation->thanked_on) : std::string()},
           {"fund_parts", parts_of(*donation, cash)},
           {"refund_rows", std::move(refunds)},
           {"verb_forms", forms_of(site, *donation, refusal)}}) {
    data.set(name, std::move(value));
  }
  return page(site, request,
              {.title = "Donation " + std::to_string(donation->id), .name = "donation", .data = std::move(data),
               .status = refusal == nullptr ? 200 : http::status_of(refusal->error.kind),
               .crumbs = {{"Donations", "/donations"}, {"Donation " + std::to_string(donation->id), ""}}});
}

Response show_one(const Site& site, const Request& request) { return donation_page(site, request); }

// ---- The verbs on one gift; pages and API run the same ----

using Verb = Outcome (*)(Transaction&, const DonationAct&, const Input&);

Outcome run_refund(Transaction& transaction, const DonationAct& act, const Input& input) {
  const auto entry = refund_donation(transaction, act, input);
  if (!entry) return entry.error();
  return kOk;
}
Outcome run_charge_back(Transaction& transaction, const DonationAct& act, const Input& input) {
  const auto entry = charge_back_donation(transaction, act, input);
  if (!entry) return entry.error();
  return kOk;
}

Response verb_on_page(const Site& site, const Request& request, Verb verb, const char* name, const char* done) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto outcome = verb(transaction, {id, version, gift_rules(site).today}, input);
        if (!outcome) return outcome.error();
        return path_of(id) + "?done=" + done;
      },
      [&](const Input& typed, const Error& error) {
        const Refusal refusal{name, typed, error};
        return donation_page(site, request, &refusal);
      });
}

// The gift, and how much of each fund is spent that this gift would have to give back.
Result<Response> answer(Session& session, std::int64_t id, int status) {
  const auto donation = find_donation(session, id);
  if (!donation) return donation.error();
  auto value = donation_value(*donation);
  if (!donation->refunds.empty()) {
    auto shortfalls = Value::array();
    for (const auto& [fund, cash] : cash_of_funds(session, *donation)) {
      if (cash.minor < 0) shortfalls.push(Value::object({{"fund_id", fund}, {"amount", to_string(-cash)}}));
    }
    value.set("shortfalls", std::move(shortfalls));
  }
  auto response = http::json(value, status).with("ETag", etag_of(donation->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response verb_in_api(const Site& site, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
                    const auto id = request.path_id("id");
                    const auto outcome = verb(transaction, {id, version, gift_rules(site).today}, input);
                    if (!outcome) return outcome.error();
                    return answer(transaction.session, id, 200);
                  });
}

// ---- API ----

Response api_one(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
                    const auto id = record_donation(transaction, input, gift_rules(site));
                    if (!id) return id.error();
                    return answer(transaction.session, *id, 201);
                  });
}

Value schema() {
  return object_schema({"id:integer", "version:integer", "kind", "state", "given_on", "cleared_on:string?", "method",
                        "reference", "donor_id:integer?", "donor_reference", "campaign_id:integer?", "pledge_id:integer?",
                        "currency", "gross", "fee", "net", "refunded", "rate:string?", "base_currency", "base_gross",
                        "base_fee", "base_refunded", "arrived_currency:string?", "arrived_amount:string?", "description", "entry_id:integer?", "receipt_id:integer?",
                        "thanked_on:string?", "parts:array", "refunds:array"});
}

}  // namespace

void add_donation_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("Donation", schema());
  const auto add = [&](Method method, const std::string& pattern, Action action, http::Handler handle,
                       const char* summary = "", int status = 200) {
    router.add({.method = method, .pattern = pattern, .action = action, .handler = std::move(handle),
                .doc = {.summary = summary, .tag = "donations", .request_schema = method == Method::kGet ? "" : "Donation",
                        .response_schema = "Donation", .success_status = status}});
  };
  const auto with_site = [&site](Response (*handle)(const Site&, const Request&)) {
    return [&site, handle](const Request& request) { return handle(site, request); };
  };
  add(Method::kPost, "/donations", kWriteGifts, with_site(create));
  add(Method::kGet, "/donations/new", kWriteGifts, with_site(show_new));
  add(Method::kGet, "/donations/{id}", kReadGifts, with_site(show_one));
  add(Method::kPost, "/api/v1/donations", kWriteGifts, with_site(api_create), "Record a donation", 201);
  add(Method::kGet, "/api/v1/donations/{id}", kReadGifts, with_site(api_one), "One donation with its parts and refunds");
  struct Row {
    const char* name;
    Verb verb;
    const char* done;
    const char* summary;
  };
  for (const auto& row : {Row{"clear", clear_donation, "received", "Say that a pending donation arrived; posts it"},
                          Row{"fail", fail_donation, "changed", "Give up a pending donation"},
                          Row{"refund", run_refund, "refunded", "Refund a donation in part or whole"},
                          Row{"charge-back", run_charge_back, "charged-back", "Record that the payer's bank took a donation back"}}) {
    const auto tail = std::string("/donations/{id}/") + row.name;
    add(Method::kPost, tail, kWriteGifts,
        [&site, row](const Request& request) { return verb_on_page(site, request, row.verb, row.name, row.done); });
    add(Method::kPost, "/api/v1" + tail, kWriteGifts,
        [&site, row](const Request& request) { return verb_in_api(site, request, row.verb); }, row.summary);
  }
}

}  // namespace kindling
