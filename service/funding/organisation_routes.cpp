#include "funding/organisation.hpp"
#include "funding/organisation_store.hpp"
#include "funding/record_organisation.hpp"
#include "funding/routes.hpp"
#include "http/router.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"
#include "web/page.hpp"
#include "web/post.hpp"

namespace kindling {
namespace {

using http::Request;
using http::Response;

const std::vector<Column> kColumns = {{.name = "name", .label = "Name", .sortable = true, .href = "href"},
                                      {.name = "parts", .label = "Part"},
                                      {.name = "city", .label = "City"},
                                      {.name = "country", .label = "Country"}};
const std::vector<Column> kCsvColumns = {{.name = "id", .label = "Id"},
                                         {.name = "name", .label = "Name"},
                                         {.name = "parts", .label = "Part"},
                                         {.name = "city", .label = "City"},
                                         {.name = "country", .label = "Country"}};

std::string path_of(std::int64_t id) { return "/organisations/" + std::to_string(id); }

std::string parts_of(const NewOrganisation& organisation) {
  std::string parts;
  const auto add = [&](bool is, const char* name) {
    if (is) parts += (parts.empty() ? "" : ", ") + std::string(name);
  };
  add(organisation.is_funder, "funder");
  add(organisation.is_partner, "partner");
  add(organisation.is_supplier, "supplier");
  return parts;
}

Value list_row(const Organisation& organisation) {
  return Value::object({{"id", organisation.id},
                        {"name", organisation.name},
                        {"href", path_of(organisation.id)},
                        {"parts", parts_of(organisation)},
                        {"city", organisation.city.value_or("")},
                        {"country", organisation.country.value_or("")}});
}

Result<OrganisationList> read_list(const Site& site, const ListQuery& query) {
  return reading(site.database, [&](Session& session) { return list_organisations(session, query); });
}

Response show_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"name"}, {"part"});
  if (!query) return error_page(site, query.error(), request);
  const auto list = read_list(site, *query);
  if (!list) return error_page(site, list.error(), request);
  Value::Array rows;
  for (const auto& organisation : list->organisations) rows.push_back(list_row(organisation));
  auto parts = Value::array();
  for (const auto* part : {"funder", "partner", "supplier"}) {
    parts.push(Value::object({{"part", part}, {"selected", query->filter("part") == part}}));
  }
  Value data;
  data.set("search", query->search);
  data.set("parts", std::move(parts));
  data.set("table", table(request, *query, kColumns, rows, list->next_cursor));
  return page(site, request, {.title = "Organisations", .name = "organisations", .data = std::move(data)});
}

// Two empty rows beyond what is there: enough without JavaScript, and saving gives two more.
void add_rows(Form& form, const Input& typed) {
  const auto identifiers = typed.keys_below("identifiers").size() + 1;
  form.section("Identifiers", "An org-id (org-id.guide) names an organisation in open data; a PIC in the EU portal.");
  for (std::size_t i = 0; i < identifiers; ++i) {
    const auto row = "identifiers." + std::to_string(i) + ".";
    form.choice(row + "scheme", "Scheme", {{"org-id", "org-id"}, {"PIC", "PIC"}, {"other", "Other"}}, {.columns = 4});
    form.text(row + "value", "Identifier", {.columns = 8});
  }
  const auto contacts = typed.keys_below("contacts").size() + 1;
  form.section("Contacts");
  for (std::size_t i = 0; i < contacts; ++i) {
    const auto row = "contacts." + std::to_string(i) + ".";
    form.text(row + "name", "Name", {.columns = 4});
    form.text(row + "role", "Function", {.columns = 3});
    form.text(row + "email", "E-mail", {.columns = 3});
    form.text(row + "phone", "Phone", {.columns = 2});
  }
}

