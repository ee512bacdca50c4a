#include <algorithm>

#include "funding/obligation_store.hpp"
#include "http/router.hpp"
#include "insight/record_risk.hpp"
#include "insight/risk_store.hpp"
#include "insight/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/risks/" + std::to_string(id); }

const char* badge_of(int score) { return score >= 15 ? "bad" : score >= 8 ? "warn" : "good"; }

// ---- Pages ----

Value row_of(const Request& request, const Risk& risk, Date today) {
  auto row = risk_value(risk);
  if (request.actor.has(Role::kCoordinator)) row.set("href", path_of(risk.id) + "/edit");
  row.set("score_display", std::to_string(risk.likelihood) + " x " + std::to_string(risk.impact) + " = " +
                               std::to_string(risk.score()));
  row.set("level_badge", badge_of(risk.score()));
  row.set("review_on_display", to_display(risk.review_on) + (risk.state != "closed" && risk.review_on < today ? ", late" : ""));
  row.set("owner_name_display", risk.owner_name.empty() ? "nobody yet" : risk.owner_name);
  return row;
}

Response show_list(const Site& site, const Request& request) {
  const auto all = request.query_param("state").value_or("") == "all";
  const auto risks = reading(site.database, [&](Session& session) { return list_risks(session, all ? "" : "standing"); });
  Value::Array rows;
  const auto day = today(site.config.time_zone);
  for (const auto& risk : risks) rows.push_back(row_of(request, risk, day));
  static const std::vector<Column> kColumns = {
      {.name = "title", .label = "Risk", .href = "href"}, {.name = "level", .label = "Level"},
      {.name = "score", .label = "Likelihood x impact"},  {.name = "mitigation", .label = "What we do about it"},
      {.name = "owner_name", .label = "Owner"},           {.name = "review_on", .label = "Look again on"},
      {.name = "state", .label = "State"}};
  Value data;
  data.set("all", all);
  data.set("table", table(request, {}, kColumns, rows, ""));
  return page(site, request, {.title = "Risks", .name = "risks", .data = std::move(data)});
}

Response form_page(const Site& site, const Request& request, std::int64_t id, const Input& typed, const Error* error) {
  auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  std::vector<Choice> owners = {{"", "Nobody yet"}};
  for (const auto& [owner, name] : reading(site.database, [](Session& session) { return list_owners(session); })) {
    owners.push_back({std::to_string(owner), name});
  }
  Form form(typed, errors);
  form.section("Risk", "Likelihood times impact makes the order of the register: 15 and more is high, 8 and more medium.")
      .text("title", "Title", {.help = "What could happen, such as: a funder pays late.", .required = true})
      .choice("likelihood", "Likelihood",
              {{"1", "1 rare"}, {"2", "2 unlikely"}, {"3", "3 possible"}, {"4", "4 likely"}, {"5", "5 almost certain"}},
              {.required = true, .columns = 6})
      .choice("impact", "Impact",
              {{"1", "1 hardly felt"}, {"2", "2 a nuisance"}, {"3", "3 work is delayed"}, {"4", "4 work stops"}, {"5", "5 the platform stops"}},
              {.required = true, .columns = 6})
      .area("mitigation", "What we do about it", {.required = true})
      .choice("owner_id", "Owner", owners, {.columns = 6})
      .date("review_on", "Look again on", {.required = true, .columns = 6})
      .choice("state", "State", {{"open", "Open"}, {"accepted", "Accepted: we live with it"}, {"closed", "Closed"}},
              {.required = true, .columns = 6})
      .area("outcome", "How it ended", {.help = "Of a closed risk."});
  if (id != 0) form.hidden("version", std::string(typed.text("version")));
  Value data;
  data.set("title", id == 0 ? "New risk" : "Change risk");
  data.set("form", form.value(id == 0 ? std::string("/risks") : path_of(id), id == 0 ? "Record risk" : "Save changes", "/risks"));
  return page(site, request,
              {.title = "Risk", .name = "organisation_form", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Risks", "/risks"}, {id == 0 ? "New" : "Change", ""}}});
}

Response show_new(const Site& site, const Request& request) {
  Input typed;
  typed.set("likelihood", "3");
  typed.set("impact", "3");
  return form_page(site, request, 0, typed, nullptr);
}

Response show_edit(const Site& site, const Request& request) {
  const auto risk = reading(site.database, [&](Session& session) { return find_risk(session, request.path_id("id")); });
  if (!risk) return error_page(site, risk.error(), request);
  return form_page(site, request, risk->id, typed_of(*risk), nullptr);
}

Response create(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(site, request,
             [&](Transaction& transaction) -> Result<Response> {
               const auto id = record_risk(transaction, *input);
               if (!id) return id.error();
               return http::see_other("/risks?done=created");
             },
             [&](const Error& error) { return form_page(site, request, 0, *input, &error); });
}

Response change(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto changed = change_risk(transaction, id, version, input);
        if (!changed) return changed.error();
        return std::string("/risks?done=saved");
      },
      [&](const Input& input, const Error& error) { return form_page(site, request, id, input, &error); });
}

