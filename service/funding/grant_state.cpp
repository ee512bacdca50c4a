#include "funding/grant_state.hpp"

#include <algorithm>
#include <array>

#include "core/fields.hpp"
#include "funding/grant.hpp"

namespace kindling {
namespace {

using enum GrantState;

struct StateRow {
  GrantState state;
  std::string_view name;
  std::string_view label;
  std::string_view badge;
};

constexpr std::array kStates{
    StateRow{kProspect, "prospect", "Prospect", "plain"},
    StateRow{kDrafting, "drafting", "Drafting", "plain"},
    StateRow{kApplied, "applied", "Applied", "plain"},
    StateRow{kAwarded, "awarded", "Awarded", "good"},
    StateRow{kActive, "active", "Active", "good"},
    StateRow{kSuspended, "suspended", "Suspended", "warn"},
    StateRow{kClosing, "closing", "Closing", "plain"},
    StateRow{kClosed, "closed", "Closed", "plain"},
    StateRow{kRejected, "rejected", "Rejected", "bad"},
    StateRow{kWithdrawn, "withdrawn", "Withdrawn", "plain"},
};

constexpr std::array kEdges{
    GrantEdge{kProspect, kDrafting, false, "Start drafting"},
    GrantEdge{kDrafting, kApplied, false, "Record the application"},
    GrantEdge{kApplied, kAwarded, false, "Record the award"},
    GrantEdge{kAwarded, kActive, false, "Start the grant"},
    GrantEdge{kActive, kSuspended, true, "Suspend"},
    GrantEdge{kSuspended, kActive, false, "Resume"},
    GrantEdge{kActive, kClosing, false, "Begin closing"},
    GrantEdge{kSuspended, kClosing, false, "Begin closing"},
    GrantEdge{kClosing, kClosed, false, "Close the grant"},
    GrantEdge{kApplied, kRejected, true, "Record the rejection"},
    GrantEdge{kProspect, kWithdrawn, true, "Withdraw"},
    GrantEdge{kDrafting, kWithdrawn, true, "Withdraw"},
    GrantEdge{kApplied, kWithdrawn, true, "Withdraw"},
    GrantEdge{kAwarded, kWithdrawn, true, "Withdraw"},
};

constexpr auto kOrder = [] {
  std::array<GrantState, kStates.size()> order{};
  for (std::size_t i = 0; i < kStates.size(); ++i) order[i] = kStates[i].state;
  return order;
}();

constexpr auto kNames = [] {
  std::array<std::string_view, kStates.size()> names{};
  for (std::size_t i = 0; i < kStates.size(); ++i) names[i] = kStates[i].name;
  return names;
}();

const StateRow& row_of(GrantState state) {
  return kStates.at(static_cast<std::size_t>(state));
}

Error forbidden_edge(GrantState from, GrantState to) {
  std::string next;
  for (const auto& edge : edges_from(from))
    next += (next.empty() ? "" : ", ") + std::string(to_string(edge.to));
  return conflict("grant_state_edge_forbidden",
                  "A grant that is " + std::string(to_string(from)) + " cannot become " +
                      std::string(to_string(to)) + ". " +
                      (next.empty() ? "This is its last state." : "It can become: " + next + "."));
}

}  // namespace

std::span<const GrantState> grant_states() {
  return kOrder;
}
std::string_view to_string(GrantState state) {
  return row_of(state).name;
}
std::string_view label_of(GrantState state) {
  return row_of(state).label;
}
std::string_view badge_of(GrantState state) {
  return row_of(state).badge;
}

std::optional<GrantState> find_grant_state(std::string_view text) {
  const auto found = std::ranges::find(kStates, text, &StateRow::name);
  return found == kStates.end() ? std::nullopt : std::optional(found->state);
}

bool is_open(GrantState state) {
  return state == kProspect || state == kDrafting || state == kApplied;
}

std::span<const GrantEdge> grant_edges() {
  return kEdges;
}

std::vector<GrantEdge> edges_from(GrantState state) {
  std::vector<GrantEdge> found;
  std::ranges::copy_if(kEdges, std::back_inserter(found),
                       [&](const auto& edge) { return edge.from == state; });
  return found;
}

const GrantEdge* find_edge(GrantState from, GrantState to) {
  const auto found =
      std::ranges::find_if(kEdges, [&](const auto& e) { return e.from == from && e.to == to; });
  return found == kEdges.end() ? nullptr : &*found;
}

Result<NewGrantState> parse_grant_state(const Input& input, const Grant& grant, Date today) {
  Fields fields(input);
  const auto to = find_grant_state(fields.one_of("to_state", kNames)).value();
  const auto on_date = fields.date("on_date");
  const auto reason = fields.optional_text("reason", {.max = 1000, .multiline = true});
  if (fields.failed("to_state")) {
    // Which further fields belong to the move is not known then.
    fields.optional_text("awarded_amount");
    fields.optional_text("reference");
    return invalid(fields.errors());
  }
  const auto* edge = find_edge(grant.state, to);
  if (edge == nullptr) return forbidden_edge(grant.state, to);

  NewGrantState change{.to = to, .on_date = on_date, .reason = reason};
  if (change.on_date > today) {
    fields.fail("on_date", "in_the_future",
                "Enter a date that is not after today, " + to_string(today) + ".");
  }
  if (edge->needs_reason && !change.reason && !fields.failed("reason")) {
    fields.fail("reason", "required", "Say why in a sentence; it stays in the grant's history.");
  }
  if (to == kApplied && !grant.requested) {
    fields.fail("to_state", "requested_amount_missing",
                "Enter the requested amount in the grant's form first, then record the application.");
  }
  if (to == kAwarded) {
    change.awarded = fields.money("awarded_amount", grant.currency, {.min_minor = 1});
    change.reference = fields.optional_text("reference", {.max = 100});
  }
  return fields.finish(std::move(change));
}

}  // namespace kindling
