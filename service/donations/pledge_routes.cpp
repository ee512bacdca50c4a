#include "donations/campaign_store.hpp"
#include "donations/donation_page.hpp"
#include "donations/pledge_store.hpp"
#include "donations/record_pledge.hpp"
#include "donations/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/list_filters.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/pledges/" + std::to_string(id); }

const char* badge_of(Standing standing) {
  return standing == Standing::kOnTime ? "good" : standing == Standing::kLate ? "warn" : standing == Standing::kLapsed ? "bad" : "";
}

std::string anchor_text(const Pledge& pledge) {
  return pledge.anchor_day ? "on day " + std::to_string(*pledge.anchor_day) : "on the last day of the month";
}

Value row_of(const Pledge& pledge, Date today) {
  auto row = pledge_value(pledge, today);
  const auto standing = standing_of(pledge, today);
  const auto next = next_day(pledge, today);
  row.set("href", path_of(pledge.id));
  row.set("amount_display", to_display(pledge.amount));
  row.set("cycle_display", std::string(to_string(pledge.cycle)) + ", " + anchor_text(pledge));
  row.set("standing_badge", badge_of(standing));
  row.set("next_on_display", next ? to_display(*next) : std::string("nothing"));
  row.set("open", open_days(pledge, today).size());
  row.set("campaign", pledge.campaign_name);
  return row;
}

// Those of the standing that is asked for, or all.
Result<std::vector<Pledge>> pledges_asked_for(const Site& site, const ListQuery& query) {
  ListFilters filters(query);
  const auto wanted = filters.one_of("standing", {"on time", "late", "lapsed", "paused", "ended"});
  if (const auto fit = filters.check(); !fit) return fit.error();
  auto pledges = reading(site.database, [](Session& session) { return list_pledges(session, {}); });
  const auto today = gift_rules(site).today;
  if (!wanted.empty()) std::erase_if(pledges, [&](const Pledge& pledge) { return to_string(standing_of(pledge, today)) != wanted; });
  return pledges;
}

// ---- Pages ----

Response show_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {}, {"standing"});
  if (!query) return error_page(site, query.error(), request);
  const auto pledges = pledges_asked_for(site, *query);
  if (!pledges) return error_page(site, pledges.error(), request);
  const auto today = gift_rules(site).today;
  const auto wanted = query->filter("standing");
  Value::Array rows;
  for (const auto& pledge : *pledges) rows.push_back(row_of(pledge, today));
  static const std::vector<Column> kColumns = {
      {.name = "amount", .label = "Promise", .href = "href"}, {.name = "cycle", .label = "When"},
      {.name = "standing", .label = "Standing"},              {.name = "open", .label = "Days open", .number = true},
      {.name = "next_on", .label = "Next"},                   {.name = "donor_reference", .label = "Donor"},
      {.name = "campaign", .label = "Campaign"}};
  auto standings = Value::array();
  for (const auto* name : {"on time", "late", "lapsed", "paused", "ended"}) {
    standings.push(Value::object({{"value", name}, {"selected", wanted == name}}));
  }
  Value data;
  data.set("standings", std::move(standings));
  data.set("table", table(request, *query, kColumns, rows, ""));
  return page(site, request, {.title = "Pledges", .name = "pledges", .data = std::move(data)});
}