Response form_page(const Site& site, const Request& request, std::int64_t id, const Input& typed, const Error* error) {
  static const std::vector<FieldError> kNone;
  auto errors = error == nullptr ? kNone : error->fields;
  if (error != nullptr && errors.empty()) errors.push_back({"", error->code, error->message});
  Form form(typed, errors);
  form.section("Organisation")
      .text("name", "Name", {.required = true})
      .flag("is_funder", "Funder: it gives", {.columns = 4})
      .flag("is_partner", "Partner: it spends within a grant", {.columns = 4})
      .flag("is_supplier", "Supplier: it delivers", {.columns = 4})
      .text("vat_number", "VAT number", {.columns = 6})
      .text("website", "Website", {.columns = 6});
  form.section("Address")
      .text("address_line", "Street and number", {.columns = 12})
      .text("postal_code", "Postal code", {.columns = 3})
      .text("city", "City", {.columns = 6})
      .text("country", "Country", {.help = "Two letters, such as BE.", .columns = 3});
  add_rows(form, typed);
  form.section("Notes").area("notes", "Notes");
  if (id != 0) form.hidden("version", std::string(typed.text("version")));
  const auto action = id == 0 ? std::string("/organisations") : path_of(id);
  Value data;
  data.set("title", id == 0 ? "New organisation" : "Change organisation");
  data.set("form", form.value(action, id == 0 ? "Record organisation" : "Save changes", action));
  return page(site, request,
              {.title = id == 0 ? "New organisation" : "Change organisation",
               .name = "organisation_form",
               .data = std::move(data),
               .status = error == nullptr ? 200 : http::status_of(error->kind),
               .crumbs = {{"Organisations", "/organisations"}, {id == 0 ? "New" : "Change", ""}}});
}

Response create(const Site& site, const Request& request) {
  const auto input = http::read_input(request);
  if (!input) return error_page(site, input.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<Response> {
        const auto id = record_organisation(transaction, *input);
        if (!id) return id.error();
        return http::see_other(path_of(*id) + "?done=created");
      },
      [&](const Error& error) { return form_page(site, request, 0, *input, &error); });
}

Response change(const Site& site, const Request& request) {
  const auto id = request.path_id("id");
  return post_page(
      site, request, Versioned::kYes,
      [&](Transaction& transaction, const Input& input, int version) -> Result<std::string> {
        const auto changed = change_organisation(transaction, id, version, input);
        if (!changed) return changed.error();
        return path_of(id) + "?done=saved";
      },
      [&](const Input& input, const Error& error) { return form_page(site, request, id, input, &error); });
}

Result<Organisation> read_one(const Site& site, const Request& request) {
  return reading(site.database, [&](Session& session) { return find_organisation(session, request.path_id("id")); });
}

Response show(const Site& site, const Request& request) {
  const auto organisation = read_one(site, request);
  if (!organisation) return error_page(site, organisation.error(), request);
  auto data = organisation_value(*organisation);
  data.set("parts", parts_of(*organisation));
  data.set("edit_href", path_of(organisation->id) + "/edit");
  data.set("has_identifiers", !organisation->identifiers.empty());
  data.set("has_contacts", !organisation->contacts.empty());
  return page(site, request,
              {.title = organisation->name,
               .name = "organisation",
               .data = std::move(data),
               .crumbs = {{"Organisations", "/organisations"}, {organisation->name, ""}}});
}

Response api_list(const Site& site, const Request& request) {
  const auto query = parse_list_query(request, {"name"}, {"part"});
  if (!query) return http::problem(query.error(), request);
  const auto list = read_list(site, *query);
  if (!list) return http::problem(list.error(), request);
  Value::Array rows;
  for (const auto& organisation : list->organisations) {
    auto row = list_row(organisation);
    row.set("href", "/api/v1" + path_of(organisation.id));
    rows.push_back(std::move(row));
  }
  return list_answer(request, kCsvColumns, rows, list->next_cursor);
}

Response api_one(const Site& site, const Request& request) {
  const auto organisation = read_one(site, request);
  if (!organisation) return http::problem(organisation.error(), request);
  const auto etag = etag_of(organisation->version);
  if (http::etag_matches(request, etag)) return http::not_modified(etag);
  return http::json(organisation_value(*organisation)).with("ETag", etag);
}

