#include "donations/campaign.hpp"

#include <algorithm>

#include "core/fields.hpp"

namespace kindling {
namespace {

bool is_payable(std::string_view reference) {
  return reference.size() >= 4 && reference.size() <= 21 && std::ranges::all_of(reference, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

}  // namespace

Result<NewCampaign> parse_campaign(const Input& input, Currency platform) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  NewCampaign campaign{.name = fields.text("name"),
                       .reference = fields.optional_text("reference", {.max = 21}),
                       .currency = platform,
                       .goal = fields.optional_money("goal", platform, {.min_minor = 1}),
                       .starts_on = fields.date("starts_on"),
                       .ends_on = fields.optional_date("ends_on"),
                       .restricted = fields.flag("restricted"),
                       .purpose = fields.optional_text("purpose", {.max = 500}),
                       .public_text = fields.optional_text("public_text", {.max = 4'000, .multiline = true}).value_or(""),
                       .is_public = fields.flag("is_public")};
  if (campaign.reference && !is_payable(*campaign.reference)) {
    fields.fail("reference", "not_payable", "Enter 4 to 21 capital letters and digits such as WINTER2026, or nothing.");
  }
  if (campaign.ends_on && *campaign.ends_on < campaign.starts_on && !fields.failed("ends_on")) {
    fields.fail("ends_on", "end_before_start", "Enter an end that is not before the start.");
  }
  if (campaign.restricted && !campaign.purpose && !fields.failed("purpose")) {
    fields.fail("purpose", "required", "Say what the money of a restricted campaign is for.");
  }
  return fields.finish(std::move(campaign));
}

Input typed_of(const Campaign& campaign) {
  Input typed;
  typed.set("version", std::to_string(campaign.version));
  typed.set("name", campaign.name);
  typed.set("reference", campaign.reference);
  typed.set("goal", campaign.goal ? to_string(*campaign.goal) : "");
  typed.set("starts_on", to_string(campaign.starts_on));
  typed.set("ends_on", campaign.ends_on ? to_string(*campaign.ends_on) : "");
  typed.set("restricted", campaign.restricted ? "on" : "");
  typed.set("purpose", campaign.purpose);
  typed.set("public_text", campaign.public_text);
  typed.set("is_public", campaign.is_public ? "on" : "");
  return typed;
}

Value campaign_value(const Campaign& campaign) {
  return Value::object({{"id", campaign.id},
                        {"version", campaign.version},
                        {"name", campaign.name},
                        {"reference", campaign.reference},
                        {"currency", campaign.currency.code()},
                        {"goal", campaign.goal ? Value(to_string(*campaign.goal)) : Value()},
                        {"starts_on", to_string(campaign.starts_on)},
                        {"ends_on", campaign.ends_on ? Value(to_string(*campaign.ends_on)) : Value()},
                        {"restricted", campaign.restricted},
                        {"purpose", campaign.purpose},
                        {"public_text", campaign.public_text},
                        {"is_public", campaign.is_public},
                        {"fund_id", campaign.fund_id},
                        {"raised", to_string(campaign.raised)},
                        {"in_kind", to_string(campaign.in_kind)},
                        {"gifts", campaign.gifts}});
}

}  // namespace kindling
