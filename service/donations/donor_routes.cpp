#include "donations/donation_page.hpp"
#include "donations/donor_store.hpp"
#include "donations/donor_vault.hpp"
#include "donations/pledge_store.hpp"
#include "donations/record_donor.hpp"
#include "donations/routes.hpp"
#include "http/json.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

std::string path_of(std::int64_t id) { return "/donors/" + std::to_string(id); }
DonorDesk desk_of(const Site& site, const DonorVault& vault) { return {vault, gift_rules(site).today}; }

// Seeing who somebody is writes its audit, so even a page is a transaction.
template <typename F>
auto seeing(const Site& site, const Request& request, F&& work) {
  return in_transaction(site.database, request.actor, request.request_id, {}, std::forward<F>(work));
}

// Nothing of a person is kept by a browser or a proxy.
Response unkept(Response response) { return response.with("Cache-Control", "no-store"); }

// ---- Pages ----

Value row_of(const Site& site, const Donor& donor) {
  const auto platform = Currency::of(site.config.currency);
  auto row = donor_value(donor, platform);
  row.set("href", path_of(donor.id));
  row.set("given_display", to_display_amount({donor.given_minor, platform}));
  row.set("last_gift_on_display", donor.last_gift_on ? to_display(*donor.last_gift_on) : std::string());
  row.set("standing", donor.erased ? "erased" : donor.anonymous ? "anonymous" : "may be named");
  row.set("contact", donor.contact_preference == "none" ? std::string("no contact") : donor.contact_preference);
  return row;
}

Response show_list(const Site& site, const DonorVault& vault, const Request& request) {
  const auto query = parse_list_query(request, {"id"}, {});
  if (!query) return error_page(site, query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_donors(session, *query); });
  Value::Array rows;
  for (const auto& donor : list.donors) rows.push_back(row_of(site, donor));
  static const std::vector<Column> kColumns = {
      {.name = "reference", .label = "Donor", .href = "href"}, {.name = "id", .label = "Number", .number = true},
      {.name = "kind", .label = "Kind"},                       {.name = "standing", .label = "Outside"},
      {.name = "contact", .label = "Contact"},                 {.name = "gifts", .label = "Gifts", .number = true},
      {.name = "given", .label = "Given", .number = true},     {.name = "last_gift_on", .label = "Last gift"}};
  Value data;
  data.set("closed", !vault.is_open());
  data.set("currency", site.config.currency);
  data.set("table", table(request, *query, kColumns, rows, list.next_cursor));
  return page(site, request, {.title = "Donors", .name = "donors", .data = std::move(data)});
}

// By post, so that no name stands in an address.
Response show_found(const Site& site, const DonorVault& vault, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  const std::string text(input->text("who"));
  const auto found = seeing(site, request, [&](Transaction& transaction) {
    return find_donors(transaction, desk_of(site, vault), text);
  });
  if (!found) return error_page(site, found.error(), request);
  Value::Array rows;
  for (const auto& seen : *found) {
    auto row = row_of(site, seen.donor);
    row.set("name", seen.identity ? seen.identity->name : std::string("erased"));
    row.set("email", seen.identity ? seen.identity->email.value_or("") : std::string());
    rows.push_back(std::move(row));
  }
  static const std::vector<Column> kColumns = {
      {.name = "name", .label = "Name", .href = "href"}, {.name = "email", .label = "E-mail"},
      {.name = "reference", .label = "Donor"},           {.name = "id", .label = "Number", .number = true},
      {.name = "gifts", .label = "Gifts", .number = true}};
  Value data;
  data.set("who", text);
  data.set("found_some", !found->empty());
  data.set("table", table(request, ListQuery{}, kColumns, rows, ""));
  return unkept(page(site, request, {.title = "Donors found", .name = "donors_found", .data = std::move(data)}));
}