// ---- API ----

Response api_list(const Site& site, const Request& request) {
  static constexpr std::string_view kStates[] = {"", "standing", "open", "accepted", "closed"};
  const auto state = std::string(request.query_param("state").value_or(""));
  if (std::ranges::find(kStates, state) == std::end(kStates)) {
    return http::problem(invalid_field("state", "not_one_of", "Choose standing, open, accepted or closed."), request);
  }
  Value::Array rows;
  for (const auto& risk : reading(site.database, [&](Session& session) { return list_risks(session, state); })) {
    rows.push_back(risk_value(risk));
  }
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},         {.name = "title", .label = ""},     {.name = "likelihood", .label = ""},
      {.name = "impact", .label = ""},     {.name = "score", .label = ""},     {.name = "level", .label = ""},
      {.name = "mitigation", .label = ""}, {.name = "review_on", .label = ""}, {.name = "state", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Result<Response> answer(Session& session, std::int64_t id, int status) {
  const auto risk = find_risk(session, id);
  if (!risk) return risk.error();
  auto response = http::json(risk_value(*risk), status);
  response.with("ETag", etag_of(risk->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response api_one(const Site& site, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_risk(transaction, input);
    if (!id) return id.error();
    return answer(transaction.session, *id, 201);
  });
}

Response api_change(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto changed = change_risk(transaction, request.path_id("id"), version, input);
    if (!changed) return changed.error();
    return answer(transaction.session, request.path_id("id"), 200);
  });
}

Value schema() {
  Value properties;
  for (const auto* name : {"title", "mitigation", "review_on", "state"}) properties.set(name, Value::object({{"type", "string"}}));
  for (const auto* name : {"likelihood", "impact"}) {
    properties.set(name, Value::object({{"type", "integer"}, {"minimum", 1}, {"maximum", 5}}));
  }
  properties.set("owner_id", Value::object({{"type", Value::Array{"integer", "null"}}}));
  properties.set("outcome", Value::object({{"type", Value::Array{"string", "null"}}}));
  for (const auto* name : {"id", "version", "score"}) properties.set(name, Value::object({{"type", "integer"}, {"readOnly", true}}));
  for (const auto* name : {"level", "owner_name"}) properties.set(name, Value::object({{"type", "string"}, {"readOnly", true}}));
  return Value::object({{"type", "object"}, {"properties", std::move(properties)}});
}

}  // namespace

void add_risk_routes(http::Router& router, const Site& site) {
  using http::Method;
  router.add_schema("Risk", schema());
  const auto add = [&](Method method, const char* pattern, Action action, Response (*handle)(const Site&, const Request&),
                       const char* summary = "", bool list = false, int status = 200) {
    router.add({.method = method, .pattern = pattern, .action = action,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = {.summary = summary, .tag = "insight", .request_schema = method == Method::kGet ? "" : "Risk",
                        .response_schema = "Risk", .list = list,
                        .query = list ? std::vector<std::string>{"state"} : std::vector<std::string>{},
                        .success_status = status}});
  };
  add(Method::kGet, "/risks", Action::kReadFunding, show_list);
  add(Method::kPost, "/risks", Action::kWriteFunding, create);
  add(Method::kGet, "/risks/new", Action::kWriteFunding, show_new);
  add(Method::kGet, "/risks/{id}/edit", Action::kWriteFunding, show_edit);
  add(Method::kPost, "/risks/{id}", Action::kWriteFunding, change);
  add(Method::kGet, "/api/v1/risks", Action::kReadFunding, api_list, "The register of risks, highest score first", true);
  add(Method::kPost, "/api/v1/risks", Action::kWriteFunding, api_create, "Record a risk", false, 201);
  add(Method::kGet, "/api/v1/risks/{id}", Action::kReadFunding, api_one, "One risk");
  add(Method::kPut, "/api/v1/risks/{id}", Action::kWriteFunding, api_change, "Change a risk");
}

}  // namespace kindling
