#include <algorithm>
#include <charconv>

#include "core/fields.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "funding/programme.hpp"
#include "http/router.hpp"
#include "spending/period_closing_store.hpp"
#include "spending/record_reporting_period.hpp"
#include "spending/reporting_period_page.hpp"
#include "spending/reporting_period_store.hpp"
#include "spending/requested_contribution_store.hpp"
#include "spending/routes.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

// Periods are addressed by their number within the grant; none has number 0.
int number_of(const Request& request) {
  return static_cast<int>(std::min<std::int64_t>(request.path_id("period"), INT32_MAX));
}

// ---- Pages ----

Value plan_form(const Grant& grant, const Programmes& programmes, const std::vector<ReportingPeriod>& periods,
                const Input& typed, const std::vector<FieldError>& errors) {
  const auto* programme = programmes.find(grant.programme_code);
  const auto next = periods.empty() ? grant.period.first : periods.back().days.last.plus_days(1);
  if (next > grant.period.last) return {};
  Input proposed = typed;
  if (periods.empty() && typed.fields().empty() && programme != nullptr) {
    proposed.set("months", std::to_string(programme->report_months));
  }
  Form form(proposed, errors);
  form.section("Plan reporting periods", "The next one begins on " + to_display(next) + ". For each, the report becomes due " +
                                             std::to_string(programme == nullptr ? 60 : programme->report_due_days) +
                                             " days after its end.")
      .number("months", "All of them, each of", {.help = "Up to the end of the grant.", .columns = 4, .suffix = "months"})
      .date("ends_on", "Or one, until", {.columns = 4});
  return form.value(periods_path(grant.id), "Plan", "");
}

Response list_page(const Site& site, const Request& request, const Programmes& programmes, const Input* typed = nullptr,
                   const Error* error = nullptr) {
  struct Read {
    Result<Grant> grant;
    std::vector<ReportingPeriod> periods = {};
  };
  const auto read = reading(site.database, [&](Session& session) {
    Read found{.grant = find_grant(session, request.path_id("id"))};
    if (found.grant) found.periods = list_reporting_periods(session, found.grant->id);
    return found;
  });
  if (!read.grant) return error_page(site, read.grant.error(), request);
  auto rows = Value::array();
  for (const auto& period : read.periods) rows.push(period_row(period));
  const Input nothing;
  Value data;
  data.set("grant", grant_head(*read.grant, "periods"));
  data.set("rows", std::move(rows));
  data.set("empty", read.periods.empty());
  data.set("plan_form", plan_form(*read.grant, programmes, read.periods, typed == nullptr ? nothing : *typed,
                                  error == nullptr ? std::vector<FieldError>{} : errors_of(*error)));
  return page(site, request,
              {.title = "Reporting periods of " + read.grant->title, .name = "reporting_periods", .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = grant_crumbs(*read.grant, "Periods")});
}

Response plan_on_page(const Site& site, const Request& request, const Programmes& programmes) {
  const auto grant_id = request.path_id("id");
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto planned = plan_reporting_periods(transaction, programmes, grant_id, input);
        if (!planned) return planned.error();
        return periods_path(grant_id) + "?done=created";
      },
      [&](const Input& input, const Error& error) { return list_page(site, request, programmes, &input, &error); });
}

// Everything about one period, in one reading.
struct ReadPeriod {
  Grant grant;
  ReportingPeriod period;
  std::vector<ChecklistItem> checklist;
  std::vector<Category> categories;
  ReportingStatement statement;
  std::vector<PeriodRate> rates;
  std::vector<ExchangeDifference> differences;
};
Result<ReadPeriod> read_period(Session& session, std::int64_t grant_id, int number, Date today) {
  auto grant = find_grant(session, grant_id);
  if (!grant) return grant.error();
  auto period = find_reporting_period(session, grant_id, number);
  if (!period) return period.error();
  auto categories = list_categories(session, grant_id);
  auto statement = make_statement(list_declared_sums(session, *period), categories,
                                  {.indirect = grant->indirect_rate, .funding = grant->funding_rate}, grant->currency,
                                  list_asked_contributions(session, period->id, grant->currency).asked);
  auto checklist = list_checklist(session, *period, today);
  auto rates = list_period_rates(session, period->id);
  auto differences = list_period_differences(session, *period);
  return ReadPeriod{*std::move(grant), *std::move(period), std::move(checklist),
                    std::move(categories), std::move(statement), std::move(rates), std::move(differences)};
}