Response form_page(const Site& site, const Request& request, std::int64_t id, const Input& typed, const Error* error) {
  const auto errors = error == nullptr ? std::vector<FieldError>{} : errors_of(*error);
  Form form(typed, errors);
  form.section("Who they are", "Stored encrypted, apart from what they gave. Only coordinators read it, and each reading is noted.")
      .choice("kind", "Kind", {{"person", "Person"}, {"organisation", "Organisation"}}, {.required = true, .columns = 4})
      .text("name", "Name", {.required = true, .columns = 8})
      .email("email", "E-mail", {.columns = 6})
      .text("phone", "Phone", {.columns = 6})
      .text("address_line", "Street and number", {.columns = 6})
      .text("postal_code", "Postal code", {.columns = 2})
      .text("city", "City", {.columns = 3})
      .text("country", "Country", {.columns = 1})
      .section("What they want")
      .choice("contact_preference", "Contact", {{"none", "No contact"}, {"email", "By e-mail"}, {"post", "By post"}, {"phone", "By phone"}},
              {.required = true, .columns = 4})
      .date("consent_on", "Agreed to contact on", {.columns = 4})
      .flag("named", "Their name may be shown outside (otherwise they stay anonymous)");
  if (id != 0) form.hidden("version", std::string(typed.text("version")));
  Value data;
  data.set("title", id == 0 ? "New donor" : "Change donor");
  data.set("form", form.value(id == 0 ? std::string("/donors") : path_of(id), id == 0 ? "Record donor" : "Save changes",
                              id == 0 ? std::string("/donors") : path_of(id)));
  return unkept(page(site, request,
                     {.title = id == 0 ? "New donor" : "Change donor", .name = "organisation_form", .data = std::move(data),
                      .status = error == nullptr ? 200 : http::status_of(error->kind),
                      .crumbs = {{"Donors", "/donors"}, {id == 0 ? "New" : "Change", ""}}}));
}

Value facts_of(const DonorIdentity& identity) {
  auto facts = Value::array();
  const auto add = [&](const char* label, const std::optional<std::string>& value) {
    if (value) facts.push(Value::object({{"fact", label}, {"fact_value", *value}}));
  };
  add("Name", identity.name);
  add("E-mail", identity.email);
  add("Phone", identity.phone);
  add("Street", identity.address_line);
  add("Postal code", identity.postal_code);
  add("City", identity.city);
  add("Country", identity.country);
  return facts;
}

Response show_one(const Site& site, const DonorVault& vault, const Request& request) {
  const auto id = request.path_id("id");
  std::vector<Donor> twins;
  std::vector<Pledge> pledges;
  std::vector<DonorDecision> decisions;
  const auto seen = seeing(site, request, [&](Transaction& transaction) {
    twins = list_merged(transaction.session, id);
    pledges = list_pledges(transaction.session, {.donor_id = id == 0 ? -1 : id});
    decisions = list_decisions(transaction.session, id == 0 ? -1 : id);
    return see_donor(transaction, desk_of(site, vault), id, "looked at");
  });
  if (!seen) return error_page(site, seen.error(), request);
  const auto& donor = seen->donor;
  auto data = row_of(site, donor);
  data.set("facts", seen->identity ? facts_of(*seen->identity) : Value::array());
  data.set("unreadable", donor.known && !seen->identity);
  data.set("consent", donor.consent_on ? to_display(*donor.consent_on) : std::string("none"));
  data.set("into_href", donor.merged_into_id ? path_of(*donor.merged_into_id) : std::string());
  auto merges = Value::array();
  for (const auto& decision : decisions) {
    const auto other = decision.kept_id == id ? decision.other_id : decision.kept_id;
    merges.push(Value::object({{"decision_id", decision.id},
                               {"other_href", path_of(other)},
                               {"other_number", other},
                               {"same", decision.decision == "same"}}));
  }
  data.set("merges", std::move(merges));
  auto promises = Value::array();
  for (const auto& pledge : pledges) {
    promises.push(Value::object({{"pledge_href", "/pledges/" + std::to_string(pledge.id)},
                                 {"pledge_text", to_display(pledge.amount) + " " + std::string(to_string(pledge.cycle))},
                                 {"pledge_standing", to_string(standing_of(pledge, gift_rules(site).today))}}));
  }
  data.set("promises", std::move(promises));
  return unkept(page(site, request,
                     {.title = "Donor " + donor.reference, .name = "donor", .data = std::move(data),
                      .crumbs = {{"Donors", "/donors"}, {donor.reference, ""}}}));
}

Response show_edit(const Site& site, const DonorVault& vault, const Request& request) {
  const auto seen = seeing(site, request, [&](Transaction& transaction) {
    return see_donor(transaction, desk_of(site, vault), request.path_id("id"), "changed");
  });
  if (!seen) return error_page(site, seen.error(), request);
  if (!seen->identity) {
    return error_page(site, conflict("donor_has_no_identity", "Nothing is known of this donor that could be changed."), request);
  }
  return form_page(site, request, seen->donor.id, typed_of(seen->donor, *seen->identity), nullptr);
}

