// What partners ask for of a period: one row each, as a page and as JSON.
#include <algorithm>

#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "spending/period_closing_store.hpp"
#include "spending/reporting_period_page.hpp"
#include "spending/reporting_period_store.hpp"
#include "spending/reporting_statement.hpp"
#include "spending/request_contribution.hpp"
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

int number_of(const Request& request) {
  return static_cast<int>(std::min<std::int64_t>(request.path_id("period"), INT32_MAX));
}

struct Read {
  Grant grant;
  ReportingPeriod period;
  ReportingStatement statement;
  AskedContributions asked;
};
Result<Read> read_all(Session& session, std::int64_t grant_id, int number) {
  auto grant = find_grant(session, grant_id);
  if (!grant) return grant.error();
  auto period = find_reporting_period(session, grant_id, number);
  if (!period) return period.error();
  auto asked = list_asked_contributions(session, period->id, grant->currency);
  auto statement = make_statement(list_declared_sums(session, *period), list_categories(session, grant_id),
                                  {.indirect = grant->indirect_rate, .funding = grant->funding_rate}, grant->currency,
                                  asked.asked);
  return Read{*std::move(grant), *std::move(period), std::move(statement), std::move(asked)};
}
Result<Read> read_all(const Site& site, const Request& request) {
  return reading(site.database, [&](Session& session) { return read_all(session, request.path_id("id"), number_of(request)); });
}

std::string row_of(std::size_t index) { return "partners." + std::to_string(index) + "."; }

std::string id_text(const PartnerStatement& partner) { return partner.partner_id ? std::to_string(*partner.partner_id) : ""; }

Value form_of(const Read& read, const Input* typed, const std::vector<FieldError>& errors) {
  Input stored;
  for (std::size_t i = 0; i < read.statement.partners.size(); ++i) {
    const auto* asked = find_asked(read.asked, read.statement.partners[i].partner_id);
    stored.set(row_of(i) + "amount", asked == nullptr ? "" : to_string(asked->amount));
  }
  Form form(typed == nullptr ? stored : *typed, errors);
  form.hidden("version", std::to_string(read.asked.version));
  for (std::size_t i = 0; i < read.statement.partners.size(); ++i) {
    const auto& partner = read.statement.partners[i];
    form.hidden(row_of(i) + "partner_id", id_text(partner))
        .amount(row_of(i) + "amount", partner.name,
                {.help = "At most " + to_display(partner.costs.contribution) + ". Empty asks for all of it."});
  }
  return form.value(period_path(read.period) + "/contribution", "Save what is asked for", period_path(read.period));
}

Value rows_of(const Read& read) {
  auto rows = Value::array();
  for (const auto& partner : read.statement.partners) {
    const auto* asked = find_asked(read.asked, partner.partner_id);
    const auto maximum = partner.costs.contribution;
    const bool less = asked != nullptr && asked->amount.minor < maximum.minor;
    rows.push(Value::object({{"partner", partner.name},
                             {"total", to_display_amount(partner.costs.total)},
                             {"maximum", to_display_amount(maximum)},
                             {"requested", to_display_amount(less ? asked->amount : maximum)},
                             {"less", less}}));
  }
  return rows;
}

Response show(const Site& site, const Request& request, const Input* typed = nullptr, const Error* error = nullptr) {
  const auto read = read_all(site, request);
  if (!read) return error_page(site, read.error(), request);
  const bool closed = read->period.state == "closed";
  Value data;
  data.set("grant", grant_head(read->grant, "periods"));
  data.set("period_title", title_of(read->period));
  data.set("path", period_path(read->period));
  data.set("currency", read->grant.currency.code());
  data.set("rows", rows_of(*read));
  data.set("empty", read->statement.partners.empty());
  data.set("is_closed", closed);
  if (error != nullptr && error->fields.empty()) data.set("refusal", error->message);
  if (!closed && !read->statement.partners.empty() && authorize(request.actor, Action::kPreparePeriod)) {
    data.set("form", form_of(*read, typed, error == nullptr ? std::vector<FieldError>{} : errors_of(*error)));
  }
  return page(site, request,
              {.title = "Requested contribution of " + read->grant.title, .name = "requested_contribution",
               .data = std::move(data), .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Grants", "/grants"},
                          {read->grant.title, grant_path(read->grant)},
                          {"Periods", periods_path(read->grant.id)},
                          {title_of(read->period), period_path(read->period)},
                          {"Requested contribution", ""}}});
}

Response save(const Site& site, const Request& request) {
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const ContributionAct on{request.path_id("id"), number_of(request), version};
        const auto changed = request_contributions(transaction, on, input);
        if (!changed) return changed.error();
        return periods_path(on.grant_id) + "/" + std::to_string(on.number) + "/contribution?done=saved";
      },
      [&](const Input& input, const Error& error) { return show(site, request, &input, &error); });
}

Response answer(const Read& read) {
  return http::json(requested_contributions_value(read.period, read.statement, read.asked, read.grant.currency))
      .with("ETag", etag_of(read.asked.version));
}

Response api_show(const Site& site, const Request& request) {
  const auto read = read_all(site, request);
  return read ? answer(*read) : http::problem(read.error(), request);
}

Response api_save(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const ContributionAct on{request.path_id("id"), number_of(request), version};
    const auto changed = request_contributions(transaction, on, input);
    if (!changed) return changed.error();
    const auto read = read_all(transaction.session, on.grant_id, on.number);
    if (!read) return read.error();
    return answer(*read);
  });
}

http::ApiDoc doc(const char* summary, const char* body) {
  return {.summary = summary, .tag = "reporting periods", .request_schema = body, .response_schema = "RequestedContributions"};
}

}  // namespace

void add_requested_contribution_routes(http::Router& router, const Site& site) {
  using http::Method;
  const std::string path = "/grants/{id}/periods/{period}/contribution";
  router.add_schema("RequestedContributions",
                    object_schema({"grant_id:integer", "period:integer", "version:integer", "currency", "partners:array"}));
  router.add({.method = Method::kGet, .pattern = path, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return show(site, request); }});
  router.add({.method = Method::kPost, .pattern = path, .action = Action::kPreparePeriod,
              .handler = [&](const Request& request) { return save(site, request); }});
  router.add({.method = Method::kGet, .pattern = "/api/v1" + path, .action = Action::kReadFunding,
              .handler = [&](const Request& request) { return api_show(site, request); },
              .doc = doc("What each partner asks for of a period, and the maximum that its costs give", "")});
  router.add({.method = Method::kPut, .pattern = "/api/v1" + path, .action = Action::kPreparePeriod,
              .handler = [&](const Request& request) { return api_save(site, request); },
              .doc = doc("Ask for less than the maximum, or for all of it again", "RequestedContributions")});
}

}  // namespace kindling
