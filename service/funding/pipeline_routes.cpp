// The pipeline as a page and as JSON: totals per currency, never a sum over mixed ones.
#include <string>
#include <vector>

#include "funding/pipeline.hpp"
#include "funding/routes.hpp"
#include "http/json.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

constexpr const char* kSchema = R"({
  "type": "object",
  "required": ["grants", "totals"],
  "properties": {
    "grants": {"type": "array", "items": {
      "type": "object",
      "required": ["id", "title", "funder_id", "funder_name", "state", "starts_on", "currency", "amount", "probability",
                   "weighted_amount", "cut_off_amount"],
      "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string"},
        "funder_id": {"type": "integer"},
        "funder_name": {"type": "string"},
        "state": {"type": "string", "enum": ["prospect", "drafting", "applied", "awarded"]},
        "starts_on": {"type": "string", "format": "date"},
        "currency": {"type": "string"},
        "amount": {"type": ["string", "null"], "description": "requested, or awarded where that is settled"},
        "probability": {"type": "string", "description": "percent"},
        "weighted_amount": {"type": "string", "description": "amount x probability"},
        "cut_off_amount": {"type": "string", "description": "the amount where the probability is at least 75 %"}
      }}},
    "totals": {"type": "array", "description": "one for each currency", "items": {
      "type": "object",
      "required": ["currency", "grants", "without_amount", "amount", "weighted_amount", "cut_off_amount"],
      "properties": {
        "currency": {"type": "string"},
        "grants": {"type": "integer"},
        "without_amount": {"type": "integer", "description": "grants whose amount is not known yet"},
        "amount": {"type": "string"},
        "weighted_amount": {"type": "string"},
        "cut_off_amount": {"type": "string"}
      }}}
  }
})";

// A currency's grants under its total, as the page shows them.
Value sections_of(const Pipeline& pipeline) {
  auto sections = Value::array();
  for (const auto& total : pipeline.totals) {
    auto rows = Value::array();
    for (const auto& grant : pipeline.grants) {
      if (grant.currency != total.currency) continue;
      rows.push(Value::object({{"title", grant.title},
                               {"href", "/grants/" + std::to_string(grant.id)},
                               {"funder", grant.funder_name},
                               {"state_label", label_of(grant.state)},
                               {"state_badge", badge_of(grant.state)},
                               {"starts_on", to_display(grant.starts_on)},
                               {"amount", grant.amount ? to_display_amount(*grant.amount) : "–"},
                               {"probability", to_string(grant.probability) + " %"},
                               {"weighted", to_display_amount(weighted(grant))},
                               {"cut_off", to_display_amount(cut_off(grant))}}));
    }
    sections.push(
        Value::object({{"currency", total.currency.code()},
                       {"count", total.grants},
                       {"one", total.grants == 1},
                       {"unknown", total.without_amount == 0 ? Value() : Value(total.without_amount)},
                       {"amount", to_display_amount(total.amount)},
                       {"weighted", to_display_amount(total.weighted)},
                       {"cut_off", to_display_amount(total.cut_off)},
                       {"rows", std::move(rows)}}));
  }
  return sections;
}

http::Response show_pipeline(const Site& site, const http::Request& request) {
  const auto pipeline = reading(site.database, [](Session& session) { return read_pipeline(session); });
  Value data;
  data.set("cut_off_percent", to_string(kPipelineCutOff));
  data.set("nothing", pipeline.grants.empty());
  data.set("currencies", sections_of(pipeline));
  return page(site, request,
              {.title = "Pipeline",
               .name = "pipeline",
               .data = std::move(data),
               .crumbs = {{"Grants", "/grants"}, {"Pipeline", ""}}});
}

http::Response api_pipeline(const Site& site, const http::Request&) {
  const auto pipeline = reading(site.database, [](Session& session) { return read_pipeline(session); });
  auto grants = Value::array();
  for (const auto& grant : pipeline.grants) {
    grants.push(Value::object({{"id", grant.id},
                               {"title", grant.title},
                               {"funder_id", grant.funder_id},
                               {"funder_name", grant.funder_name},
                               {"state", to_string(grant.state)},
                               {"starts_on", to_string(grant.starts_on)},
                               {"currency", grant.currency.code()},
                               {"amount", grant.amount ? Value(to_string(*grant.amount)) : Value()},
                               {"probability", to_string(grant.probability)},
                               {"weighted_amount", to_string(weighted(grant))},
                               {"cut_off_amount", to_string(cut_off(grant))}}));
  }
  auto totals = Value::array();
  for (const auto& total : pipeline.totals) {
    totals.push(Value::object({{"currency", total.currency.code()},
                               {"grants", total.grants},
                               {"without_amount", total.without_amount},
                               {"amount", to_string(total.amount)},
                               {"weighted_amount", to_string(total.weighted)},
                               {"cut_off_amount", to_string(total.cut_off)}}));
  }
  return http::json(Value::object({{"grants", std::move(grants)}, {"totals", std::move(totals)}}));
}

}  // namespace

void add_pipeline_routes(http::Router& router, const Site& site) {
  using http::Method;
  using http::Request;
  router.add_schema("Pipeline", *http::value_from_json(kSchema));
  router.add({.method = Method::kGet,
              .pattern = "/pipeline",
              .action = Action::kReadFunding,
              .handler = [&site](const Request& request) { return show_pipeline(site, request); }});
  router.add(
      {.method = Method::kGet,
       .pattern = "/api/v1/pipeline",
       .action = Action::kReadFunding,
       .handler = [&site](const Request& request) { return api_pipeline(site, request); },
       .doc = {.summary = "Grants that do not run yet, weighted by probability, with totals per currency",
               .tag = "grants",
               .response_schema = "Pipeline"}});
}

}  // namespace kindling
