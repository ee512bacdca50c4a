// Grants as pages: the list, a grant, its forms and its history.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/audit.hpp"
#include "funding/grant.hpp"
#include "funding/grant_form.hpp"
#include "funding/grant_overview.hpp"
#include "funding/grant_page.hpp"
#include "funding/grant_store.hpp"
#include "funding/record_grant.hpp"
#include "funding/routes.hpp"
#include "http/router.hpp"
#include "identity/authorize.hpp"
#include "ledger/ledger.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

bool may_write(const http::Request& request) {
  return authorize(request.actor, Action::kWriteFunding).ok();
}

std::string display_or(const std::optional<Money>& money, const char* otherwise) {
  return money ? to_display(*money) : otherwise;
}

// ---- The list ----

const std::vector<Column> kColumns{
    {.name = "title", .label = "Title", .sortable = true, .href = "href"},
    {.name = "funder_name", .label = "Funder"},
    {.name = "state", .label = "State"},
    {.name = "requested", .label = "Requested", .number = true},
    {.name = "awarded", .label = "Awarded", .sortable = true, .number = true},
    {.name = "end", .label = "Ends", .sortable = true},
};

// A date stays on one line of a narrow column: its spaces do not break.
std::string unbroken(const std::string& text) {
  std::string joined;
  for (const char c : text) joined += c == ' ' ? "\u00A0" : std::string(1, c);
  return joined;
}

Value list_row(const ListedGrant& grant) {
  return Value::object({{"title", grant.title},
                        {"href", "/grants/" + std::to_string(grant.id)},
                        {"funder_name", grant.funder_name},
                        {"state", to_string(grant.state)},
                        {"state_display", label_of(grant.state)},
                        {"state_badge", badge_of(grant.state)},
                        {"requested", display_or(grant.requested, "–")},
                        {"awarded", display_or(grant.awarded, "–")},
                        {"end", to_string(grant.period.last)},
                        {"end_display", unbroken(to_display(grant.period.last))}});
}

Value option(std::string value, std::string label, std::string_view chosen) {
  const bool selected = value == chosen;
  return Value::object({{"value", std::move(value)}, {"label", std::move(label)}, {"selected", selected}});
}

Value filters_of(const ListQuery& query, const std::vector<OrganisationChoice>& funders,
                 const Programmes& programmes) {
  auto states = Value::array();
  for (const auto state : grant_states()) {
    states.push(option(std::string(to_string(state)), std::string(label_of(state)), query.filter("state")));
  }
  auto funder_options = Value::array();
  for (const auto& funder : funders) {
    funder_options.push(option(std::to_string(funder.id), funder.name, query.filter("funder")));
  }
  auto programme_options = Value::array();
  for (const auto& programme : programmes.all()) {
    programme_options.push(option(programme.code, programme.name, query.filter("programme")));
  }
  return Value::object({{"search", query.search},
                        {"states", std::move(states)},
                        {"funders", std::move(funder_options)},
                        {"programmes", std::move(programme_options)}});
}

http::Response list_page(const Site& site, const http::Request& request, const Programmes& programmes) {
  const auto query = parse_list_query(request, {"title", "awarded", "end"}, {"state", "funder", "programme"});
  if (!query) return error_page(site, query.error(), request);
  struct Read {
    Result<GrantList> list;
    std::vector<OrganisationChoice> funders;
  };
  const auto read = reading(site.database, [&](Session& session) {
    return Read{.list = list_grants(session, *query), .funders = list_funders(session)};
  });
  if (!read.list) return error_page(site, read.list.error(), request);

  Value::Array rows;
  for (const auto& grant : read.list->grants) rows.push_back(list_row(grant));
  const bool narrowed = !query->search.empty() || !query->filters.empty();
  Value data;
  data.set("may_write", may_write(request));
  data.set("nothing", rows.empty());
  data.set("narrowed", narrowed);
  data.set("filters", filters_of(*query, read.funders, programmes));
  data.set("table", table(request, *query, kColumns, rows, read.list->next_cursor));
  return page(site, request,
              {.title = "Grants", .name = "grants", .data = std::move(data), .crumbs = {{"Grants", ""}}});
}

// ---- One grant ----

struct ReadGrant {
  Result<Grant> grant;
  std::vector<Category> categories = {};
  std::vector<GrantPartner> partners = {};
  std::vector<Balance> balances = {};
};

