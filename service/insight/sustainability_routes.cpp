// Sustainability as a page and as JSON for dashboards: the same figures as the steering workbook, as of a day.
#include "core/hash.hpp"
#include "http/json.hpp"
#include "http/router.hpp"
#include "insight/routes.hpp"
#include "insight/steering_query.hpp"
#include "insight/steering_value.hpp"
#include "insight/sustainability_page.hpp"
#include "storage/database.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

// As of ?as_of=, today where it is not given.
Result<SteeringMoment> read_steering_moment(const Site& site, const Request& request) {
  SteeringMoment moment{.currency = Currency::of(site.config.currency), .as_of = today(site.config.time_zone), .position = {},
                        .known_at = {}};
  const auto typed = request.query_param("as_of").value_or("");
  if (typed.empty()) return moment;
  const auto day = Date::parse(typed);
  if (!day) return invalid_field("as_of", "not_a_date", "Enter a day such as 2026-03-31.");
  moment.as_of = *day;
  return moment;
}

Response show(const Site& site, const Request& request) {
  const auto moment = read_steering_moment(site, request);
  if (!moment) return error_page(site, moment.error(), request);
  const auto report = reading(site.database, [&](Session& session) { return query_steering(session, *moment); });
  auto data = sustainability_data(report, today(site.config.time_zone));
  data.set("assets", static_addresses());  // the scripts that draw
  return page(site, request, {.title = "Sustainability", .name = "sustainability", .data = std::move(data)});
}

// The answer with the hash of its bytes as ETag: a dashboard that asks again gets 304 until a figure moves.
Response with_etag(const Request& request, const Value& value) {
  auto body = http::to_json(value);
  auto etag = content_etag(body);
  if (http::etag_matches(request, etag)) return http::not_modified(std::move(etag));
  auto response = http::json_text(std::move(body));
  response.with("ETag", std::move(etag));
  return response;
}

template <typename Make>
Response answer(const Site& site, const Request& request, Make make) {
  const auto moment = read_steering_moment(site, request);
  if (!moment) return http::problem(moment.error(), request);
  return with_etag(request, reading(site.database, [&](Session& session) { return make(session, *moment); }));
}

Value grants_value(Session& session, const SteeringMoment& moment) {
  auto items = Value::array();
  for (const auto& grant : query_grants(session, moment)) items.push(grant_actual_value(grant, moment.as_of));
  return Value::object({{"as_of", to_string(moment.as_of)}, {"items", std::move(items)}});
}

void add_schemas(http::Router& router) {
  router.add_schema("Sustainability",
                    object_schema({"as_of", "currency", "cash", "unrestricted_cash", "restricted_cash", "prefinanced",
                                   "restricted_percent:string?", "whole_months:integer", "income", "expenses",
                                   "months_of_cash:string?", "months_of_cash_is_low:boolean", "net_burn_a_month:string?",
                                   "burn_months:integer", "runway_months:string?", "runway_is_limited:boolean", "funds:array",
                                   "other_currencies:array", "promised:array", "months:array", "definitions:array"}));
  router.add_schema("FundingGap", object_schema({"currency", "years:array"}));
  router.add_schema("IncomeMix", object_schema({"currency", "from", "to", "total", "concentration", "diversification",
                                                "largest_funder:string?", "dependency_percent:string?", "sources:array"}));
  router.add_schema("GrantActuals", object_schema({"as_of", "items:array"}));
  router.add_schema("DonationFigures",
                    object_schema({"currency", "months:array", "donors_last_year:integer", "donors_this_year:integer",
                                   "donors_again:integer", "donors_new:integer", "retention_percent:string?", "lybunt:integer",
                                   "lybunt_amount", "sybunt:integer", "pledges:integer", "pledged_a_year", "given_on_pledges",
                                   "campaigns:array"}));
}

}  // namespace

void add_sustainability_routes(http::Router& router, const Site& site) {
  add_schemas(router);
  router.add({.method = http::Method::kGet, .pattern = "/sustainability", .action = Action::kReadFunding,
              .handler = [&site](const Request& request) { return show(site, request); }});
  const auto add = [&](const char* pattern, const char* summary, const char* schema, auto make) {
    router.add({.method = http::Method::kGet, .pattern = pattern, .action = Action::kReadFunding,
                .handler = [&site, make](const Request& request) { return answer(site, request, make); },
                .doc = {.summary = summary, .tag = "insight", .response_schema = schema, .query = {"as_of"}}});
  };
  add("/api/v1/insight/sustainability",
      "Cash, months of cash, burn and runway as of a day, with income and expenses by month and what each figure means",
      "Sustainability", [](Session& session, const SteeringMoment& moment) {
        return cash_value(query_cash(session, moment), moment.currency, moment.as_of);
      });
  add("/api/v1/insight/gap",
      "The funding gap: need x source x month weighted by probability, the first uncovered month, coverage by quarter",
      "FundingGap", [](Session& session, const SteeringMoment& moment) {
        return gap_value(query_gap(session, moment, query_cash(session, moment)), moment.currency);
      });
  add("/api/v1/insight/income", "Income of the last whole months by source: mix, concentration, dependency", "IncomeMix",
      [](Session& session, const SteeringMoment& moment) {
        return income_value(query_income(session, moment, query_cash(session, moment)), moment.currency,
                            whole_months(moment.as_of));
      });
  add("/api/v1/insight/grants", "Budget against actual of each grant, with spend pressure", "GrantActuals", grants_value);
  add("/api/v1/insight/donations", "Donations by month, pledges, and how many donors gave again", "DonationFigures",
      [](Session& session, const SteeringMoment& moment) {
        return donation_figures_value(query_donations(session, moment), moment.currency);
      });
}

}  // namespace kindling
