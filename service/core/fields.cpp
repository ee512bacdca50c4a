#include "core/fields.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace kindling {

struct Fields::Shared {
  explicit Shared(const Input& typed) : input(typed) {}
  const Input& input;
  std::vector<FieldError> errors;
  std::set<std::string, std::less<>> asked;
};

Fields::Fields(const Input& input) : shared_(std::make_shared<Shared>(input)) {}
Fields::Fields(std::shared_ptr<Shared> shared, std::string prefix)
    : shared_(std::move(shared)), prefix_(std::move(prefix)) {}

std::string Fields::path(std::string_view name) const { return prefix_ + std::string(name); }

void Fields::fail(std::string_view name, std::string code, std::string message) {
  shared_->errors.push_back({path(name), std::move(code), std::move(message)});
}

bool Fields::failed(std::string_view name) const {
  return std::ranges::any_of(shared_->errors, [&, full = path(name)](const auto& e) { return e.field == full; });
}

bool Fields::ok() const { return errors().empty(); }

std::vector<FieldError> Fields::errors() const {
  auto found = shared_->errors;
  if (!shared_->input.strict()) return found;
  for (const auto& field : shared_->input.fields()) {
    if (shared_->asked.contains(field.path)) continue;
    found.push_back({field.path, "unknown_field", "There is no field with this name; remove it or mend its name."});
  }
  return found;
}

std::optional<std::string> Fields::raw(std::string_view name, bool allow_number) {
  auto full = path(name);
  const auto* field = shared_->input.find(full);
  shared_->asked.insert(std::move(full));
  if (field == nullptr || field->type == Input::Type::kNull) {
    // An object or a list where one value belongs.
    if (!shared_->input.keys_below(path(name)).empty()) fail(name, "wrong_type", "Enter one value here.");
    return std::nullopt;
  }
  if (field->type == Input::Type::kBoolean || (field->type == Input::Type::kNumber && !allow_number)) {
    fail(name, "wrong_type", "Send this as a text in quotation marks.");
    return std::nullopt;
  }
  if (!is_valid_utf8(field->text)) {
    fail(name, "invalid_utf8", "This text holds bytes that are not valid UTF-8; type it again.");
    return std::nullopt;
  }
  const auto text = trimmed(field->text);
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> Fields::optional_text(std::string_view name, TextRule rule) {
  auto text = raw(name, false);
  if (!text) return std::nullopt;
  for (std::size_t i = 0; i < text->size(); ++i) {
    const auto c = static_cast<unsigned char>((*text)[i]);
    const bool line_sign = c == '\n' || c == '\r' || c == '\t';
    // U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
    const bool c1 = c == 0xC2 && static_cast<unsigned char>((*text)[i + 1]) < 0xA0;
    if (c1 || ((c < 0x20 || c == 0x7F) && !(rule.multiline && line_sign))) {
      fail(name, "control_character",
           line_sign ? "Enter this on one line." : "This text holds a control character; type it again.");
      return std::nullopt;
    }
  }
  if (code_points(*text) > rule.max) {
    fail(name, "too_long", "Enter at most " + std::to_string(rule.max) + " characters.");
    return std::nullopt;
  }
  return text;
}

namespace {

// The value, or "required" at the field where nothing was typed and nothing else is wrong there.
template <typename T>
T required(Fields& fields, std::string_view name, std::optional<T> value, T harmless, const char* message) {
  if (value) return *std::move(value);
  if (!fields.failed(name)) fields.fail(name, "required", message);
  return harmless;
}

}  // namespace

std::string Fields::text(std::string_view name, TextRule rule) {
  auto value = optional_text(name, rule);
  if (!rule.required) return value.value_or("");
  return required<std::string>(*this, name, std::move(value), "", "Enter this.");
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto text = raw(name, true);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error == std::errc::invalid_argument || end != text->data() + text->size()) {
    fail(name, "not_a_number", "Enter a whole number.");
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range || number < min || number > max) {
    fail(name, "out_of_range", "Enter a whole number from " + std::to_string(min) + " to " + std::to_string(max) + ".");
    return std::nullopt;
  }
  return number;
}

std::int64_t Fields::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  return required<std::int64_t>(*this, name, optional_integer(name, min, max), min, "Enter a whole number.");
}

std::optional<std::int64_t> Fields::optional_id(std::string_view name) { return optional_integer(name, 1, INT64_MAX); }

std::int64_t Fields::id(std::string_view name) {
  return required<std::int64_t>(*this, name, optional_id(name), 0, "Choose one.");
}

Currency Fields::currency(std::string_view name) {
  static const Currency kHarmless = Currency::of("EUR");
  const auto text = optional_text(name, {.max = 20});
  if (text) {
    if (const auto found = Currency::find(*text)) return *found;
    fail(name, "unknown_currency", "Enter a currency of ISO 4217 such as EUR.");
    return kHarmless;
  }
  return required<Currency>(*this, name, std::nullopt, kHarmless, "Enter a currency such as EUR.");
}

