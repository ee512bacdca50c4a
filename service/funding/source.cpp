#include "funding/source.hpp"

#include "core/fields.hpp"

namespace kindling {

Result<NewSource> parse_source(const Input& input) {
  static constexpr std::string_view kKinds[] = {"contribution", "other"};
  static constexpr std::string_view kBases[] = {"cash", "in_kind"};
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  const auto currency = fields.currency("currency");
  NewSource source{.kind = fields.one_of("kind", kKinds),
                   .name = fields.text("name"),
                   .organisation_id = fields.optional_id("organisation_id"),
                   .basis = fields.one_of("basis", kBases),
                   .currency = currency,
                   .planned = fields.optional_money("planned_amount", currency),
                   .starts_on = fields.date("starts_on"),
                   .ends_on = fields.optional_date("ends_on"),
                   .probability = fields.optional_percent("probability").value_or(Percent{10'000}),
                   .notes = fields.optional_text("notes", {.max = 4'000, .multiline = true})};
  if (source.kind == "contribution" && !source.organisation_id && !fields.failed("organisation_id")) {
    fields.fail("organisation_id", "required", "Choose the organisation that contributes.");
  }
  if (source.ends_on && *source.ends_on < source.starts_on && !fields.failed("ends_on")) {
    fields.fail("ends_on", "end_before_start", "Enter an end that is not before the start, " + to_string(source.starts_on) + ".");
  }
  return fields.finish(std::move(source));
}

Input typed_of(const Source& source) {
  Input typed;
  typed.set("version", std::to_string(source.version));
  typed.set("kind", source.kind);
  typed.set("name", source.name);
  typed.set("organisation_id", source.organisation_id ? std::to_string(*source.organisation_id) : "");
  typed.set("basis", source.basis);
  typed.set("currency", std::string(source.currency.code()));
  typed.set("planned_amount", source.planned ? to_string(*source.planned) : "");
  typed.set("starts_on", to_string(source.starts_on));
  typed.set("ends_on", source.ends_on ? to_string(*source.ends_on) : "");
  typed.set("probability", to_string(source.probability));
  typed.set("notes", source.notes);
  return typed;
}

Value source_value(const Source& source) {
  return Value::object({{"id", source.id},
                        {"version", source.version},
                        {"kind", source.kind},
                        {"name", source.name},
                        {"organisation_id", source.organisation_id ? Value(*source.organisation_id) : Value()},
                        {"organisation_name", source.organisation_name},
                        {"basis", source.basis},
                        {"currency", source.currency.code()},
                        {"planned_amount", source.planned ? Value(to_string(*source.planned)) : Value()},
                        {"starts_on", to_string(source.starts_on)},
                        {"ends_on", source.ends_on ? Value(to_string(*source.ends_on)) : Value()},
                        {"probability", to_string(source.probability)},
                        {"notes", source.notes},
                        {"grant_id", source.grant_id ? Value(*source.grant_id) : Value()}});
}

}  // namespace kindling
