// A grant: one application and, once awarded, one agreement. Types and rules, without I/O.
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
#include "funding/grant_state.hpp"
#include "funding/partner.hpp"
#include "funding/programme.hpp"

namespace kindling {

enum class OverspendRule {
  kStop,
  kWarn
};  // costs above the maximum are refused, or need a recorded override
std::string_view to_string(OverspendRule rule);  // "stop", "warn"

// A grant as stored.
struct Grant {
  std::int64_t id;
  int version;
  std::int64_t funding_source_id;
  std::string programme_code;
  std::string title;
  std::optional<std::string> reference;  // the agreement's number
  std::optional<std::string> call;
  std::int64_t funder_id;
  std::string funder_name;
  GrantState state;
  Currency currency;
  std::optional<Money> requested;  // always there from "applied" on
  std::optional<Money> awarded;    // always there from "awarded" on; an amendment changes it
  Percent probability;             // 100 % once awarded, 0 % once rejected or withdrawn
  Period period;                   // eligibility dates
  Percent funding_rate;            // of the eligible cost
  Percent indirect_rate;           // of the base: the categories with in_indirect_base (AGA 6.2.E)
  Percent transfer_threshold;      // of the budget; a transfer above it needs an amendment (AGA 5.5)
  OverspendRule overspend_rule;
  ExchangePolicy exchange_policy;  // settled once a period is closed
  Money match_required;
  std::optional<Date> retention_until;  // records are kept until then (FR 133)
  std::string report_layout;
  std::optional<std::int64_t> fund_id;  // the restricted fund GRANT-<id>, made at the award
  std::optional<std::string> notes;

  // What may be spent at most: the award, before that the request; zero where neither is known.
  Money maximum() const { return awarded ? *awarded : requested.value_or(Money{0, currency}); }
};

// A grant as record_grant and change_grant write it: valid by construction, made by the parse functions
// alone.
struct NewGrant {
  std::string programme_code;
  std::string title;
  std::optional<std::string> reference;
  std::optional<std::string> call;
  std::int64_t funder_id;
  GrantState state;  // in which it is recorded; of a change: as it is
  Date state_on;     // since when it is in that state; of a change: of no meaning
  Currency currency;
  std::optional<Money> requested;
  std::optional<Money> awarded;  // of a change, once awarded
  Percent probability;
  Period period;
  Percent funding_rate;
  Percent indirect_rate;
  std::vector<Category> categories;  // each code once; of a change: none where they stay as they are
  Percent transfer_threshold;
  OverspendRule overspend_rule;
  ExchangePolicy exchange_policy;
  Money match_required;
  std::optional<Date> retention_until;
  std::string report_layout;
  std::optional<std::string> notes;
};

inline constexpr std::size_t kCategoriesMax = 60;

// Reads a new grant; rates, categories, threshold, overspend rule, exchange policy, retention and layout that are left
// empty come from the programme. Fields: programme, title, reference, call, funder_id, state, state_on (today where
// empty, never later), currency, requested_amount, probability, starts_on, ends_on, funding_rate,
// indirect_rate, categories.N.{code, name, in_indirect_base, needs_amendment}, transfer_threshold, overspend_rule, exchange_policy,
// match_required, retention_until, report_layout, notes. All errors at once.
Result<NewGrant> parse_grant(const Input& input, const Programmes& programmes, Date today);

// Reads a change of `grant`: the same fields; programme and state may only be repeated as they are, and once
// awarded there is awarded_amount. Further codes: settled (it can no longer change), not_awarded.
Result<NewGrant> parse_grant_change(const Input& input, const Programmes& programmes, const Grant& grant);

// What the form of a new grant shows: the programme's defaults. And the form of a stored grant.
Input typed_of(const Programme& programme);
Input typed_of(const Grant& grant, const std::vector<Category>& categories);

}  // namespace kindling