Response one_page(const Site& site, const Request& request, const Input* typed = nullptr, const Error* error = nullptr) {
  const auto read = reading(site.database, [&](Session& session) {
    return read_period(session, request.path_id("id"), number_of(request), today(site.config.time_zone));
  });
  if (!read) return error_page(site, read.error(), request);
  auto view = period_view({read->grant, read->period, read->checklist, read->categories, read->statement, read->rates,
                           read->differences},
                          request.actor);
  if (error != nullptr) view.set("refusal", errors_of(*error).front().message);
  if (typed != nullptr) {
    view.set("typed_note", typed->text("note"));
    view.set("typed_reason", typed->text("reason"));
    view.set("open_reopen", typed->find("reason") != nullptr);
  }
  return page(site, request,
              {.title = title_of(read->period) + " of " + read->grant.title, .name = "reporting_period",
               .data = std::move(view), .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Grants", "/grants"},
                          {read->grant.title, grant_path(read->grant)},
                          {"Periods", periods_path(read->grant.id)},
                          {title_of(read->period), ""}}});
}

// ---- The verbs on one period; pages and API run the same ----

struct Verb {
  const char* tail;
  Action action;
  Outcome (*run)(Transaction&, const Programmes&, const PeriodAct&, const Input&);
  const char* done;          // the notice
  const char* body_schema;
  const char* summary;
  bool removes = false;      // there is nothing to show afterwards
};
constexpr Verb kVerbs[] = {
    {"/end", Action::kPreparePeriod, move_period_end, "saved", "PeriodEnd", "Change the last day of the last period"},
    {"/remove", Action::kPreparePeriod,
     [](Transaction& transaction, const Programmes&, const PeriodAct& act, const Input&) {
       return remove_reporting_period(transaction, act);
     },
     "removed", "PeriodStep", "Remove the last period, with its report", true},
    {"/begin-closing", Action::kPreparePeriod,
     [](Transaction& transaction, const Programmes&, const PeriodAct& act, const Input&) {
       return begin_closing(transaction, act);
     },
     "changed", "PeriodStep", "Begin to close: work off the checklist"},
    {"/return", Action::kPreparePeriod,
     [](Transaction& transaction, const Programmes&, const PeriodAct& act, const Input&) {
       return return_from_closing(transaction, act);
     },
     "changed", "PeriodStep", "Give up the closing"},
    {"/close", Action::kClosePeriod,
     [](Transaction& transaction, const Programmes&, const PeriodAct& act, const Input& input) {
       return close_reporting_period(transaction, act, input);
     },
     "closed", "PeriodClosing", "Close a period whose closing somebody else began"},
    {"/reopenings", Action::kPreparePeriod,
     [](Transaction& transaction, const Programmes&, const PeriodAct& act, const Input& input) {
       return request_reopening(transaction, act, input);
     },
     "asked", "ReopeningRequest", "Ask for a closed period to be reopened"},
    {"/reopenings/decide", Action::kClosePeriod,
     [](Transaction& transaction, const Programmes&, const PeriodAct& act, const Input& input) {
       return decide_reopening(transaction, act, input);
     },
     "changed", "ReopeningDecision", "Reopen a period that somebody else asked for, or refuse"},
};

Response verb_on_page(const Site& site, const Request& request, const Programmes& programmes, const Verb& verb) {
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const PeriodAct on{request.path_id("id"), number_of(request), version, today(site.config.time_zone)};
        const auto outcome = verb.run(transaction, programmes, on, input);
        if (!outcome) return outcome.error();
        auto path = periods_path(on.grant_id);
        if (!verb.removes) path += "/" + std::to_string(on.number);
        return path + "?done=" + verb.done;
      },
      [&](const Input& input, const Error& error) { return one_page(site, request, &input, &error); });
}

Result<Response> answer(Transaction& transaction, std::int64_t grant_id, int number) {
  const auto period = find_reporting_period(transaction.session, grant_id, number);
  if (!period) return period.error();
  return http::json(reporting_period_value(*period)).with("ETag", etag_of(period->version));
}

Response verb_in_api(const Site& site, const Request& request, const Programmes& programmes, const Verb& verb) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const PeriodAct on{request.path_id("id"), number_of(request), version, today(site.config.time_zone)};
    const auto outcome = verb.run(transaction, programmes, on, input);
    if (!outcome) return outcome.error();
    if (verb.removes) return http::json(Value::object({{"removed", on.number}}));
    return answer(transaction, on.grant_id, on.number);
  });
}

// ---- The API's reading side ----

Response api_list(const Site& site, const Request& request) {
  const auto read = reading(site.database, [&](Session& session) -> Result<std::vector<ReportingPeriod>> {
    const auto grant = find_grant(session, request.path_id("id"));
    if (!grant) return grant.error();
    return list_reporting_periods(session, grant->id);
  });
  if (!read) return http::problem(read.error(), request);
  Value::Array rows;
  for (const auto& period : *read) rows.push_back(reporting_period_value(period));
  static const std::vector<Column> kColumns = {
      {.name = "number", .label = ""}, {.name = "starts_on", .label = ""},     {.name = "ends_on", .label = ""},
      {.name = "state", .label = ""},  {.name = "report_due_on", .label = ""}, {.name = "closed_on", .label = ""}};
  return list_answer(request, kColumns, rows, "");
}