// The answer of a write: the row as it stands in the same transaction.
Result<Response> api_answer(Transaction& transaction, std::int64_t id, int status) {
  const auto organisation = find_organisation(transaction.session, id);
  if (!organisation) return organisation.error();
  auto response = http::json(organisation_value(*organisation), status);
  response.with("ETag", etag_of(organisation->version));
  if (status == 201) response.with("Location", "/api/v1" + path_of(id));
  return response;
}

Response api_create(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kNo, [&](Transaction& transaction, const Input& input, int) -> Result<Response> {
    const auto id = record_organisation(transaction, input);
    if (!id) return id.error();
    return api_answer(transaction, *id, 201);
  });
}

Response api_change(const Site& site, const Request& request) {
  return post_api(site, request, Versioned::kYes, [&](Transaction& transaction, const Input& input, int version) -> Result<Response> {
    const auto id = request.path_id("id");
    const auto changed = change_organisation(transaction, id, version, input);
    if (!changed) return changed.error();
    return api_answer(transaction, id, 200);
  });
}

Value schema() {
  const auto text = [] { return Value::object({{"type", Value::Array{"string", "null"}}}); };
  const auto flag = [] { return Value::object({{"type", "boolean"}}); };
  Value properties;
  properties.set("id", Value::object({{"type", "integer"}}));
  properties.set("version", Value::object({{"type", "integer"}}));
  properties.set("name", Value::object({{"type", "string"}, {"maxLength", 200}}));
  for (const auto* name : {"is_funder", "is_partner", "is_supplier"}) properties.set(name, flag());
  for (const auto* name : {"country", "vat_number", "website", "address_line", "postal_code", "city", "notes"}) {
    properties.set(name, text());
  }
  for (const auto* name : {"href", "parts"}) properties.set(name, Value::object({{"type", "string"}, {"readOnly", true}}));
  for (const auto* name : {"identifiers", "contacts"}) {
    properties.set(name, Value::object({{"type", "array"}, {"items", Value::object({{"type", "object"}})}}));
  }
  return Value::object({{"type", "object"}, {"required", Value::Array{"name"}}, {"properties", std::move(properties)}});
}

}  // namespace

void add_organisation_routes(http::Router& router, const Site& site) {
  using http::Method;
  const auto add = [&](Method method, const char* pattern, Action action, Response (*handle)(const Site&, const Request&),
                       http::ApiDoc doc = {}) {
    router.add({.method = method,
                .pattern = pattern,
                .action = action,
                .handler = [&site, handle](const Request& request) { return handle(site, request); },
                .doc = std::move(doc)});
  };
  const auto read = Action::kReadFunding, write = Action::kWriteFunding;
  add(Method::kGet, "/organisations", read, show_list);
  add(Method::kPost, "/organisations", write, create);
  add(Method::kGet, "/organisations/new", write, [](const Site& at, const Request& request) {
    return form_page(at, request, 0, Input(), nullptr);
  });
  add(Method::kGet, "/organisations/{id}", read, show);
  add(Method::kPost, "/organisations/{id}", write, change);
  add(Method::kGet, "/organisations/{id}/edit", write, [](const Site& at, const Request& request) {
    const auto organisation = read_one(at, request);
    if (!organisation) return error_page(at, organisation.error(), request);
    return form_page(at, request, organisation->id, typed_of(*organisation), nullptr);
  });

  router.add_schema("Organisation", schema());
  const auto doc = [](const char* summary) {
    return http::ApiDoc{.summary = summary, .tag = "organisations", .response_schema = "Organisation"};
  };
  auto list_doc = doc("Organisations, by name");
  list_doc.list = true;
  list_doc.query = {"part"};
  add(Method::kGet, "/api/v1/organisations", read, api_list, list_doc);
  auto create_doc = doc("Record an organisation");
  create_doc.request_schema = "Organisation";
  create_doc.success_status = 201;
  add(Method::kPost, "/api/v1/organisations", write, api_create, create_doc);
  add(Method::kGet, "/api/v1/organisations/{id}", read, api_one, doc("One organisation"));
  auto change_doc = doc("Change an organisation");
  change_doc.request_schema = "Organisation";
  add(Method::kPut, "/api/v1/organisations/{id}", write, api_change, change_doc);
}

}  // namespace kindling
