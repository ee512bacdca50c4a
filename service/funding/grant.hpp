// A grant: one application and, once awarded, one agreement. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "funding/programme.hpp"

namespace kindling {

// ---- The life cycle (the database holds the same edges: grant_state_edges, a test compares) ----

enum class GrantState {
  kProspect,
  kDrafting,
  kApplied,
  kAwarded,
  kActive,
  kSuspended,
  kClosing,
  kClosed,
  kRejected,
  kWithdrawn,
};

std::span<const GrantState> grant_states();                   // all, in the order of the life cycle
std::string_view to_string(GrantState state);                 // "prospect": database, JSON, forms
std::string_view label_of(GrantState state);                  // "Prospect": pages
std::string_view badge_of(GrantState state);                  // "badge-applied": the theme's class of the badge
std::optional<GrantState> find_grant_state(std::string_view text);

struct GrantEdge {
  GrantState from;
  GrantState to;
  bool needs_reason = false;
  std::string_view verb;  // "Record the award": the button
};
std::span<const GrantEdge> grant_edges();
const GrantEdge* find_edge(GrantState from, GrantState to);   // nullptr: not allowed

// Awarded or later, so that there is an awarded amount and a fund.
bool has_award(const struct Grant& grant);
// Prospect, drafting or applied: the probability is still an estimate.
bool is_open(GrantState state);

enum class OverspendRule { kStop, kWarn };
std::string_view to_string(OverspendRule rule);

// ---- A grant as stored ----

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
  std::optional<Money> requested;        // always there from "applied" on
  std::optional<Money> awarded;          // always there from "awarded" on; may be changed by an amendment
  Percent probability;                   // 100 % once awarded, 0 % once rejected or withdrawn
  Period period;                         // eligibility dates
  Percent funding_rate;                  // of the eligible cost
  Percent indirect_rate;                 // of the base: the categories with in_indirect_base (AGA 6.2.E)
  Percent transfer_threshold;            // of the budget; above it a transfer needs an amendment (AGA 5.5)
  OverspendRule overspend_rule;
  Money match_required;
  std::optional<Date> retention_until;   // records are kept until then (FR 133)
  std::string report_layout;
  std::optional<std::int64_t> fund_id;   // the restricted fund GRANT-<id>, made at the award
  std::optional<std::string> notes;

  // What may be spent at most: the award, before that the request. Zero where neither is known.
  Money maximum() const;
};

struct GrantPartner {
  std::int64_t id;                       // of grant_partners: what budget lines refer to
  std::int64_t organisation_id;
  std::string name;                      // the organisation's
  bool coordinator;
  std::optional<Money> share;
};

// ---- A grant as typed, and valid by construction ----

// What record_grant and change_grant write. Made by parse_grant alone.
struct NewGrant {
  std::string programme_code;
  std::string title;
  std::optional<std::string> reference;
  std::optional<std::string> call;
  std::int64_t funder_id;
  GrantState state;                      // where it begins; of a change: as it is
  Currency currency;
  std::optional<Money> requested;
  std::optional<Money> awarded;          // only of a change, once awarded
  Percent probability;
  Period period;
  Percent funding_rate;
  Percent indirect_rate;
  std::vector<Category> categories;      // at least one, codes unique
  Percent transfer_threshold;
  OverspendRule overspend_rule;
  Money match_required;
  std::optional<Date> retention_until;
  std::string report_layout;
  std::optional<std::string> notes;
};

// Reads a new grant; what is left empty of rates, categories, threshold, overspend rule and layout comes from the
// programme named in "programme". Fields: programme, title, reference, call, funder_id, state, currency,
// requested_amount, probability, starts_on, ends_on, funding_rate, indirect_rate, categories.N.{code, name,
// in_indirect_base}, transfer_threshold, overspend_rule, match_required, retention_until, report_layout, notes.
// All errors at once.
Result<NewGrant> parse_grant(const Input& input, const Programmes& programmes);

// Reads a change of `grant`: the same fields without programme and state, and awarded_amount once it is awarded.
// Codes besides those of Fields: settled (the field can no longer change), end_before_start.
Result<NewGrant> parse_grant_change(const Input& input, const Programmes& programmes, const Grant& grant);

// The form of a new grant with the programme's defaults, and the form of a stored one.
Input typed_of(const Programme& programme);
Input typed_of(const Grant& grant, const std::vector<Category>& categories);

// ---- A change of state ----

struct NewGrantState {
  GrantState to;
  Date on_date;
  std::optional<std::string> reason;
  std::optional<Money> awarded;              // to "awarded"
  std::optional<std::string> reference;      // to "awarded": the agreement's number
};
// Fields: to_state, on_date, reason, awarded_amount, reference. `today` is the latest allowed date.
// Codes: forbidden_edge, required, in_the_future.
Result<NewGrantState> parse_grant_state(const Input& input, const Grant& grant, Date today);

// ---- Partners ----

struct NewPartner {
  std::int64_t organisation_id;
  bool coordinator;
  std::optional<Money> share;
};
// Fields: partners.N.{organisation_id, role, share}. Empty rows are skipped. Codes: one_coordinator, doubled,
// shares_exceed_the_grant.
Result<std::vector<NewPartner>> parse_partners(const Input& input, const Grant& grant);

}  // namespace kindling