Response create(const Site& site, const DonorVault& vault, const Request& request) {
  return post_page(
      site, request, Versioned::kNo,
      [&](Transaction& transaction, const Input& input, int) -> Result<std::string> {
        const auto id = record_donor(transaction, desk_of(site, vault), input);
        if (!id) return id.error();
        return path_of(*id) + "?done=created";
      },
      [&](const Input& typed, const Error& error) { return form_page(site, request, 0, typed, &error); });
}

Response change(const Site& site, const DonorVault& vault, const Request& request) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto changed = change_donor(transaction, desk_of(site, vault), id, version, input);
        if (!changed) return changed.error();
        return path_of(id) + "?done=saved";
      },
      [&](const Input& typed, const Error& error) { return form_page(site, request, id, typed, &error); });
}

Response erase(const Site& site, const DonorVault&, const Request& request) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto erased = erase_donor(transaction, id, version, input);
        if (!erased) return erased.error();
        return path_of(id) + "?done=erased";
      },
      nullptr);
}

// ---- API ----

Response api_list(const Site& site, const DonorVault&, const Request& request) {
  const auto query = parse_list_query(request, {"id"}, {});
  if (!query) return http::problem(query.error(), request);
  const auto list = reading(site.database, [&](Session& session) { return list_donors(session, *query); });
  Value::Array rows;
  for (const auto& donor : list.donors) rows.push_back(donor_value(donor, Currency::of(site.config.currency)));
  static const std::vector<Column> kColumns = {
      {.name = "id", .label = ""},    {.name = "reference", .label = ""}, {.name = "kind", .label = ""},
      {.name = "gifts", .label = ""}, {.name = "currency", .label = ""},  {.name = "given", .label = ""},
      {.name = "last_gift_on", .label = ""}};
  return list_answer(request, kColumns, rows, list.next_cursor);
}

// Without the identity, also after recording: answers are kept for a repeated request.
Result<Response> answer(const Site& site, Session& session, std::int64_t id, int status) {
  const auto donor = find_donor(session, id);
  if (!donor) return donor.error();
  auto response = http::json(donor_value(*donor, Currency::of(site.config.currency)), status).with("ETag", etag_of(donor->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response api_one(const Site& site, const DonorVault&, const Request& request) {
  auto found = reading(site.database, [&](Session& session) { return answer(site, session, request.path_id("id"), 200); });
  return found ? *std::move(found) : http::problem(found.error(), request);
}

Response api_create(const Site& site, const DonorVault& vault, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_donor(transaction, desk_of(site, vault), input);
    if (!id) return id.error();
    return answer(site, transaction.session, *id, 201);
  });
}

Response api_change(const Site& site, const DonorVault& vault, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto changed = change_donor(transaction, desk_of(site, vault), request.path_id("id"), version, input);
    if (!changed) return changed.error();
    return answer(site, transaction.session, request.path_id("id"), 200);
  });
}

Response api_erase(const Site& site, const DonorVault&, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto erased = erase_donor(transaction, request.path_id("id"), version, input);
    if (!erased) return erased.error();
    return answer(site, transaction.session, request.path_id("id"), 200);
  });
}

Response api_identity(const Site& site, const DonorVault& vault, const Request& request) {
  const auto seen = seeing(site, request, [&](Transaction& transaction) {
    return see_donor(transaction, desk_of(site, vault), request.path_id("id"), "asked by the API");
  });
  if (!seen) return http::problem(seen.error(), request);
  if (!seen->identity) return http::problem(not_found("identity_not_found", "Nothing is known of this donor."), request);
  return unkept(http::json(identity_value(*seen->identity)));
}

// ---- Export: JSON, or the same flattened to path and value ----

void flatten(const Value& value, const std::string& path, Value::Array& rows) {
  if (const auto* members = std::get_if<Value::Object>(&value.data())) {
    for (const auto& [name, member] : *members) flatten(member, path.empty() ? name : path + "." + name, rows);
  } else if (const auto* elements = std::get_if<Value::Array>(&value.data())) {
    for (std::size_t i = 0; i < elements->size(); ++i) flatten((*elements)[i], path + "." + std::to_string(i + 1), rows);
  } else if (!value.is_null()) {
    rows.push_back(Value::object({{"what", path}, {"value", value}}));
  }
}

