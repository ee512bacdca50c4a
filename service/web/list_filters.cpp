#include "web/list_filters.hpp"

#include <algorithm>
#include <charconv>

#include "core/date.hpp"
#include "web/page.hpp"

namespace kindling {

std::string ListFilters::one_of(const char* name, std::initializer_list<std::string_view> choices) {
  auto text = query_.filter(name);
  if (text.empty() || std::ranges::find(choices, text) != choices.end()) return text;
  errors_.push_back({name, "not_one_of", "There is no such choice; take one of the list."});
  return {};
}

std::optional<long long> ListFilters::number(const char* name) {
  const auto text = query_.filter(name);
  if (text.empty()) return std::nullopt;
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  errors_.push_back({name, "not_a_number", "Name it by its number."});
  return std::nullopt;
}

std::optional<std::string> ListFilters::day(const char* name) {
  const auto text = query_.filter(name);
  if (text.empty()) return std::nullopt;
  if (!Date::parse(text)) errors_.push_back({name, "not_a_date", "Enter a day that exists, such as 2026-02-28."});
  return text;
}

Outcome ListFilters::check() const {
  if (errors_.empty()) return kOk;
  return invalid(errors_);
}

}  // namespace kindling
