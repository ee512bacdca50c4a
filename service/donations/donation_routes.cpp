#include "donations/campaign_store.hpp"
#include "donations/donation_page.hpp"
#include "donations/donation_store.hpp"
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

const std::vector<Choice> kMethodChoices = {{"bank_transfer", "Bank transfer"}, {"direct_debit", "Direct debit"},
                                            {"card", "Card"}, {"online", "Online payment"}, {"cash", "Cash"},
                                            {"cheque", "Cheque"}, {"in_kind", "In kind"}};
const std::vector<Choice> kStateChoices = {{"pending", "pending"}, {"cleared", "cleared"}, {"failed", "failed"},
                                           {"refunded", "refunded"}, {"charged_back", "charged back"}};

std::string label_of(const std::vector<Choice>& choices, std::string_view value) {
  for (const auto& choice : choices) {
    if (choice.value == value) return choice.label;
  }
  return std::string(value);
}

const char* badge_of(std::string_view state) {
  return state == "cleared" ? "good" : state == "pending" ? "warn" : state == "failed" ? "" : "bad";
}

// ---- List ----

Value options(const std::vector<Choice>& choices, std::string_view chosen) {
  auto list = Value::array();
  for (const auto& choice : choices) {
    list.push(Value::object({{"value", choice.value}, {"label", choice.label}, {"selected", choice.value == chosen}}));
  }
  return list;
}

Value row_of(const Donation& donation) {
  auto row = donation_value(donation);
  row.set("href", path_of(donation.id));
  row.set("given_on_display", to_display(donation.given_on));
  row.set("gross_display", to_display(donation.gross));
  row.set("net_display", to_display_amount(donation.net()));
  row.set("state_display", label_of(kStateChoices, donation.state) +
                               (donation.state == "cleared" && donation.refunded.minor > 0 ? ", partly refunded" : ""));
  row.set("state_badge", badge_of(donation.state));
  row.set("method_display", label_of(kMethodChoices, donation.method));
  row.set("campaign", donation.campaign_name);
  row.set("donor_reference_display", donation.donor_reference.empty() ? std::string("not known") : donation.donor_reference);
  return row;
}

Result<ListQuery> list_query(const Request& request) {
  return parse_list_query(request, {"given_on"}, {"state", "method", "campaign_id", "donor_id", "from", "to"});
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
  for (const auto& donation : list->donations) rows.push_back(row_of(donation));
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
  data.set("states", options(kStateChoices, query->filter("state")));
  data.set("methods", options(kMethodChoices, query->filter("method")));
  data.set("campaigns", options(choices, query->filter("campaign_id")));
  data.set("table", table(request, *query, kColumns, rows, list->next_cursor));
  return page(site, request, {.title = "Donations", .name = "donations", .data = std::move(data)});
}

// ---- Recording ----

