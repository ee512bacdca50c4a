// Reads the filters of a list; each that makes no sense is told at its name, instead of showing everything or nothing.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace kindling {

struct ListQuery;

class ListFilters {
 public:
  explicit ListFilters(const ListQuery& query) : query_(query) {}  // `query` outlives it

  // "" where it is absent, or was told to be wrong. Codes: not_one_of, not_a_number, not_a_date.
  std::string one_of(const char* name, std::initializer_list<std::string_view> choices);
  std::optional<long long> number(const char* name);
  std::optional<std::string> day(const char* name);  // as typed: year-month-day

  Outcome check() const;  // kInvalid with all of them

 private:
  const ListQuery& query_;
  std::vector<FieldError> errors_;
};

}  // namespace kindling