Response export_all(const Site& site, const DonorVault& vault, const Request& request, const HeldElsewhere& elsewhere) {
  const auto held = seeing(site, request, [&](Transaction& transaction) {
    return export_donor(transaction, desk_of(site, vault), request.path_id("id"), Currency::of(site.config.currency), elsewhere);
  });
  if (!held) return refused(site, request, held.error());
  const auto name = "donor-" + std::to_string(request.path_id("id"));
  if (!request.path.ends_with(".csv")) {
    return unkept(http::attachment(http::to_json(*held), "application/json", name + ".json"));
  }
  Value::Array rows;
  flatten(*held, "", rows);
  auto as_csv = request;
  as_csv.headers.insert(as_csv.headers.begin(), {"accept", "text/csv"});
  static const std::vector<Column> kColumns = {{.name = "what", .label = ""}, {.name = "value", .label = ""}};
  return unkept(http::attachment(list_answer(as_csv, kColumns, rows, "").body, "text/csv; charset=utf-8", name + ".csv"));
}

}  // namespace

void add_donor_routes(http::Router& router, const Site& site, const DonorVault& vault, HeldElsewhere elsewhere) {
  using http::Method;
  router.add_schema("Donor", object_schema({"id:integer", "version:integer", "reference", "kind", "anonymous:boolean",
                                            "contact_preference", "consent_on:string?", "merged_into_id:integer?",
                                            "erased:boolean", "gifts:integer", "currency", "given", "last_gift_on:string?"}));
  router.add_schema("DonorIdentity", object_schema({"name", "email:string?", "phone:string?", "address_line:string?",
                                                    "postal_code:string?", "city:string?", "country:string?"}));
  router.add_schema("DonorExport", object_schema({"donor:object", "record:array", "identity:object?", "donations:array",
                                                  "pledges:array", "receipts:array", "soft_credits:array",
                                                  "bank_lines:array"}));
  using Handle = Response (*)(const Site&, const DonorVault&, const Request&);
  const auto add = [&](Method method, const char* pattern, Action action, Handle handle, const char* summary = "",
                       const char* schema = "Donor", bool list = false, int status = 200) {
    router.add({.method = method, .pattern = pattern, .action = action,
                .handler = [&site, &vault, handle](const Request& request) { return handle(site, vault, request); },
                .doc = {.summary = summary, .tag = "donors",
                        .request_schema = method == Method::kGet ? "" : "DonorIdentity", .response_schema = schema,
                        .list = list, .success_status = status}});
  };
  add(Method::kGet, "/donors", kReadDonors, show_list);
  add(Method::kPost, "/donors", kWriteGifts, create);
  add(Method::kPost, "/donors/find", kReadDonors, show_found);
  add(Method::kGet, "/donors/new", kWriteGifts, [](const Site& at, const DonorVault&, const Request& request) {
    return form_page(at, request, 0, Input(), nullptr);
  });
  add(Method::kGet, "/donors/{id}", kReadDonors, show_one);
  add(Method::kGet, "/donors/{id}/edit", kWriteGifts, show_edit);
  add(Method::kPost, "/donors/{id}", kWriteGifts, change);
  add(Method::kPost, "/donors/{id}/erase", kWriteGifts, erase);
  add(Method::kGet, "/api/v1/donors", kReadDonors, api_list, "Donors without their identity, newest first", "Donor", true);
  add(Method::kPost, "/api/v1/donors", kWriteGifts, api_create, "Record a donor", "Donor", false, 201);
  add(Method::kGet, "/api/v1/donors/{id}", kReadDonors, api_one, "One donor without its identity");
  add(Method::kPut, "/api/v1/donors/{id}", kWriteGifts, api_change, "Change a donor");
  add(Method::kGet, "/api/v1/donors/{id}/identity", kReadDonors, api_identity, "Who a donor is; the reading is audited", "DonorIdentity");
  for (const auto* pattern : {"/donors/{id}/export.json", "/donors/{id}/export.csv", "/api/v1/donors/{id}/export"}) {
    router.add({.method = Method::kGet, .pattern = pattern, .action = kReadDonors,
                .handler = [&site, &vault, elsewhere](const Request& request) { return export_all(site, vault, request, elsewhere); },
                .doc = {.summary = "All that is held on a donor", .tag = "donors", .response_schema = "DonorExport"}});
  }
  add(Method::kPost, "/api/v1/donors/{id}/erase", kWriteGifts, api_erase, "Destroy who a donor is; amounts stay");
}

}  // namespace kindling
