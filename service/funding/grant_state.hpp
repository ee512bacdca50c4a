// The life cycle of a grant: states, the edges between them, and a change as typed.
// The database holds the same edges (grant_state_edges; a test compares) and refuses every other move.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"

namespace kindling {

struct Grant;

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

std::span<const GrantState> grant_states();    // all, in the order of the life cycle
std::string_view to_string(GrantState state);  // "prospect": database, JSON, forms
std::string_view label_of(GrantState state);   // "Prospect": pages
std::string_view badge_of(GrantState state);   // the class of the badge on pages
std::optional<GrantState> find_grant_state(std::string_view text);
bool is_open(GrantState state);  // prospect, drafting or applied: the probability is an estimate

struct GrantEdge {
  GrantState from;
  GrantState to;
  bool needs_reason = false;
  std::string_view verb = {};  // "Record the award": what the button says
};
std::span<const GrantEdge> grant_edges();
std::vector<GrantEdge> edges_from(GrantState state);
const GrantEdge* find_edge(GrantState from, GrantState to);  // nullptr: not allowed

struct NewGrantState {
  GrantState to;
  Date on_date;
  std::optional<std::string> reason;
  std::optional<Money> awarded = {};          // to "awarded" only, and always
  std::optional<std::string> reference = {};  // to "awarded" only: the agreement's number
};

// Fields: to_state, on_date, reason; to "awarded" also awarded_amount and reference. `today` is the latest
// date. kConflict "grant_state_edge_forbidden" for a move that the life cycle does not have; the reason is
// required where the edge asks for one.
Result<NewGrantState> parse_grant_state(const Input& input, const Grant& grant, Date today);

}  // namespace kindling