constexpr int kPartRows = 3;

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
      .text("currency", "Currency", {.required = true, .columns = 2})
      .text("rate", "Rate", {.help = "In another currency: how many make one " + site.config.currency +
                                     ". Empty: the published rate of the day.", .columns = 4})
      .date("given_on", "Given on", {.required = true, .columns = 3})
      .choice("state", "State", {{"cleared", "Arrived"}, {"pending", "Not arrived yet"}}, {.required = true, .columns = 3})
      .date("cleared_on", "Arrived on", {.help = "Empty: the day it was given.", .columns = 3})
      .choice("method", "Method", kMethodChoices, {.required = true, .columns = 3})
      .text("reference", "Payment reference", {.help = "The bank's or the provider's. No names.", .columns = 6})
      .choice("campaign_id", "Campaign", campaigns, {.help = "Decides the fund.", .columns = 6})
      .text("donor_id", "Donor's number", {.help = "Empty where nobody knows. Find it under Donors.", .columns = 6})
      .text("soft_credit_donor_id", "Also thanks to (donor's number)", {.help = "Attribution; it never counts as money.", .columns = 6})
      .area("message", "Message of the donor", {.help = "Plain text. It waits for moderation and is in no report."})
      .section("In kind", "Goods, services or time. They never count as cash.")
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
    return form.value(action, "Post to the ledger", "");
  }
  if (verb == "refund") {
    form.section("Pay back", "It leaves the same funds in proportion; the fee stays a cost.")
        .amount("amount", "Amount", {.required = true, .columns = 4, .suffix = currency})
        .date("booked_on", "Paid back on", {.required = true, .columns = 4})
        .text("reason", "Reason", {.help = "No names.", .required = true});
    return form.value(action, "Post refund", "");
  }
  if (verb == "charge-back") {
    form.section("Taken back by the payer's bank", "The whole payment of " + to_display(donation.gross) + ".")
        .date("booked_on", "Taken back on", {.required = true, .columns = 4})
        .text("reason", "Reason", {.help = "No names.", .required = true});
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
    Money holds{0, part.gross.currency};
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

Response donation_page(const Site& site, const Request& request, const Refusal* refusal = nullptr) {
  std::vector<std::pair<std::int64_t, Money>> cash;
  const auto donation = reading(site.database, [&](Session& session) {
    auto found = find_donation(session, request.path_id("id"));
    if (found) cash = cash_of_funds(session, found->parts);
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
  auto data = row_of(*donation);
  const bool foreign = !donation->rate.empty();
  for (auto& [name, value] : std::vector<std::pair<std::string, Value>>{
           {"fee_display", to_display(donation->fee)},
           {"refunded_display", donation->refunded.minor == 0 ? "" : to_display(donation->refunded)},
           {"left_display", to_display(donation->left())},
           {"foreign", foreign},
           {"base_display", to_display(donation->base_gross)},
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
    for (const auto& [fund, cash] : cash_of_funds(session, donation->parts)) {
      if (cash.minor < 0) shortfalls.push(Value::object({{"fund_id", fund}, {"amount", to_string(-cash)}}));
    }
    value.set("shortfalls", std::move(shortfalls));
  }
  auto response = http::json(value, status).with("ETag", etag_of(donation->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response verb_in_api(const Site& site, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kYes,
                  [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
                    const auto id = request.path_id("id");
                    const auto outcome = verb(transaction, {id, version, gift_rules(site).today}, input);
                    if (!outcome) return outcome.error();
                    return answer(transaction.session, id, 200);
                  });
}

// ---- API ----

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
      {.name = "base_gross", .label = ""},  {.name = "base_fee", .label = ""},  {.name = "base_refunded", .label = ""}};
  return list_answer(request, kColumns, rows, list->next_cursor);
}

Response api_one(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo,
                  [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
                    const auto id = record_donation(transaction, input, gift_rules(site));
                    if (!id) return id.error();
                    return answer(transaction.session, *id, 201);
                  });
}

Value schema() {
  return object_schema({"id:integer", "version:integer", "kind", "state", "given_on", "cleared_on:string?", "method",
                        "reference", "donor_id:integer?", "donor_reference", "campaign_id:integer?", "pledge_id:integer?",
                        "currency", "gross", "fee", "net", "refunded", "rate:string?", "base_currency", "base_gross",
                        "base_fee", "base_refunded", "description", "entry_id:integer?", "receipt_id:integer?",
                        "thanked_on:string?", "parts:array", "refunds:array"});
}

}  // namespace

void add_donation_routes(http::Router& router, const Site& site) {
  using http::Method;
  static const std::vector<std::string> kFilters = {"state", "method", "campaign_id", "donor_id", "from", "to"};
  router.add_schema("Donation", schema());
  const auto add = [&](Method method, const std::string& pattern, Action action, http::Handler handle,
                       const char* summary = "", bool list = false, int status = 200) {
    router.add({.method = method, .pattern = pattern, .action = action, .handler = std::move(handle),
                .doc = {.summary = summary, .tag = "donations", .request_schema = method == Method::kGet ? "" : "Donation",
                        .response_schema = "Donation", .list = list,
                        .query = list ? kFilters : std::vector<std::string>{},
                        .success_status = status}});
  };
  const auto with_site = [&site](Response (*handle)(const Site&, const Request&)) {
    return [&site, handle](const Request& request) { return handle(site, request); };
  };
  add(Method::kGet, "/donations", kReadGifts, with_site(show_list));
  add(Method::kPost, "/donations", kWriteGifts, with_site(create));
  add(Method::kGet, "/donations/new", kWriteGifts, with_site(show_new));
  add(Method::kGet, "/donations/{id}", kReadGifts, with_site(show_one));
  add(Method::kGet, "/api/v1/donations", kReadGifts, with_site(api_list), "Donations, the latest first", true);
  add(Method::kPost, "/api/v1/donations", kWriteGifts, with_site(api_create), "Record a donation", false, 201);
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
