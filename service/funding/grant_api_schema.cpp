#include "funding/grant_api_schema.hpp"

#include <string>

#include "http/json.hpp"
#include "http/router.hpp"

namespace kindling {
namespace {

constexpr const char* kCategory = R"({
  "type": "object",
  "required": ["code", "name"],
  "properties": {
    "code": {"type": "string", "maxLength": 20, "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"},
    "name": {"type": "string", "maxLength": 120},
    "in_indirect_base": {"type": "boolean", "description": "counts into the base of the indirect costs"},
    "needs_amendment": {"type": "boolean", "description": "money enters or leaves it by an amendment only"}
  }
})";

// What a grant is made of, for answers and inputs alike.
constexpr const char* kTerms = R"(
    "title": {"type": "string", "maxLength": 200},
    "reference": {"type": ["string", "null"], "maxLength": 100, "description": "the agreement's number"},
    "call": {"type": ["string", "null"], "maxLength": 200},
    "funder_id": {"type": "integer", "description": "an organisation that is a funder"},
    "currency": {"type": "string", "description": "ISO 4217", "examples": ["EUR"]},
    "requested_amount": {"type": ["string", "null"], "examples": ["1250.00"]},
    "starts_on": {"type": "string", "format": "date"},
    "ends_on": {"type": "string", "format": "date"},
    "probability": {"type": "string", "description": "percent", "examples": ["60"]},
    "funding_rate": {"type": "string", "description": "percent of the eligible cost"},
    "indirect_rate": {"type": "string", "description": "percent of the base"},
    "categories": {"type": "array", "items": {"$ref": "#/components/schemas/GrantCategory"}},
    "transfer_threshold": {"type": "string", "description": "percent of the budget; 100 is no limit"},
    "overspend_rule": {"type": "string", "enum": ["stop", "warn"]},
    "exchange_policy": {"type": "string", "enum": ["booking_date", "month_average", "period_average"]},
    "match_required": {"type": "string"},
    "retention_until": {"type": ["string", "null"], "format": "date"},
    "report_layout": {"type": "string"},
    "notes": {"type": ["string", "null"], "maxLength": 4000})";

constexpr const char* kStates =
    R"("enum": ["prospect", "drafting", "applied", "awarded", "active", "suspended", "closing", "closed", "rejected",
                "withdrawn"])";

constexpr const char* kPartners = R"({
  "type": "object",
  "required": ["partners"],
  "properties": {"partners": {"type": "array", "items": {"$ref": "#/components/schemas/GrantPartner"}}}
})";

constexpr const char* kPartner = R"({
  "type": "object",
  "required": ["id", "organisation_id", "name", "role", "share"],
  "properties": {
    "id": {"type": "integer"},
    "organisation_id": {"type": "integer"},
    "name": {"type": "string"},
    "role": {"type": "string", "enum": ["coordinator", "partner"]},
    "share": {"type": ["string", "null"], "description": "in the grant's currency"}
  }
})";

constexpr const char* kPartnersInput = R"({
  "type": "object",
  "required": ["partners"],
  "properties": {"partners": {"type": "array", "maxItems": 100, "items": {
    "type": "object",
    "required": ["organisation_id"],
    "properties": {
      "organisation_id": {"type": "integer", "description": "an organisation that is a partner"},
      "role": {"type": "string", "enum": ["coordinator", "partner"], "description": "exactly one coordinator"},
      "share": {"type": ["string", "null"], "examples": ["400000.00"]}
    }
  }}}
})";

constexpr const char* kListItem = R"({
  "type": "object",
  "required": ["id", "version", "title", "reference", "programme", "funder_id", "funder_name", "state", "currency",
               "requested_amount", "awarded_amount", "starts_on", "ends_on"],
  "properties": {
    "id": {"type": "integer"},
    "version": {"type": "integer"},
    "title": {"type": "string"},
    "reference": {"type": ["string", "null"]},
    "programme": {"type": "string"},
    "funder_id": {"type": "integer"},
    "funder_name": {"type": "string"},
    "state": {"type": "string"},
    "currency": {"type": "string"},
    "requested_amount": {"type": ["string", "null"]},
    "awarded_amount": {"type": ["string", "null"]},
    "starts_on": {"type": "string", "format": "date"},
    "ends_on": {"type": "string", "format": "date"}
  }
})";

