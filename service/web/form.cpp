#include <algorithm>

#include "web/page.hpp"

namespace kindling {
namespace {

// Ids of fields in HTML: "lines.0.amount" becomes "f-lines-0-amount".
std::string id_of(const std::string& prefix, std::string_view name) {
  std::string id = prefix;
  for (const char c : name) id += c == '.' ? '-' : c;
  return id;
}

const FieldError* error_at(const std::vector<FieldError>& errors, std::string_view name) {
  const auto found = std::ranges::find(errors, name, &FieldError::field);
  return found == errors.end() ? nullptr : &*found;
}

}  // namespace

std::vector<FieldError> errors_of(const Error& error) {
  return error.fields.empty() ? std::vector<FieldError>{{"", error.code, error.message}} : error.fields;
}

Form::Form(const Input& typed, const std::vector<FieldError>& errors) : typed_(typed), errors_(errors) {}

Form& Form::id_prefix(std::string prefix) {
  prefix_ = std::move(prefix);
  return *this;
}

Form& Form::section(std::string title, std::string help) {
  sections_.push_back({std::move(title), std::move(help), {}, {}});
  return *this;
}

Form& Form::html(std::string piece) {
  sections_.push_back({{}, {}, std::move(piece), {}});
  return *this;
}

Form& Form::add(const char* kind, std::string name, std::string label, FieldLook look, Value extra) {
  if (sections_.empty()) section("");
  const auto* error = error_at(errors_, name);
  const auto id = id_of(prefix_, name);
  std::string described;
  if (!look.help.empty()) described = id + "-help";
  if (error != nullptr) described += (described.empty() ? "" : " ") + id + "-error";
  auto field = Value::object({{kind, true},
                              {"id", id},
                              {"value", typed_.text(name)},
                              {"name", std::move(name)},
                              {"label", std::move(label)},
                              {"help", std::move(look.help)},
                              {"required", look.required},
                              {"columns", look.columns},
                              {"suffix", std::move(look.suffix)},
                              {"autocomplete", std::move(look.autocomplete)},
                              {"described_by", std::move(described)},
                              {"error", error == nullptr ? std::string() : error->message}});
  if (!extra.is_null()) field.set("choices", std::move(extra));
  sections_.back().fields.push_back(std::move(field));
  return *this;
}

Form& Form::text(std::string name, std::string label, FieldLook look) {
  return add("is_text", std::move(name), std::move(label), std::move(look));
}
Form& Form::email(std::string name, std::string label, FieldLook look) {
  return add("is_email", std::move(name), std::move(label), std::move(look));
}
Form& Form::password(std::string name, std::string label, FieldLook look) {
  return add("is_password", std::move(name), std::move(label), std::move(look));
}
Form& Form::area(std::string name, std::string label, FieldLook look) {
  return add("is_area", std::move(name), std::move(label), std::move(look));
}
Form& Form::amount(std::string name, std::string label, FieldLook look) {
  return add("is_amount", std::move(name), std::move(label), std::move(look));
}
Form& Form::percent(std::string name, std::string label, FieldLook look) {
  if (look.suffix.empty()) look.suffix = "%";
  return add("is_amount", std::move(name), std::move(label), std::move(look));
}
Form& Form::number(std::string name, std::string label, FieldLook look) {
  return add("is_number", std::move(name), std::move(label), std::move(look));
}
Form& Form::date(std::string name, std::string label, FieldLook look) {
  return add("is_date", std::move(name), std::move(label), std::move(look));
}

Form& Form::choice(std::string name, std::string label, const std::vector<Choice>& choices, FieldLook look) {
  auto list = Value::array();
  for (const auto& choice : choices) {
    list.push(Value::object({{"choice_value", choice.value},
                             {"choice_label", choice.label},
                             {"selected", choice.value == typed_.text(name)}}));
  }
  return add("is_choice", std::move(name), std::move(label), std::move(look), std::move(list));
}

Form& Form::flag(std::string name, std::string label, FieldLook look) {
  const auto typed = typed_.text(name);
  auto state = Value::object({{"checked", typed == "on" || typed == "true" || typed == "1"}});
  return add("is_flag", std::move(name), std::move(label), std::move(look), std::move(state));
}

Form& Form::checkboxes(std::string name, std::string label, const std::vector<Choice>& choices, FieldLook look) {
  auto list = Value::array();
  std::vector<std::string_view> chosen;
  for (const auto& key : typed_.keys_below(name)) chosen.push_back(typed_.text(name + "." + key));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto box = name + "." + std::to_string(i);
    list.push(Value::object({{"box_name", box},
                             {"box_id", id_of(prefix_, box)},
                             {"choice_value", choices[i].value},
                             {"choice_label", choices[i].label},
                             {"checked", std::ranges::find(chosen, choices[i].value) != chosen.end()}}));
  }
  return add("is_checkboxes", std::move(name), std::move(label), std::move(look), std::move(list));
}

Form& Form::hidden(std::string name, std::string value) {
  hidden_.push_back(Value::object({{"name", std::move(name)}, {"value", std::move(value)}}));
  return *this;
}

Value Form::value(std::string action, std::string submit_label, std::string cancel_href) const {
  auto errors = Value::array();
  for (const auto& error : errors_) {
    errors.push(Value::object({{"error_message", error.message},
                               {"error_field", error.field},
                               {"error_href", error.field.empty() ? "" : "#" + id_of(prefix_, error.field)}}));
  }
  auto sections = Value::array();
  for (const auto& section : sections_) {
    sections.push(Value::object({{"title", section.title},
                                 {"section_help", section.help},
                                 {"html", section.html},
                                 {"fields", section.fields}}));
  }
  return Value::object({{"action", std::move(action)},
                        {"submit", std::move(submit_label)},
                        {"cancel_href", std::move(cancel_href)},
                        {"hidden", hidden_},
                        {"sections", std::move(sections)},
                        {"errors", std::move(errors)},
                        {"has_errors", !errors_.empty()},
                        {"error_count", errors_.size()}});
}

}  // namespace kindling
