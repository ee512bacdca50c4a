// An expenditure: a cost with its evidence, and its allocations over grants, lines and funds. Types and rules, no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

inline constexpr std::size_t kAllocationsMax = 100;

// A person's days for a grant; the cost is derived from them (staff_cost.hpp).
struct StaffCost {
  std::string person;
  Period worked;                   // within one calendar year
  Percent working_time_factor;     // 10000: full time
  Money personnel_cost;            // of the whole period
  std::int32_t days_hundredths;
};

// Given instead of paid: match, never cash. The same giver, day, thing and value are the same gift, which counts once; unless
// somebody says beside which gift this one stands, and why it is another.
struct InKind {
  std::string of;                  // goods, services, time
  std::string valuation_basis;     // how its value was found
  std::optional<std::int64_t> another_than_id = {};
  std::string another_because = {};
};

// What is entered of a cost.
struct ExpenditureFacts {
  std::string kind;                // invoice, staff, in_kind
  std::optional<std::int64_t> supplier_id;  // of in kind: who gave
  std::optional<std::string> document_number;
  Date document_on;                // the accounting date
  std::optional<Date> paid_on;
  std::string description;
  Money amount;
  std::optional<StaffCost> staff;
  std::optional<InKind> in_kind;
  std::optional<Money> paid = {};  // what left the account, where that is in another currency
};

// A share of the cost. `used_as`: claimed (from a budget line of a grant), match (of a grant, not claimed), ineligible
// (in a grant, with a reason), own (the platform's).
struct NewAllocation {
  std::string row;                 // the input's, for errors: "allocations.2"
  std::string used_as;
  std::optional<std::int64_t> grant_id;        // claimed: that of the line
  std::optional<std::int64_t> budget_line_id;  // claimed only; stored is its root
  std::optional<std::int64_t> commitment_id;   // which order it consumes; names the line, or the need, by itself
  std::optional<std::int64_t> fund_id;         // claimed: the grant's; otherwise the general fund where none is named
  std::optional<std::string> category_code;    // match and ineligible only
  std::optional<std::int64_t> partner_id;
  std::optional<std::string> ineligible_reason;
  std::optional<std::string> need = {};        // of the platform's budget; what a restricted fund pays for
  Money amount;
};

struct NewExpenditure : ExpenditureFacts {
  std::vector<NewAllocation> allocations = {};  // never more than the amount; less only in a draft
  bool counts_to_ceiling = false;          // days for an EU grant
};

// Fields: kind, supplier_id, document_number, document_on, paid_on, paid_amount and paid_currency (where the account has
// another currency), description, currency, amount (of a staff cost it is
// derived and may be left out); person, works_from, works_to, working_time_factor, personnel_cost, days; in_kind_of,
// valuation_basis, another_than and another_because (both or neither); allocations.N.{used_as, grant_id, budget_line_id, commitment_id, fund_id, category, partner_id,
// ineligible_reason, need, amount, share}. A row in which nothing was typed is skipped. Allocations are by amounts or by shares
// in percent, never both; one of them may leave both empty and takes the rest. Shares are split by largest remainder.
// Codes: in_the_future, not_one_year, days_exceed_the_maximum, days_come_to_nothing, amount_differs, not_days, mixed_split, two_rests,
// nothing_left, exceeds_the_cost, in_kind_is_never_cash.
Result<NewExpenditure> parse_expenditure(const Input& input, Date today);

// A form's row has one choice, "target": line:7, commitment:7, match:7 and ineligible:7 (a grant; either with :3, from fund 3),
// own:7 (a fund), own-commitment:7:3 (an order that no grant bears, paid from fund 3); its category names the grant, "7:c3".
// Here they become the fields above. JSON has none of this.
Input with_allocation_targets(const Input& input);

struct Allocation : NewAllocation {
  std::int64_t id = 0;
  int position = 0;
  std::string label = {};               // "Safe Harbour: WP1, a1 Employees, Spark Foundation"
  std::int64_t used_fund_id = 0;
  std::string fund_name = {};
  bool fund_restricted = false;
  std::optional<Currency> grant_currency = {};
  std::optional<std::int64_t> grant_minor = {};  // in the grant's currency; nullopt while a rate is missing
  std::optional<std::int64_t> booked_minor = {}; // of a posted claim in another currency: what its approval booked
  std::int64_t reversed_minor = 0;
  std::int64_t grant_reversed_minor = 0;

  std::int64_t booked_standing() const;  // of booked_minor, the share that is not taken back
  std::int64_t rate_shift() const;       // what a later rate added to it: declared less booked, of what stands
};

struct Expenditure : ExpenditureFacts {
  std::int64_t id = 0;
  int version = 0;
  std::string state = {};               // draft, submitted, approved, reported, withdrawn
  std::string supplier_name = {};
  Money reversed{0, amount.currency};
  bool counts_to_ceiling = false;
  std::string returned_reason = {};
  std::optional<std::int64_t> entry_id = {};
  std::optional<std::int64_t> payment_entry_id = {};
  std::optional<std::int64_t> created_by = {}, submitted_by = {};
  std::string created_by_name = {}, submitted_by_name = {}, approved_by_name = {};
  int submissions = 0;
  std::vector<Allocation> allocations = {};  // by position

  Money allocated() const;
  Money standing() const { return amount - reversed; }
  bool posted() const { return state == "approved" || state == "reported"; }
};

// What the form shows of a stored one.
Input typed_of(const Expenditure& expenditure);
// The address of the expenditure that a refusal names ("... it is expenditure 12 (/expenditures/12)"); "" where none.
std::string named_expenditure(const Error& error);
std::string_view label_of_state(std::string_view state);
std::string_view badge_of_state(std::string_view state);

Value expenditure_value(const Expenditure& expenditure);  // schema "Expenditure"

}  // namespace kindling