std::optional<Money> Fields::optional_money(std::string_view name, Currency currency, MoneyRule rule) {
  const auto text = raw(name, false);
  if (!text) return std::nullopt;
  auto money = parse_money(*text, currency);
  if (!money) {
    const auto& error = money.error().fields.front();
    fail(name, error.code, error.message);
    return std::nullopt;
  }
  if (money->minor < rule.min_minor) {
    if (rule.min_minor == 0) {
      fail(name, "negative", "Enter an amount that is not negative.");
    } else {
      fail(name, "out_of_range", "Enter at least " + to_display(Money{rule.min_minor, currency}) + ".");
    }
    return std::nullopt;
  }
  if (money->minor > rule.max_minor) {
    fail(name, "out_of_range", "Enter at most " + to_display(Money{rule.max_minor, currency}) + ".");
    return std::nullopt;
  }
  return *money;
}

Money Fields::money(std::string_view name, Currency currency, MoneyRule rule) {
  return required<Money>(*this, name, optional_money(name, currency, rule), Money{0, currency}, "Enter an amount.");
}

std::optional<Percent> Fields::optional_percent(std::string_view name) {
  const auto text = raw(name, true);
  if (!text) return std::nullopt;
  auto percent = parse_percent(*text);
  if (percent) return *percent;
  const auto& error = percent.error().fields.front();
  fail(name, error.code, error.message);
  return std::nullopt;
}

Percent Fields::percent(std::string_view name) {
  return required<Percent>(*this, name, optional_percent(name), Percent{0}, "Enter a percentage such as 7 or 7.5.");
}

std::optional<Date> Fields::optional_date(std::string_view name) {
  const auto text = raw(name, false);
  if (!text) return std::nullopt;
  if (auto date = Date::parse(*text)) return date;
  fail(name, "not_a_date", "Enter a day that exists, as year-month-day such as 2026-02-28.");
  return std::nullopt;
}

Date Fields::date(std::string_view name) {
  return required<Date>(*this, name, optional_date(name), Date::of("2000-01-01"), "Enter a date such as 2026-02-28.");
}

Period Fields::period(std::string_view first_name, std::string_view last_name) {
  const auto first = date(first_name);
  const auto last = date(last_name);
  if (last < first && !failed(first_name) && !failed(last_name)) {
    fail(last_name, "end_before_start", "Enter an end that is not before the start, " + to_string(first) + ".");
  }
  return {first, std::max(first, last)};
}

std::optional<std::string> Fields::optional_one_of(std::string_view name, std::span<const std::string_view> choices) {
  auto text = optional_text(name);
  if (!text || std::ranges::find(choices, *text) != choices.end()) return text;
  std::string list;
  for (const auto choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
  fail(name, "not_one_of", "Choose one of: " + list + ".");
  return std::nullopt;
}

std::string Fields::one_of(std::string_view name, std::span<const std::string_view> choices) {
  return required<std::string>(*this, name, optional_one_of(name, choices), std::string(choices.front()),
                               "Choose one.");
}

bool Fields::flag(std::string_view name) {
  const auto full = path(name);
  const auto* field = shared_->input.find(full);
  shared_->asked.insert(full);
  if (field == nullptr || field->type == Input::Type::kNull) {
    if (!shared_->input.keys_below(full).empty()) fail(name, "wrong_type", "Enter true or false.");
    return false;
  }
  if (field->text == "on" || field->text == "true" || field->text == "1") return true;
  if (!field->text.empty() && field->text != "false" && field->text != "0" && field->text != "off") {
    fail(name, "wrong_type", "Enter true or false.");
  }
  return false;
}

// One value where several belong is no empty list.
void Fields::expect_list(std::string_view name) {
  const auto full = path(name);
  const auto* field = shared_->input.find(full);
  if (field != nullptr && field->type != Input::Type::kNull && shared_->input.strict()) {
    fail(name, "wrong_type", "Send a list here, in [ ].");
  }
  shared_->asked.insert(full);
}

std::vector<std::string> Fields::texts(std::string_view name, TextRule rule, std::size_t count_max) {
  std::vector<std::string> found;
  expect_list(name);
  const auto keys = shared_->input.keys_below(path(name));
  if (keys.size() > count_max) {
    fail(name, "too_many", "Enter at most " + std::to_string(count_max) + " here.");
  }
  for (const auto& key : keys) {
    if (auto text = optional_text(std::string(name) + "." + key, rule)) found.push_back(*std::move(text));
  }
  return found;
}

std::vector<Fields> Fields::rows(std::string_view name, std::size_t count_max) {
  std::vector<Fields> found;
  expect_list(name);
  auto keys = shared_->input.keys_below(path(name));
  if (keys.size() > count_max) {
    fail(name, "too_many", "Enter at most " + std::to_string(count_max) + " rows.");
    keys.resize(count_max);
  }
  for (const auto& key : keys) found.push_back(Fields(shared_, path(name) + "." + key + "."));
  return found;
}

bool Fields::empty() const {
  for (const auto& field : shared_->input.fields()) {
    if (field.path.starts_with(prefix_) && !trimmed(field.text).empty()) return false;
  }
  return true;
}

bool is_valid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = byte(i);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    if (lead == 0xE0 && byte(i + 1) < 0xA0) return false;  // overlong
    if (lead == 0xED && byte(i + 1) > 0x9F) return false;  // surrogates
    if (lead == 0xF0 && byte(i + 1) < 0x90) return false;  // overlong
    if (lead == 0xF4 && byte(i + 1) > 0x8F) return false;  // beyond U+10FFFF
    i += length;
  }
  return true;
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace kindling
