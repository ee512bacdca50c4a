// Commitments: contracts and orders that reserve a line of a grant's budget or, where no grant bears them, a need of the
// platform's. Types and rules, without I/O.
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

struct Commitment {
  std::int64_t id = 0;
  int version = 0;
  std::optional<std::int64_t> grant_id;        // nullopt: the platform's own
  std::optional<std::int64_t> budget_line_id;  // the root: the line keeps what is promised through all versions
  std::int64_t supplier_id = 0;
  std::string supplier_name;
  std::string title;
  std::string reference;            // of the contract or order
  Date signed_on;
  Money amount;
  Money consumed;                   // by approved costs, reversals taken off; may exceed the amount
  std::optional<std::string> need;  // of the platform's budget, which it serves; the platform's own always has one
  std::string state;                // proposed, open, consumed, released
  std::string closed_reason;
  std::string override_reason;
  std::string overridden_by_name;
  std::optional<std::int64_t> created_by;
  std::string created_by_name;

  Money reserved() const;           // what an open one still takes off its line
};

struct NewCommitment {
  std::optional<std::int64_t> budget_line_id;  // as chosen: a line of the version in force, or its root
  std::int64_t supplier_id;
  std::string title;
  std::string reference;
  Date signed_on;
  Money amount;
  std::optional<std::string> need;
};
// Fields: budget_line_id, supplier_id, title, reference, signed_on (not after `today`), amount, need.
Result<NewCommitment> parse_commitment(const Input& input, Currency currency, Date today);
// The same without budget_line_id; `need` is required, and `currency` is a field. It counts in the year of signed_on.
Result<NewCommitment> parse_platform_commitment(const Input& input, Date today);

Value commitment_value(const Commitment& commitment);  // schema "Commitment"

}  // namespace kindling