Response form_page(const Site& site, const Request& request, const Input& typed, const Error* error) {
  std::vector<Choice> campaigns = {{"", "None"}};
  for (const auto& campaign : reading(site.database, [](Session& session) { return list_campaigns(session); })) {
    campaigns.push_back({std::to_string(campaign.id), campaign.name});
  }
  std::vector<Choice> days = {{"", "The day of the start"}, {"last", "The last day of the month"}};
  for (int day = 1; day <= 31; ++day) days.push_back({std::to_string(day), std::to_string(day)});
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed, errors);
  form.section("Pledge", "A promise is never counted as money; gifts that arrive are matched to it.")
      .text("donor_id", "Donor's number", {.help = "Find it under Donors.", .required = true, .columns = 4})
      .amount("amount", "Amount each time", {.required = true, .columns = 4})
      .text("currency", "Currency", {.required = true, .columns = 4})
      .choice("cycle", "How often", {{"monthly", "Monthly"}, {"quarterly", "Quarterly"}, {"yearly", "Yearly"}}, {.required = true, .columns = 4})
      .choice("anchor_day", "On day", days, {.help = "Day 31 is the last day of a shorter month.", .columns = 4})
      .choice("campaign_id", "Campaign", campaigns, {.columns = 4})
      .date("starts_on", "Starts", {.required = true, .columns = 4})
      .date("ends_on", "Ends", {.help = "Empty: until further notice.", .columns = 4});
  Value data;
  data.set("title", "New pledge");
  data.set("form", form.value("/pledges", "Record pledge", "/pledges"));
  return page(site, request,
              {.title = "New pledge", .name = "organisation_form", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Pledges", "/pledges"}, {"New", ""}}});
}

Value days_of(const std::vector<Date>& days) {
  auto list = Value::array();
  for (const auto day : days) list.push(Value::object({{"day", to_display(day)}}));
  return list;
}

// What a form of the page was given, where it was refused.
struct Refusal {
  std::string verb;
  const Input& typed;
  const Error& error;
};

Value verb_form(const Site& site, const Pledge& pledge, std::string_view verb, const Refusal* refusal) {
  const bool again = refusal != nullptr && refusal->verb == verb;
  Input proposed;
  proposed.set("ends_on", to_string(gift_rules(site).today));
  const auto errors = again ? errors_of(refusal->error) : std::vector<FieldError>{};
  Form form(again ? refusal->typed : proposed, errors);
  form.id_prefix(std::string(verb) + "-");
  form.hidden("version", std::to_string(pledge.version));
  const auto action = path_of(pledge.id) + "/" + std::string(verb);
  if (verb == "match") {
    form.section("A gift that meets it", "Where the amount is another one, or the donor was not known.")
        .text("donation_id", "Donation's number", {.help = "It stands in the title of its page.", .required = true, .columns = 4});
    return form.value(action, "Match", "");
  }
  form.section("No further gifts are expected")
      .date("ends_on", "Ends on", {.required = true, .columns = 4})
      .text("reason", "Reason", {.help = "No names.", .required = true, .columns = 8});
  return form.value(action, "End pledge", "");
}

Value forms_of(const Site& site, const Pledge& pledge, const Refusal* refusal) {
  auto forms = Value::array();
  for (const auto& [verb, label] : {std::pair{"match", "Match a gift by hand"}, {"end", "End this pledge"}}) {
    forms.push(Value::object({{"verb_label", label},
                              {"open", refusal != nullptr && refusal->verb == verb},
                              {"verb_form", verb_form(site, pledge, verb, refusal)}}));
  }
  return forms;
}

Response pledge_page(const Site& site, const Request& request, const Refusal* refusal = nullptr) {
  const auto pledge = reading(site.database, [&](Session& session) { return find_pledge(session, request.path_id("id")); });
  if (!pledge) return error_page(site, pledge.error(), request);
  const auto today = gift_rules(site).today;
  auto data = row_of(*pledge, today);
  data.set("met_days", days_of(pledge->met));
  data.set("late_days", days_of(open_days(*pledge, today)));
  data.set("starts_on_display", to_display(pledge->starts_on));
  data.set("ends_on_display", pledge->ends_on ? to_display(*pledge->ends_on) : std::string());
  data.set("ended_reason", pledge->ended_reason);
  data.set("is_active", pledge->state == "active");
  data.set("is_paused", pledge->state == "paused");
  data.set("is_open", pledge->state != "ended");
  data.set("verb_forms", forms_of(site, *pledge, refusal));
  const bool has_form = refusal != nullptr && (refusal->verb == "match" || refusal->verb == "end");
  data.set("refusal", refusal != nullptr && !has_form ? refusal->error.message : std::string());
  return page(site, request,
              {.title = "Pledge " + std::to_string(pledge->id), .name = "pledge", .data = std::move(data),
               .status = refusal == nullptr ? 200 : http::status_of(refusal->error.kind),
               .crumbs = {{"Pledges", "/pledges"}, {"Pledge " + std::to_string(pledge->id), ""}}});
}

Response show_one(const Site& site, const Request& request) { return pledge_page(site, request); }

Response create(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = record_pledge(transaction, input, gift_rules(site).platform);
        if (!id) return id.error();
        return path_of(*id) + "?done=created";
      },
      [&](const Input& typed, const Error& error) { return form_page(site, request, typed, &error); });
}

// ---- The verbs on one pledge; pages and API run the same ----

using Verb = Outcome (*)(Transaction&, const PledgeAct&, const Input&);
Outcome run_pause(Transaction& transaction, const PledgeAct& act, const Input&) { return pause_pledge(transaction, act); }
Outcome run_resume(Transaction& transaction, const PledgeAct& act, const Input&) { return resume_pledge(transaction, act); }

