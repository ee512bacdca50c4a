#include "insight/risk.hpp"

#include "core/fields.hpp"

namespace kindling {

std::string_view level_of(int score) { return score >= 15 ? "high" : score >= 8 ? "medium" : "low"; }

Result<NewRisk> parse_risk(const Input& input) {
  static constexpr std::string_view kStates[] = {"open", "accepted", "closed"};
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  NewRisk risk{.title = fields.text("title"),
               .likelihood = static_cast<int>(fields.integer("likelihood", 1, 5)),
               .impact = static_cast<int>(fields.integer("impact", 1, 5)),
               .owner_id = fields.optional_id("owner_id"),
               .mitigation = fields.text("mitigation", {.max = 2'000, .multiline = true}),
               .review_on = fields.date("review_on"),
               .state = fields.optional_one_of("state", kStates).value_or("open"),
               .outcome = fields.optional_text("outcome", {.max = 1'000, .multiline = true})};
  if (risk.state == "closed" && !risk.outcome && !fields.failed("outcome")) {
    fields.fail("outcome", "required", "Say in a sentence how it ended.");
  }
  if (risk.state != "closed" && risk.outcome) {
    fields.fail("outcome", "not_closed", "An outcome is for a closed risk. Close it, or leave this empty.");
  }
  return fields.finish(std::move(risk));
}

Input typed_of(const Risk& risk) {
  Input typed;
  typed.set("version", std::to_string(risk.version));
  typed.set("title", risk.title);
  typed.set("likelihood", std::to_string(risk.likelihood));
  typed.set("impact", std::to_string(risk.impact));
  typed.set("owner_id", risk.owner_id ? std::to_string(*risk.owner_id) : "");
  typed.set("mitigation", risk.mitigation);
  typed.set("review_on", to_string(risk.review_on));
  typed.set("state", risk.state);
  typed.set("outcome", risk.outcome.value_or(""));
  return typed;
}

Value risk_value(const Risk& risk) {
  return Value::object({{"id", risk.id},
                        {"version", risk.version},
                        {"title", risk.title},
                        {"likelihood", risk.likelihood},
                        {"impact", risk.impact},
                        {"score", risk.score()},
                        {"level", level_of(risk.score())},
                        {"owner_id", risk.owner_id ? Value(*risk.owner_id) : Value()},
                        {"owner_name", risk.owner_name},
                        {"mitigation", risk.mitigation},
                        {"review_on", to_string(risk.review_on)},
                        {"state", risk.state},
                        {"outcome", risk.outcome ? Value(*risk.outcome) : Value()}});
}

}  // namespace kindling