Response api_plan(const Site& site, const Request& request, const Programmes& programmes) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto grant_id = request.path_id("id");
    const auto planned = plan_reporting_periods(transaction, programmes, grant_id, input);
    if (!planned) return planned.error();
    auto items = Value::array();
    for (const auto& period : list_reporting_periods(transaction.session, grant_id)) items.push(reporting_period_value(period));
    return http::json(Value::object({{"items", std::move(items)}, {"next_cursor", Value()}}), 201);
  });
}

// One of the period's views as JSON.
Response api_view(const Site& site, const Request& request, Value (*view)(const ReadPeriod&)) {
  const auto read = reading(site.database, [&](Session& session) {
    return read_period(session, request.path_id("id"), number_of(request), today(site.config.time_zone));
  });
  if (!read) return http::problem(read.error(), request);
  return http::json(view(*read)).with("ETag", etag_of(read->period.version));
}

Value period_of(const ReadPeriod& read) { return reporting_period_value(read.period); }
Value checklist_of(const ReadPeriod& read) {
  return Value::object({{"items", checklist_value(read.checklist, read.period)}, {"next_cursor", Value()}});
}
Value statement_of(const ReadPeriod& read) {
  return reporting_statement_value(read.period, read.statement, read.categories, read.rates, read.differences,
                                   read.grant.currency);
}

void add_schemas(http::Router& router) {
  router.add_schema("ReportingPeriod",
                    object_schema({"id:integer", "version:integer", "grant_id:integer", "number:integer", "starts_on",
                                   "ends_on", "state", "report_due_on:string?", "closing_by:string?", "closed_by:string?",
                                   "closed_on:string?", "closing_note:string?", "reopenings:array"}));
  router.add_schema("PlannedPeriods", object_schema({"months:integer", "ends_on"}));
  router.add_schema("PeriodList", object_schema({"items:array", "next_cursor:null"}));
  router.add_schema("PeriodEnd", object_schema({"ends_on"}));
  router.add_schema("PeriodStep", object_schema({}));
  router.add_schema("PeriodClosing", object_schema({"note"}));
  router.add_schema("ReopeningRequest", object_schema({"reason"}));
  router.add_schema("ReopeningDecision", object_schema({"decision"}));
  router.add_schema("PeriodChecklist", object_schema({"items:array", "next_cursor:null"}));
  router.add_schema("ReportingStatement",
                    object_schema({"grant_id:integer", "period:integer", "starts_on", "ends_on", "state", "currency",
                                   "partners:array", "consolidated:object", "rates:array", "exchange_differences:array"}));
}

http::ApiDoc doc(const char* summary, const char* body, const char* result, int status = 200, bool list = false) {
  return {.summary = summary, .tag = "reporting periods", .request_schema = body, .response_schema = result, .list = list,
          .success_status = status};
}

}  // namespace

void add_reporting_period_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  using http::Method;
  add_schemas(router);
  const std::string list = "/grants/{id}/periods", one = list + "/{period}", api = "/api/v1";
  router.add({.method = Method::kGet, .pattern = list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return list_page(site, request, programmes); }});
  router.add({.method = Method::kPost, .pattern = list, .action = Action::kPreparePeriod,
              .handler = [&](const Request& request) { return plan_on_page(site, request, programmes); }});
  router.add({.method = Method::kGet, .pattern = one, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return one_page(site, request); }});
  router.add({.method = Method::kGet, .pattern = api + list, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_list(site, request); },
              .doc = doc("Reporting periods of a grant, in order", "", "ReportingPeriod", 200, true)});
  router.add({.method = Method::kPost, .pattern = api + list, .action = Action::kPreparePeriod,
              .handler = [&](const Request& request) { return api_plan(site, request, programmes); },
              .doc = doc("Plan one period, or all by a rhythm of months", "PlannedPeriods", "PeriodList", 201)});
  struct View {
    const char* tail;
    Value (*view)(const ReadPeriod&);
    const char* summary;
    const char* schema;
  };
  for (const auto& row : {View{"", period_of, "One reporting period", "ReportingPeriod"},
                          View{"/checklist", checklist_of, "What is to be looked at before it is closed", "PeriodChecklist"},
                          View{"/statement", statement_of, "The figures of the period's statement", "ReportingStatement"}}) {
    router.add({.method = Method::kGet, .pattern = api + one + row.tail, .action = Action::kReadFunding,
                .handler = [&site, view = row.view](const Request& request) { return api_view(site, request, view); },
                .doc = doc(row.summary, "", row.schema)});
  }
  for (const auto& verb : kVerbs) {
    router.add({.method = Method::kPost, .pattern = one + verb.tail, .action = verb.action,
                .handler = [&](const Request& request) { return verb_on_page(site, request, programmes, verb); }});
    router.add({.method = Method::kPost, .pattern = api + one + verb.tail, .action = verb.action,
                .handler = [&](const Request& request) { return verb_in_api(site, request, programmes, verb); },
                .doc = doc(verb.summary, verb.body_schema, verb.removes ? "PeriodStep" : "ReportingPeriod")});
  }
}

}  // namespace kindling
