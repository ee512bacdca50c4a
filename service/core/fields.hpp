// Fields: reads an Input by rules and collects ALL errors, so that a form is mended in one go.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/currency.hpp"
#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

struct TextRule {
  std::size_t max = 200;   // in characters (code points)
  bool required = true;
  bool multiline = false;  // line breaks and tabs are allowed
};

struct MoneyRule {
  std::int64_t min_minor = 0;
  std::int64_t max_minor = 1'000'000'000'000'000;  // far below int64, so that sums of thousands of lines are safe
  bool required = true;
};

// Every getter trims white space around what was typed; on a broken rule it records an error at the field and returns
// a harmless value, so that reading goes on. Empty text counts as absent. Codes: required, too_long, invalid_utf8,
// control_character, not_a_number, out_of_range, not_an_amount, over_precise, negative, unknown_currency,
// not_a_date, end_before_start, not_one_of, wrong_type, unknown_field.
class Fields {
 public:
  explicit Fields(const Input& input);

  std::string text(std::string_view name, TextRule rule = {});
  std::optional<std::string> optional_text(std::string_view name, TextRule rule = {});
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::int64_t id(std::string_view name);                       // a chosen row: positive integer, "Choose one."
  std::optional<std::int64_t> optional_id(std::string_view name);
  Currency currency(std::string_view name);                     // EUR after an error
  Money money(std::string_view name, Currency currency, MoneyRule rule = {});
  std::optional<Money> optional_money(std::string_view name, Currency currency, MoneyRule rule = {});
  Percent percent(std::string_view name);
  std::optional<Percent> optional_percent(std::string_view name);
  Date date(std::string_view name);                             // 2000-01-01 after an error
  std::optional<Date> optional_date(std::string_view name);
  Period period(std::string_view first_name, std::string_view last_name);
  // The chosen text is one of `choices`; the first one after an error.
  std::string one_of(std::string_view name, std::span<const std::string_view> choices);
  std::optional<std::string> optional_one_of(std::string_view name, std::span<const std::string_view> choices);
  bool flag(std::string_view name);                             // "on", "true", "1"; absent is false
  // Several texts below a name: "excluded.0", "excluded.3".
  std::vector<std::string> texts(std::string_view name, TextRule rule = {}, std::size_t count_max = 200);
  // Rows below a name, each a Fields of its own over "lines.N.*" that shares this one's errors.
  std::vector<Fields> rows(std::string_view name, std::size_t count_max);
  bool empty() const;                                           // a row in which nothing was typed

  void fail(std::string_view name, std::string code, std::string message);
  bool failed(std::string_view name) const;                     // an error stands at the name already
  bool ok() const;
  // All errors, in the order of the input; of a strict input also the names nothing asked for.
  std::vector<FieldError> errors() const;

  // The value if every rule held, else all errors.
  template <typename T>
  Result<T> finish(T value) const {
    auto found = errors();
    if (!found.empty()) return invalid(std::move(found));
    return value;
  }

  std::string path(std::string_view name) const;  // with this row's prefix

 private:
  struct Shared;
  Fields(std::shared_ptr<Shared> shared, std::string prefix);
  std::optional<std::string> raw(std::string_view name, bool allow_number);
  void expect_list(std::string_view name);

  std::shared_ptr<Shared> shared_;
  std::string prefix_;
};

// Valid UTF-8 without surrogates, overlong forms and beyond U+10FFFF.
bool is_valid_utf8(std::string_view text);
std::size_t code_points(std::string_view text);  // of valid UTF-8
std::string_view trimmed(std::string_view text);

}  // namespace kindling
