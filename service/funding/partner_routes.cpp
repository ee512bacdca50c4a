// The partners of a grant: one page with a row for each, and the same as JSON.
#include <algorithm>
#include <string>
#include <vector>

#include "funding/grant.hpp"
#include "funding/grant_form.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "funding/record_grant.hpp"
#include "funding/routes.hpp"
#include "http/html.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

constexpr int kBlankRows = 3;

struct ReadPartners {
  Result<Grant> grant;
  std::vector<GrantPartner> partners = {};
  std::vector<OrganisationChoice> organisations = {};
};

ReadPartners read_partners(const Site& site, const http::Request& request) {
  return reading(site.database, [&](Session& session) {
    ReadPartners read{.grant = find_grant(session, request.path_id("id"))};
    if (!read.grant) return read;
    read.partners = list_partners(session, read.grant->id);
    read.organisations = list_partner_organisations(session);
    return read;
  });
}

Value message_at(const std::vector<FieldError>& errors, const std::string& path) {
  const auto found = std::ranges::find(errors, path, &FieldError::field);
  return found == errors.end() ? Value() : Value(found->message);
}

Value organisation_options(const ReadPartners& read, std::string_view chosen) {
  auto options = Value::array();
  for (const auto& organisation : read.organisations) {
    const auto id = std::to_string(organisation.id);
    options.push(Value::object({{"value", id}, {"label", organisation.name}, {"selected", id == chosen}}));
  }
  return options;
}

// A row for each partner as typed, and some empty ones.
std::string partner_rows(const Site& site, const ReadPartners& read, const Input& input,
                         const std::vector<FieldError>& errors) {
  auto keys = input.keys_below("partners");
  for (int next = 0, blank = 0; blank < kBlankRows; ++next) {
    auto key = std::to_string(next);
    if (std::ranges::find(keys, key) != keys.end()) continue;
    keys.push_back(std::move(key));
    ++blank;
  }
  auto rows = Value::array();
  int number = 0;
  for (const auto& key : keys) {
    const auto path = "partners." + key + ".";
    rows.push(Value::object({{"number", ++number},
                             {"path", path},
                             {"id", field_id("partners." + key)},
                             {"options", organisation_options(read, input.text(path + "organisation_id"))},
                             {"organisation_error", message_at(errors, path + "organisation_id")},
                             {"coordinator", input.text(path + "role") == "coordinator"},
                             {"share", input.text(path + "share")},
                             {"share_error", message_at(errors, path + "share")}}));
  }
  return site.templates.render("grant_partner_rows", Value::object({{"rows", std::move(rows)},
                                                                    {"currency", read.grant->currency.code()},
                                                                    {"none", read.organisations.empty()}}));
}

http::Response partners_page(const Site& site, const http::Request& request, const ReadPartners& read,
                             const Typed& typed) {
  const auto& grant = *read.grant;
  const auto errors = form_errors(typed.error);
  Money sum{0, grant.currency};
  for (const auto& partner : read.partners) sum = sum + partner.share.value_or(Money{0, grant.currency});

  const bool may_write = authorize(request.actor, Action::kWriteFunding).ok();
  Value data;
  data.set("grant", grant_head(grant, "partners"));
  data.set("may_write", may_write);
  data.set("maximum", to_display(grant.maximum()));
  data.set("maximum_word", grant.awarded ? "awarded" : "requested");
  data.set("sum", to_display(sum));
  data.set("rest", to_display(grant.maximum() - sum));
  if (may_write) {
    Form form(typed.input, errors);
    form.hidden("version", std::to_string(grant.version));
    form.html(partner_rows(site, read, typed.input, errors));
    data.set("form", form.value(grant_path(grant) + "/partners", "Save partners", grant_path(grant)));
  } else {
    auto partners = Value::array();
    for (const auto& partner : read.partners) {
      partners.push(Value::object({{"partner_name", partner.name},
                                   {"role_label", partner.coordinator ? "Coordinator" : "Partner"},
                                   {"share", partner.share ? to_display(*partner.share) : "–"}}));
    }
    data.set("partners", std::move(partners));
  }
  return page(site, request,
              {.title = "Partners of " + grant.title,
               .name = "grant_partners",
               .data = std::move(data),
               .status = status_of_form(typed.error),
               .crumbs = grant_crumbs(grant, "Partners")});
}

http::Response show_partners(const Site& site, const http::Request& request) {
  const auto read = read_partners(site, request);
  if (!read.grant) return error_page(site, read.grant.error(), request);
  return partners_page(site, request, read, {.input = typed_of(read.partners)});
}

http::Response submit_partners(const Site& site, const http::Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<http::Response> {
        const auto version = expected_version(request, *input);
        if (!version) return version.error();
        const auto id = request.path_id("id");
        const auto done = change_partners(transaction, {.id = id, .expected_version = *version}, *input);
        if (!done) return done.error();
        return http::see_other("/grants/" + std::to_string(id) + "/partners?done=saved");
      },
      [&](const Error& error) {
        const auto read = read_partners(site, request);
        if (!read.grant) return error_page(site, read.grant.error(), request);
        return partners_page(site, request, read, {.input = *input, .error = &error});
      });
}

http::Response partners_answer(const Grant& grant, const std::vector<GrantPartner>& partners) {
  auto items = Value::array();
  for (const auto& partner : partners) items.push(partner_value(partner));
  return http::json(Value::object({{"partners", std::move(items)}})).with("ETag", etag_of(grant.version));
}

http::Response api_partners(const Site& site, const http::Request& request) {
  const auto read = read_partners(site, request);
  if (!read.grant) return http::problem(read.grant.error(), request);
  const auto etag = etag_of(read.grant->version);
  if (http::etag_matches(request, etag)) return http::not_modified(etag);
  return partners_answer(*read.grant, read.partners);
}

http::Response api_put_partners(const Site& site, const http::Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<http::Response> {
    const auto id = request.path_id("id");
    const auto done = change_partners(transaction, {.id = id, .expected_version = version}, input);
    if (!done) return done.error();
    const auto grant = find_grant(transaction.session, id);
    if (!grant) return grant.error();
    return partners_answer(*grant, list_partners(transaction.session, id));
  });
}

}  // namespace

void add_partner_routes(http::Router& router, const Site& site) {
  using http::Method;
  using http::Request;
  router.add({.method = Method::kGet,
              .pattern = "/grants/{id}/partners",
              .action = Action::kReadFunding,
              .handler = [&site](const Request& request) { return show_partners(site, request); }});
  router.add({.method = Method::kPost,
              .pattern = "/grants/{id}/partners",
              .action = Action::kWriteFunding,
              .handler = [&site](const Request& request) { return submit_partners(site, request); }});
  router.add({.method = Method::kGet,
              .pattern = "/api/v1/grants/{id}/partners",
              .action = Action::kReadFunding,
              .handler = [&site](const Request& request) { return api_partners(site, request); },
              .doc = {.summary = "The partners of a grant; the ETag is the grant's version",
                      .tag = "grants",
                      .response_schema = "GrantPartners"}});
  router.add({.method = Method::kPut,
              .pattern = "/api/v1/grants/{id}/partners",
              .action = Action::kWriteFunding,
              .handler = [&site](const Request& request) { return api_put_partners(site, request); },
              .doc = {.summary = "Replace the partners of a grant; an empty list takes all out",
                      .tag = "grants",
                      .request_schema = "GrantPartnersInput",
                      .response_schema = "GrantPartners"}});
}

}  // namespace kindling
