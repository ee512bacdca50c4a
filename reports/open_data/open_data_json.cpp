#include <algorithm>
#include <array>
#include <cstdio>

#include "reports/open_data/open_data.hpp"

namespace kindling {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escaped.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

// Members of one object, in their order.
class Object {
 public:
  Object& text(const char* name, const std::string& value) { return raw(name, quoted(value)); }
  Object& number(const char* name, Money value) { return raw(name, to_string(value)); }
  Object& raw(const char* name, const std::string& value) {
    members_ += (members_.empty() ? "" : ",") + quoted(name) + ":" + value;
    return *this;
  }
  std::string str() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

std::string list_of(const Object& only) { return "[" + only.str() + "]"; }

std::string grant_json(const OpenGrant& grant) {
  Object object;
  object.text("id", grant.id).text("title", grant.title).text("description", grant.description);
  object.text("currency", std::string(grant.awarded.currency.code()));
  if (grant.applied_for) object.number("amountAppliedFor", *grant.applied_for);
  object.number("amountAwarded", grant.awarded).number("amountDisbursed", grant.disbursed);
  object.text("awardDate", to_string(grant.awarded_on));
  object.raw("plannedDates", list_of(Object().text("startDate", to_string(grant.planned.first))
                                             .text("endDate", to_string(grant.planned.last))));
  object.raw("recipientOrganization", list_of(Object().text("id", grant.recipient.id).text("name", grant.recipient.name)));
  object.raw("fundingOrganization", list_of(Object().text("id", grant.funder.id).text("name", grant.funder.name)));
  object.raw("grantProgramme", list_of(Object().text("code", grant.programme_code).text("title", grant.programme_title)));
  object.text("dateModified", grant.modified);
  return object.str();
}

}  // namespace

std::string write_open_data_json(const OpenData& data) {
  const auto& publisher = data.publisher;
  Object by;
  by.text("name", publisher.name);
  if (!publisher.identifier.empty()) by.text("identifier", publisher.identifier);
  if (!publisher.website.empty()) by.text("website", publisher.website);
  std::string grants;
  std::string modified;
  for (const auto& grant : data.grants) {
    grants += (grants.empty() ? "" : ",") + grant_json(grant);
    modified = std::max(modified, grant.modified);
  }
  Object package;
  package.text("version", "1.4").text("title", "Grants of " + publisher.name).raw("publisher", by.str());
  if (!publisher.licence.empty()) package.text("license", publisher.licence);
  package.text("modified", modified);
  package.raw("grants", "[" + grants + "]");
  return package.str();
}

}  // namespace kindling
