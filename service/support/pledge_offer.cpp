#include "support/pledge_offer.hpp"

#include "core/fields.hpp"
#include "http/json.hpp"
#include "identity/user.hpp"

namespace kindling {

Result<NewPledgeOffer> parse_pledge_offer(const Input& input, Currency platform) {
  static constexpr std::string_view kCycles[] = {"monthly", "quarterly", "yearly"};
  Fields fields(input);
  NewPledgeOffer offer{.person = {.name = fields.text("name"),
                                  .email = fields.text("email", {.max = 254}),
                                  .message = fields.optional_text("message", {.max = 1'000, .multiline = true})},
                       .campaign = fields.optional_text("campaign", {.max = 40}).value_or(""),
                       .amount = fields.money("amount", platform, {.min_minor = 1, .max_minor = 100'000'000}),
                       .cycle = fields.one_of("cycle", kCycles)};
  if (normal_email(offer.person.email).empty() && !fields.failed("email")) {
    fields.fail("email", "not_an_email", "Enter an e-mail address such as ada@example.org.");
  }
  if (!fields.flag("agree")) fields.fail("agree", "required", "Please agree, or we may not keep what you wrote.");
  return fields.finish(std::move(offer));
}

Value pledge_offer_value(const PledgeOffer& offer) {
  const auto* person = offer.person ? &*offer.person : nullptr;
  return Value::object({{"id", offer.id},
                        {"offered_on", offer.offered_on},
                        {"currency", offer.amount.currency.code()},
                        {"amount", to_string(offer.amount)},
                        {"cycle", offer.cycle},
                        {"campaign_id", offer.campaign_id ? Value(*offer.campaign_id) : Value()},
                        {"campaign", offer.campaign_name},
                        {"name", person == nullptr ? Value() : Value(person->name)},
                        {"email", person == nullptr ? Value() : Value(person->email)},
                        {"message", person == nullptr || !person->message ? Value() : Value(*person->message)}});
}

std::string person_to_text(const OfferingPerson& person) {
  return http::to_json(Value::object({{"name", person.name}, {"email", person.email}, {"message", person.message.value_or("")}}));
}

std::optional<OfferingPerson> person_of_text(std::string_view text) {
  const auto value = http::value_from_json(text);
  if (!value) return std::nullopt;
  const auto member = [&](const char* name) {
    const auto* found = value->find(name);
    const auto* said = found == nullptr ? nullptr : std::get_if<std::string>(&found->data());
    return said == nullptr ? std::string() : *said;
  };
  const auto message = member("message");
  return OfferingPerson{.name = member("name"), .email = member("email"),
                        .message = message.empty() ? std::nullopt : std::optional(message)};
}

}  // namespace kindling
