// Contributions of organisations' own budgets: what is planned (a funding source), against what arrived. Types and rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct ContributionReceipt {
  std::int64_t id = 0;
  Date received_on;
  Money amount;
  std::string reference;
  std::string description;
  std::string valuation_basis;
  std::int64_t entry_id = 0;
  bool reversed = false;
};

struct Contribution {
  std::int64_t source_id = 0;
  std::string name;
  std::string organisation_name;
  bool in_kind = false;
  std::optional<Money> planned;  // nullopt: not known
  Money received;                // without what was reversed
  std::int64_t fund_id = 0;      // the general one where the source names none
  std::vector<ContributionReceipt> receipts;  // find_contribution only; oldest first

  // Still expected; nullopt where nothing is planned. Negative: more came.
  std::optional<Money> outstanding() const;
};

struct NewContributionReceipt {
  Date received_on;
  Money amount;
  std::string reference;
  std::optional<std::string> description;
  std::optional<std::string> valuation_basis;
};
// Fields: received_on, amount, reference; in kind also description and valuation_basis.
Result<NewContributionReceipt> parse_contribution(const Input& input, const Contribution& contribution, Date today);

Value contribution_value(const Contribution& contribution);  // schema "Contribution"

}  // namespace kindling
