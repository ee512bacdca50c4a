// A reversal: part or all of an approved cost is taken back, asked for by one person and approved by another. Types and
// rules, without I/O.
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

struct Expenditure;

struct Reversal {
  std::int64_t id = 0;
  std::string state = {};      // requested, approved, refused
  Money amount;                // in the document's currency
  Date booked_on;
  std::string reason = {};
  std::int64_t requested_by = 0;
  std::string requested_by_name = {}, decided_by_name = {};
  std::optional<std::int64_t> entry_id = {};
};

struct NewReversal {
  Money amount;
  Date booked_on;
  std::string reason;
};
// Fields: amount (all that stands where it is empty), booked_on (today where it is empty; from the document's date on),
// reason.
Result<NewReversal> parse_reversal(const Input& input, const Expenditure& cost, Date today);

Value reversal_value(const Reversal& reversal);  // schema "Reversal"

}  // namespace kindling
