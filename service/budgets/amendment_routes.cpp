// The form that begins an amendment; its lines are edited as those of any draft version.
#include "budgets/budget_change_page.hpp"
#include "budgets/record_budget_change.hpp"
#include "budgets/routes.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

Response form_page(const Site& site, const Request& request, const Input* typed, const Error* refused = nullptr) {
  const auto grant = reading(site.database, [&](Session& session) { return find_grant(session, request.path_id("id")); });
  if (!grant) return error_page(site, grant.error(), request);
  Input fresh;
  fresh.set("awarded_amount", to_string(grant->maximum()));
  fresh.set("ends_on", to_string(grant->period.last));
  fresh.set("funding_rate", to_string(grant->funding_rate));
  const auto errors = refused == nullptr ? std::vector<FieldError>{} : errors_of(*refused);
  Form form(typed == nullptr ? fresh : *typed, errors);
  form.section("An amendment of the agreement",
               "It begins as a draft of the next budget version: add lines, change amounts, then submit it. Somebody else "
               "approves, and the new budget, award, end and funding rate are in force at once.")
      .area("justification", "What changes, and why", {.required = true})
      .text("funder_reference", "The funder's reference", {.help = "May follow before it is submitted.", .columns = 4})
      .date("agreed_on", "Agreed by the funder on", {.help = "May follow before it is submitted.", .columns = 4})
      .amount("awarded_amount", "Maximum grant from then on",
              {.required = true, .columns = 4, .suffix = std::string(grant->currency.code())})
      .date("ends_on", "End of the grant from then on", {.required = true, .columns = 4})
      .percent("funding_rate", "Funding rate from then on", {.required = true, .columns = 4});
  Value data;
  data.set("grant", grant_head(*grant, "budget"));
  data.set("form", form.value(grant_path(*grant) + "/amendments", "Begin the amendment", modifications_path(grant->id)));
  return page(site, request, {.title = "Amendment of " + grant->title,
                              .name = "amendment_new",
                              .data = std::move(data),
                              .status = refused == nullptr ? 200 : http::status_of(refused->kind),
                              .crumbs = grant_crumbs(*grant, "Amendment")});
}

Response begin(const Site& site, const Request& request) {
  const auto grant_id = request.path_id("id");
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto number = draft_amendment(transaction, grant_id, input, today(site.config.time_zone));
        if (!number) return number.error();
        return modification_path(grant_id, *number) + "?done=created";
      },
      [&](const Input& input, const Error& error) { return form_page(site, request, &input, &error); });
}

}  // namespace

void add_amendment_routes(http::Router& router, const Site& site) {
  router.add({.method = http::Method::kGet, .pattern = "/grants/{id}/amendments/new", .action = Action::kWriteFunding,
              .handler = [&](const Request& request) { return form_page(site, request, nullptr); }});
  router.add({.method = http::Method::kPost, .pattern = "/grants/{id}/amendments", .action = Action::kWriteFunding,
              .handler = [&](const Request& request) { return begin(site, request); }});
}

}  // namespace kindling