ReadGrant read_grant(const Site& site, const http::Request& request) {
  return reading(site.database, [&](Session& session) {
    ReadGrant read{.grant = find_grant(session, request.path_id("id"))};
    if (!read.grant) return read;
    read.categories = list_categories(session, read.grant->id);
    read.partners = list_partners(session, read.grant->id);
    if (read.grant->fund_id) read.balances = fund_balances(session, *read.grant->fund_id);
    return read;
  });
}

http::Response show_grant(const Site& site, const http::Request& request, const Programmes& programmes) {
  const auto read = read_grant(site, request);
  if (!read.grant) return error_page(site, read.grant.error(), request);
  auto data = grant_overview(
      *read.grant, {.categories = read.categories, .partners = read.partners, .balances = read.balances},
      programmes);
  data.set("may_write", may_write(request));
  return page(site, request,
              {.title = read.grant->title,
               .name = "grant",
               .data = std::move(data),
               .crumbs = grant_crumbs(*read.grant)});
}

std::string text_at(const Value& object, std::string_view name) {
  const auto* value = object.find(name);
  const auto* text = value != nullptr ? std::get_if<std::string>(&value->data()) : nullptr;
  return text != nullptr ? *text : std::string{};
}

// What an audit event's action says to a reader.
std::string told(const std::string& action) {
  if (action == "grant.recorded") return "Recorded the grant";
  if (action == "grant.changed") return "Changed the grant";
  if (action == "grant.partners_changed") return "Changed the partners";
  const auto state =
      find_grant_state(std::string_view(action).substr(std::min(action.size(), std::size_t{6})));
  return state ? "State: " + std::string(label_of(*state)) : action;
}

// Events as rows: "2026-03-01T10:15:00Z" is read as "2026-03-01 10:15 UTC".
Value audit_rows(const Value& events) {
  auto rows = Value::array();
  for (const auto& event : std::get<Value::Array>(events.data())) {
    const auto at = text_at(event, "at");
    std::string fields;
    if (const auto* names = event.find("fields")) {
      for (const auto& name : std::get<Value::Array>(names->data())) {
        fields += (fields.empty() ? "" : ", ") + std::get<std::string>(name.data());
      }
    }
    std::ranges::replace(fields, '_', ' ');
    rows.push(Value::object({{"at", at.size() < 16 ? at : at.substr(0, 10) + " " + at.substr(11, 5) + " UTC"},
                             {"who", text_at(event, "actor_name")},
                             {"what", told(text_at(event, "action"))},
                             {"fields", std::move(fields)}}));
  }
  return rows;
}

http::Response show_history(const Site& site, const http::Request& request) {
  struct Read {
    Result<Grant> grant;
    std::vector<GrantStateChange> changes = {};
    Value audit = Value::array();
  };
  auto read = reading(site.database, [&](Session& session) {
    Read found{.grant = find_grant(session, request.path_id("id"))};
    if (!found.grant) return found;
    found.changes = list_state_changes(session, found.grant->id);
    found.audit = list_audit(session, "grant", found.grant->id);
    return found;
  });
  if (!read.grant) return error_page(site, read.grant.error(), request);
  auto changes = Value::array();
  for (const auto& change : read.changes) {
    changes.push(Value::object({{"label", label_of(change.to)},
                                {"badge", badge_of(change.to)},
                                {"recorded", !change.from.has_value()},
                                {"from", change.from ? Value(label_of(*change.from)) : Value()},
                                {"on_date", to_display(change.on_date)},
                                {"who", change.actor_name},
                                {"reason", change.reason ? Value(*change.reason) : Value()}}));
  }
  Value data;
  data.set("grant", grant_head(*read.grant, "history"));
  data.set("changes", std::move(changes));
  data.set("audit", audit_rows(read.audit));
  return page(site, request,
              {.title = "History of " + read.grant->title,
               .name = "grant_history",
               .data = std::move(data),
               .crumbs = grant_crumbs(*read.grant, "History")});
}

// ---- Forms ----

http::Response new_grant(const Site& site, const http::Request& request, const Programmes& programmes) {
  const auto* programme = programmes.find(std::string(request.query_param("programme").value_or("")));
  if (programme == nullptr) return choose_programme_page(site, request, programmes);
  auto input = typed_of(*programme);
  input.set("currency", site.config.currency);
  return new_grant_page(site, request, programmes, {.input = std::move(input)});
}

http::Response submit_new_grant(const Site& site, const http::Request& request,
                                const Programmes& programmes) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<http::Response> {
        const auto id = record_grant(transaction, programmes, *input, today(site.config.time_zone));
        if (!id) return id.error();
        return http::see_other("/grants/" + std::to_string(*id) + "?done=created");
      },
      [&](const Error& error) {
        return new_grant_page(site, request, programmes, {.input = *input, .error = &error});
      });
}

