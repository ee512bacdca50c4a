#include "funding/organisation.hpp"

#include <algorithm>

#include "core/fields.hpp"

namespace kindling {
namespace {

constexpr std::size_t kRowsMax = 20;
constexpr std::string_view kSchemes[] = {"org-id", "PIC", "other"};

bool is_country(std::string_view text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_pic(std::string_view text) {
  return text.size() == 9 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A list code, a dash and the number there, without blanks or slashes: "BE-BCE_KBO-0123456789".
bool is_org_id(std::string_view text) {
  return std::ranges::count(text, '-') >= 2 && text.find_first_of(" /") == std::string_view::npos;
}

OrganisationIdentifier read_identifier(Fields& row) {
  OrganisationIdentifier identifier{row.one_of("scheme", kSchemes), row.text("value", {.max = 100})};
  if (identifier.scheme == "PIC" && !row.failed("value") && !is_pic(identifier.value)) {
    row.fail("value", "not_a_pic", "Enter the nine digits of the participant identification code.");
  }
  if (identifier.scheme == "org-id" && !row.failed("value") && !is_org_id(identifier.value)) {
    row.fail("value", "not_an_org_id", "Enter an org-id such as BE-BCE_KBO-0123456789, without blanks and slashes.");
  }
  return identifier;
}

OrganisationContact read_contact(Fields& row) {
  OrganisationContact contact{row.text("name"), row.optional_text("role"), row.optional_text("email"),
                              row.optional_text("phone", {.max = 50})};
  if (contact.email && (contact.email->find('@') == std::string::npos || contact.email->find(' ') != std::string::npos)) {
    row.fail("email", "not_an_email", "Enter an e-mail address such as ada@example.org.");
  }
  return contact;
}

void add(Value& value, const char* name, const std::optional<std::string>& text) {
  value.set(name, text ? Value(*text) : Value());
}

}  // namespace

Result<NewOrganisation> parse_organisation(const Input& input) {
  Fields fields(input);
  NewOrganisation organisation;
  fields.optional_integer("version", 1, INT32_MAX);
  organisation.name = fields.text("name");
  organisation.is_funder = fields.flag("is_funder");
  organisation.is_partner = fields.flag("is_partner");
  organisation.is_supplier = fields.flag("is_supplier");
  if (!organisation.is_funder && !organisation.is_partner && !organisation.is_supplier) {
    fields.fail("is_funder", "organisation_has_a_part", "Say what it is: funder, partner or supplier.");
  }
  organisation.country = fields.optional_text("country", {.max = 10});
  if (organisation.country && !is_country(*organisation.country)) {
    fields.fail("country", "not_a_country", "Enter the two capital letters of the country, such as BE.");
  }
  organisation.vat_number = fields.optional_text("vat_number", {.max = 30});
  organisation.website = fields.optional_text("website");
  if (organisation.website && !organisation.website->starts_with("https://") &&
      !organisation.website->starts_with("http://")) {
    fields.fail("website", "not_a_website", "Enter an address that begins with https://.");
  }
  organisation.address_line = fields.optional_text("address_line");
  organisation.postal_code = fields.optional_text("postal_code", {.max = 20});
  organisation.city = fields.optional_text("city", {.max = 100});
  organisation.notes = fields.optional_text("notes", {.max = 4'000, .multiline = true});
  for (auto& row : fields.rows("identifiers", kRowsMax)) {
    // The scheme alone is what an untouched row of the form sends.
    if (trimmed(input.text(row.path("value"))).empty() && input.find(row.path("scheme")) && !input.strict()) continue;
    organisation.identifiers.push_back(read_identifier(row));
  }
  for (auto& row : fields.rows("contacts", kRowsMax)) {
    if (!row.empty()) organisation.contacts.push_back(read_contact(row));
  }
  return fields.finish(std::move(organisation));
}

Input typed_of(const Organisation& organisation) {
  Input typed;
  const auto set = [&](const char* name, const std::optional<std::string>& text) { typed.set(name, text.value_or("")); };
  typed.set("version", std::to_string(organisation.version));
  typed.set("name", organisation.name);
  if (organisation.is_funder) typed.set("is_funder", "on");
  if (organisation.is_partner) typed.set("is_partner", "on");
  if (organisation.is_supplier) typed.set("is_supplier", "on");
  set("country", organisation.country);
  set("vat_number", organisation.vat_number);
  set("website", organisation.website);
  set("address_line", organisation.address_line);
  set("postal_code", organisation.postal_code);
  set("city", organisation.city);
  set("notes", organisation.notes);
  for (std::size_t i = 0; i < organisation.identifiers.size(); ++i) {
    const auto row = "identifiers." + std::to_string(i) + ".";
    typed.set(row + "scheme", organisation.identifiers[i].scheme);
    typed.set(row + "value", organisation.identifiers[i].value);
  }
  for (std::size_t i = 0; i < organisation.contacts.size(); ++i) {
    const auto row = "contacts." + std::to_string(i) + ".";
    const auto& contact = organisation.contacts[i];
    typed.set(row + "name", contact.name);
    typed.set(row + "role", contact.role.value_or(""));
    typed.set(row + "email", contact.email.value_or(""));
    typed.set(row + "phone", contact.phone.value_or(""));
  }
  return typed;
}

Value organisation_value(const Organisation& organisation) {
  auto identifiers = Value::array();
  for (const auto& [scheme, text] : organisation.identifiers) {
    identifiers.push(Value::object({{"scheme", scheme}, {"value", text}}));
  }
  auto contacts = Value::array();
  for (const auto& contact : organisation.contacts) {
    auto row = Value::object({{"name", contact.name}});
    add(row, "role", contact.role);
    add(row, "email", contact.email);
    add(row, "phone", contact.phone);
    contacts.push(std::move(row));
  }
  auto value = Value::object({{"id", organisation.id},
                              {"version", organisation.version},
                              {"name", organisation.name},
                              {"is_funder", organisation.is_funder},
                              {"is_partner", organisation.is_partner},
                              {"is_supplier", organisation.is_supplier}});
  add(value, "country", organisation.country);
  add(value, "vat_number", organisation.vat_number);
  add(value, "website", organisation.website);
  add(value, "address_line", organisation.address_line);
  add(value, "postal_code", organisation.postal_code);
  add(value, "city", organisation.city);
  add(value, "notes", organisation.notes);
  value.set("identifiers", std::move(identifiers));
  value.set("contacts", std::move(contacts));
  return value;
}

}  // namespace kindling