Response verb_on_page(const Site& site, const Request& request, Verb verb, const char* name) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto outcome = verb(transaction, {id, version, gift_rules(site).today}, input);
        if (!outcome) return outcome.error();
        return path_of(id) + "?done=changed";
      },
      [&](const Input& typed, const Error& error) {
        const Refusal refusal{name, typed, error};
        return pledge_page(site, request, &refusal);
      });
}

// ---- API ----

Result<Response> answer(const Site& site, Session& session, std::int64_t id, int status) {
  const auto pledge = find_pledge(session, id);
  if (!pledge) return pledge.error();
  auto response = http::json(pledge_value(*pledge, gift_rules(site).today), status).with("ETag", etag_of(pledge->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response verb_in_api(const Site& site, const Request& request, Verb verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto outcome = verb(transaction, {request.path_id("id"), version, gift_rules(site).today}, input);
    if (!outcome) return outcome.error();
    return answer(site, transaction.session, request.path_id("id"), 200);
  });
}

Response api_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {}, {"standing"});
  if (!query) return http::problem(query.error(), request);
  const auto pledges = pledges_asked_for(site, *query);
  if (!pledges) return http::problem(pledges.error(), request);
  Value::Array rows;
  for (const auto& pledge : *pledges) rows.push_back(pledge_value(pledge, gift_rules(site).today));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},     {.name = "donor_reference", .label = ""}, {.name = "currency", .label = ""},
      {.name = "amount", .label = ""}, {.name = "cycle", .label = ""},           {.name = "anchor_day", .label = ""},
      {.name = "starts_on", .label = ""}, {.name = "ends_on", .label = ""},      {.name = "standing", .label = ""},
      {.name = "next_on", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_one(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(site, session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_pledge(transaction, input, gift_rules(site).platform);
    if (!id) return id.error();
    return answer(site, transaction.session, *id, 201);
  });
}

}  // namespace

void add_pledge_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("Pledge", object_schema({"id:integer", "version:integer", "donor_id:integer", "donor_reference",
                                             "campaign_id:integer?", "currency", "amount", "cycle", "anchor_day", "starts_on",
                                             "ends_on:string?", "state", "standing", "next_on:string?", "open_days:array",
                                             "days_met:integer"}));
  const auto add = [&](Method method, const std::string& pattern, Action action, http::Handler handle,
                       const char* summary = "", bool list = false, int status = 200) {
    router.add({.method = method, .pattern = pattern, .action = action, .handler = std::move(handle),
                .doc = {.summary = summary, .tag = "pledges", .request_schema = method == Method::kGet ? "" : "Pledge",
                        .response_schema = "Pledge", .list = list,
                        .query = list ? std::vector<std::string>{"standing"} : std::vector<std::string>{},
                        .success_status = status}});
  };
  const auto with_site = [&site](Response (*handle)(const Site&, const Request&)) {
    return [&site, handle](const Request& request) { return handle(site, request); };
  };
  add(Method::kGet, "/pledges", kReadGifts, with_site(show_list));
  add(Method::kPost, "/pledges", kWriteGifts, with_site(create));
  add(Method::kGet, "/pledges/new", kWriteGifts, [&site](const Request& request) {
    Input typed;
    typed.set("currency", site.config.currency);
    typed.set("starts_on", to_string(gift_rules(site).today));
    typed.set("donor_id", std::string(request.query_param("donor_id").value_or("")));
    return form_page(site, request, typed, nullptr);
  });
  add(Method::kGet, "/pledges/{id}", kReadGifts, with_site(show_one));
  add(Method::kGet, "/api/v1/pledges", kReadGifts, with_site(api_list), "Pledges, newest first", true);
  add(Method::kPost, "/api/v1/pledges", kWriteGifts, with_site(api_create), "Record a pledge", false, 201);
  add(Method::kGet, "/api/v1/pledges/{id}", kReadGifts, with_site(api_one), "One pledge with its open days");
  struct Row {
    const char* tail;
    Verb verb;
    const char* summary;
  };
  for (const auto& row : {Row{"/pause", run_pause, "Pause a pledge: nothing is expected"},
                          Row{"/resume", run_resume, "Resume a paused pledge"},
                          Row{"/end", end_pledge, "End a pledge"},
                          Row{"/match", match_by_hand, "Say that a donation meets the earliest open day"}}) {
    const auto pattern = std::string("/pledges/{id}") + row.tail;
    add(Method::kPost, pattern, kWriteGifts,
        [&site, row](const Request& request) { return verb_on_page(site, request, row.verb, row.tail + 1); });
    add(Method::kPost, "/api/v1" + pattern, kWriteGifts,
        [&site, row](const Request& request) { return verb_in_api(site, request, row.verb); }, row.summary);
  }
}

}  // namespace kindling
