// Funding sources: contributions of organisations and other income are recorded here, grants and campaigns elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct NewSource {
  std::string kind;   // contribution, other
  std::string name;
  std::optional<std::int64_t> organisation_id;  // the giver; a contribution has one
  std::string basis;  // cash, in_kind
  Currency currency;
  std::optional<Money> planned;
  Date starts_on;
  std::optional<Date> ends_on;
  Percent probability;
  std::optional<std::string> notes;
};

struct Source {
  std::int64_t id = 0;
  int version = 0;
  std::string kind;                       // also grant, campaign: these follow what they are the source of
  std::string name;
  std::optional<std::int64_t> organisation_id;
  std::string organisation_name;
  std::string basis;
  Currency currency;
  std::optional<Money> planned;
  Date starts_on;
  std::optional<Date> ends_on;
  Percent probability;
  std::string notes;
  std::optional<std::int64_t> grant_id;
};

// Fields: kind, name, organisation_id, basis, currency, planned_amount, starts_on, ends_on, probability, notes; version
// is passed over.
Result<NewSource> parse_source(const Input& input);
Input typed_of(const Source& source);
Value source_value(const Source& source);  // schema "FundingSource"

}  // namespace kindling