http::Response edit_grant(const Site& site, const http::Request& request, const Programmes& programmes) {
  const auto read = read_grant(site, request);
  if (!read.grant) return error_page(site, read.grant.error(), request);
  return edit_grant_page(site, request, programmes, *read.grant, read.categories,
                         {.input = typed_of(*read.grant, read.categories)});
}

http::Response submit_change(const Site& site, const http::Request& request, const Programmes& programmes) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<http::Response> {
        const auto version = expected_version(request, *input);
        if (!version) return version.error();
        const auto id = request.path_id("id");
        const auto done =
            change_grant(transaction, programmes, {.id = id, .expected_version = *version}, *input);
        if (!done) return done.error();
        return http::see_other("/grants/" + std::to_string(id) + "?done=saved");
      },
      [&](const Error& error) {
        const auto read = read_grant(site, request);
        if (!read.grant) return error_page(site, read.grant.error(), request);
        return edit_grant_page(site, request, programmes, *read.grant, read.categories,
                               {.input = *input, .error = &error});
      });
}

// The form of the move that is asked for; the grant itself where there is no such move from its state.
http::Response state_form(const Site& site, const http::Request& request, const Grant& grant,
                          std::string_view to, const Typed& typed) {
  const auto state = find_grant_state(to);
  const auto* edge = state ? find_edge(grant.state, *state) : nullptr;
  if (edge != nullptr) return grant_state_page(site, request, grant, *edge, typed);
  if (typed.error != nullptr) return error_page(site, *typed.error, request);
  return http::see_other(grant_path(grant));
}

http::Response show_state_form(const Site& site, const http::Request& request) {
  const auto read = read_grant(site, request);
  if (!read.grant) return error_page(site, read.grant.error(), request);
  Input input;
  input.set("on_date", to_string(today(site.config.time_zone)));
  input.set("reference", read.grant->reference.value_or(""));
  input.set("awarded_amount", read.grant->requested ? to_string(*read.grant->requested) : "");
  return state_form(site, request, *read.grant, request.query_param("to").value_or(""),
                    {.input = std::move(input)});
}

http::Response submit_state(const Site& site, const http::Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<http::Response> {
        const auto version = expected_version(request, *input);
        if (!version) return version.error();
        const auto id = request.path_id("id");
        const auto done = change_grant_state(transaction, {.id = id, .expected_version = *version}, *input,
                                             today(site.config.time_zone));
        if (!done) return done.error();
        return http::see_other("/grants/" + std::to_string(id) + "?done=changed");
      },
      [&](const Error& error) {
        const auto read = read_grant(site, request);
        if (!read.grant) return error_page(site, read.grant.error(), request);
        return state_form(site, request, *read.grant, input->text("to_state"),
                          {.input = *input, .error = &error});
      });
}

}  // namespace

void add_grant_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  using http::Method;
  using http::Request;
  const auto read = [&](std::string pattern, http::Handler handler) {
    router.add({.method = Method::kGet,
                .pattern = std::move(pattern),
                .action = Action::kReadFunding,
                .handler = std::move(handler)});
  };
  const auto write = [&](Method method, std::string pattern, http::Handler handler) {
    router.add({.method = method,
                .pattern = std::move(pattern),
                .action = Action::kWriteFunding,
                .handler = std::move(handler)});
  };
  read("/grants",
       [&site, &programmes](const Request& request) { return list_page(site, request, programmes); });
  read("/grants/{id}",
       [&site, &programmes](const Request& request) { return show_grant(site, request, programmes); });
  read("/grants/{id}/history", [&site](const Request& request) { return show_history(site, request); });
  write(Method::kGet, "/grants/new",
        [&site, &programmes](const Request& request) { return new_grant(site, request, programmes); });
  write(Method::kPost, "/grants",
        [&site, &programmes](const Request& request) { return submit_new_grant(site, request, programmes); });
  write(Method::kGet, "/grants/{id}/edit",
        [&site, &programmes](const Request& request) { return edit_grant(site, request, programmes); });
  write(Method::kPost, "/grants/{id}",
        [&site, &programmes](const Request& request) { return submit_change(site, request, programmes); });
  write(Method::kGet, "/grants/{id}/state",
        [&site](const Request& request) { return show_state_form(site, request); });
  write(Method::kPost, "/grants/{id}/state",
        [&site](const Request& request) { return submit_state(site, request); });
}

}  // namespace kindling
