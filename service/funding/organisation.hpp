// Organisations: funder, partner, supplier, or several of these. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct OrganisationIdentifier {
  std::string scheme;  // "org-id" (org-id.guide, such as BE-BCE_KBO-0123456789), "PIC" (nine digits), "other"
  std::string value;
};

struct OrganisationContact {
  std::string name;
  std::optional<std::string> role;
  std::optional<std::string> email;
  std::optional<std::string> phone;
};

// Valid by construction: parse_organisation alone makes one.
struct NewOrganisation {
  std::string name;
  bool is_funder = false;
  bool is_partner = false;
  bool is_supplier = false;
  std::optional<std::string> country;  // ISO 3166, two capital letters
  std::optional<std::string> vat_number;
  std::optional<std::string> website;
  std::optional<std::string> address_line;
  std::optional<std::string> postal_code;
  std::optional<std::string> city;
  std::optional<std::string> notes;
  std::vector<OrganisationIdentifier> identifiers;
  std::vector<OrganisationContact> contacts;
};

struct Organisation : NewOrganisation {
  std::int64_t id = 0;
  int version = 0;
};

// Fields: name, is_funder, is_partner, is_supplier, country, vat_number, website, address_line, postal_code, city,
// notes, identifiers.N.{scheme, value}, contacts.N.{name, role, email, phone}; empty rows are skipped. "version" is
// passed over.
Result<NewOrganisation> parse_organisation(const Input& input);

// What the form shows of a stored one, and the API's answer (schema "Organisation").
Input typed_of(const Organisation& organisation);
Value organisation_value(const Organisation& organisation);

}  // namespace kindling