std::string grant_schema() {
  return std::string(R"({
  "type": "object",
  "required": ["id", "version", "title", "reference", "call", "programme", "funder_id", "funder_name", "state",
               "next_states", "currency", "requested_amount", "awarded_amount", "probability", "starts_on", "ends_on",
               "funding_rate", "indirect_rate", "categories", "transfer_threshold", "overspend_rule",
               "exchange_policy", "match_required", "retention_until", "report_layout", "fund_id", "notes", "partners"],
  "properties": {
    "id": {"type": "integer"},
    "version": {"type": "integer", "description": "the ETag"},
    "programme": {"type": "string"},
    "funder_name": {"type": "string"},
    "state": {"type": "string", )") +
         kStates + R"(},
    "next_states": {"type": "array", "items": {"type": "string"}, "description": "where it may move from here"},
    "awarded_amount": {"type": ["string", "null"]},
    "fund_id": {"type": ["integer", "null"], "description": "the restricted fund, from the award on"},
    "partners": {"type": "array", "items": {"$ref": "#/components/schemas/GrantPartner"}},)" +
         kTerms + "}}";
}

std::string input_schema() {
  return std::string(R"({
  "type": "object",
  "required": ["programme", "title", "funder_id", "currency", "probability", "starts_on", "ends_on"],
  "properties": {
    "programme": {"type": "string", "description": "the code of a programme"},
    "state": {"type": "string", "enum": ["prospect", "drafting", "applied"]},
    "state_on": {"type": ["string", "null"], "format": "date", "description": "since when; today where left out"},)") +
         kTerms + "}}";
}

std::string change_schema() {
  return std::string(R"({
  "type": "object",
  "required": ["title", "funder_id", "currency", "starts_on", "ends_on"],
  "properties": {
    "programme": {"type": "string", "description": "may only be repeated"},
    "state": {"type": "string", "description": "may only be repeated"},
    "awarded_amount": {"type": ["string", "null"], "description": "needed once awarded; before, leave it out"},)") +
         kTerms + "}}";
}

std::string state_input_schema() {
  return std::string(R"({
  "type": "object",
  "required": ["to_state", "on_date"],
  "properties": {
    "to_state": {"type": "string", )") +
         kStates + R"(},
    "on_date": {"type": "string", "format": "date", "description": "not in the future"},
    "reason": {"type": ["string", "null"], "maxLength": 1000,
               "description": "needed for suspended, rejected and withdrawn"},
    "awarded_amount": {"type": "string", "description": "to awarded only, and needed there"},
    "reference": {"type": ["string", "null"], "description": "to awarded only: the agreement's number"}
  }
})";
}

constexpr const char* kHistory = R"({
  "type": "object",
  "required": ["state_changes"],
  "properties": {"state_changes": {"type": "array", "items": {
    "type": "object",
    "required": ["from_state", "to_state", "on_date", "reason", "actor_name", "at"],
    "properties": {
      "from_state": {"type": ["string", "null"]},
      "to_state": {"type": "string"},
      "on_date": {"type": "string", "format": "date"},
      "reason": {"type": ["string", "null"]},
      "actor_name": {"type": "string"},
      "at": {"type": "string", "format": "date-time"}
    }
  }}}
})";

void add(http::Router& router, const char* name, const std::string& schema) {
  router.add_schema(name, *http::value_from_json(schema));
}

}  // namespace

void add_grant_schemas(http::Router& router) {
  add(router, "GrantCategory", kCategory);
  add(router, "GrantPartner", kPartner);
  add(router, "GrantPartners", kPartners);
  add(router, "GrantPartnersInput", kPartnersInput);
  add(router, "GrantListItem", kListItem);
  add(router, "Grant", grant_schema());
  add(router, "GrantInput", input_schema());
  add(router, "GrantChange", change_schema());
  add(router, "GrantStateInput", state_input_schema());
  add(router, "GrantHistory", kHistory);
}

}  // namespace kindling
