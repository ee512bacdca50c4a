#include "spending/record_commitment.hpp"

#include <algorithm>

#include "audit/audit.hpp"
#include "budgets/budget_store.hpp"
#include "core/fields.hpp"
#include "funding/grant_store.hpp"
#include "identity/authorize.hpp"
#include "spending/commitment_store.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = "commitment." + std::move(action), .object_kind = "commitment", .object_id = id,
                             .fields = {}, .reason = std::move(reason)});
}

// The commitment as the form knew it, its grant's row locked before it: costs take their locks in the same order.
Result<Commitment> lock_expected(Transaction& transaction, const CommitmentAct& act) {
  if (act.grant_id) {
    const auto grant = lock_grant(transaction, *act.grant_id);
    if (!grant) return grant.error();
  }
  auto commitment = lock_commitment(transaction, act.grant_id, act.commitment_id);
  if (commitment && commitment->version != act.expected) return stale();
  return commitment;
}

Result<std::string> read_reason(const Input& input) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  return fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
}

// The line of the budget in force that was chosen, by its own id or its root's.
Result<BudgetLine> find_line_in_force(Session& session, std::int64_t grant_id, std::int64_t line_id) {
  for (const auto& version : list_budget_versions(session, grant_id)) {
    if (version.state != "approved") continue;
    const auto lines = list_budget_lines(session, version.id);
    const auto found = std::ranges::find_if(
        lines, [&](const BudgetLine& line) { return line.id == line_id || line.root_id() == line_id; });
    if (found != lines.end()) return *found;
  }
  return invalid_field("budget_line_id", "commitment_line_is_in_force", "Choose a line of the budget that is in force.");
}

}  // namespace

Result<std::int64_t> record_commitment(Transaction& transaction, std::int64_t grant_id, const Input& input,
                                       Date today) {
  const auto grant = lock_grant(transaction, grant_id);
  if (!grant) return grant.error();
  auto commitment = parse_commitment(input, grant->currency, today);
  if (!commitment) return commitment.error();
  const auto line = find_line_in_force(transaction.session, grant_id, *commitment->budget_line_id);
  if (!line) return line.error();
  commitment->budget_line_id = line->root_id();
  const bool exceeds = commitment->amount.minor > line->available_minor();
  if (exceeds && grant->overspend_rule == OverspendRule::kStop) {
    return invalid_field("amount", "commitment_exceeds_the_line",
                         "The line has " + to_display(Money{line->available_minor(), grant->currency}) +
                             " available. Enter at most that, or move money to the line by a transfer first.");
  }
  const auto id = insert_commitment(transaction, grant_id, *commitment, exceeds ? "proposed" : "open");
  audit(transaction, exceeds ? "proposed" : "opened", id);
  return id;
}

Result<std::int64_t> record_platform_commitment(Transaction& transaction, const Input& input, Date today) {
  const auto commitment = parse_platform_commitment(input, today);
  if (!commitment) return commitment.error();
  const auto id = insert_platform_commitment(transaction, *commitment);
  const auto made = find_commitment(transaction.session, std::nullopt, id);
  if (!made) return made.error();
  audit(transaction, made->state == "open" ? "opened" : "proposed", id);
  return id;
}

Outcome override_commitment(Transaction& transaction, const CommitmentAct& act, const Input& input) {
  const auto commitment = lock_expected(transaction, act);
  if (!commitment) return commitment.error();
  const auto may = authorize(transaction.actor, Action::kOverrideBreach,
                             {.kind = "commitment", .author_id = commitment->created_by});
  if (!may) return may.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  if (commitment->state != "proposed") {
    return conflict("commitment_edge_allowed", "This commitment is " + commitment->state + "; it needs no override.");
  }
  override_commitment_row(transaction, commitment->id, *reason);
  audit(transaction, "overridden", commitment->id, *reason);
  return kOk;
}

Outcome release_commitment(Transaction& transaction, const CommitmentAct& act, const Input& input) {
  const auto commitment = lock_expected(transaction, act);
  if (!commitment) return commitment.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  if (commitment->state != "open" && commitment->state != "proposed") {
    return conflict("commitment_edge_allowed", "This commitment is " + commitment->state + "; nothing is left to release.");
  }
  release_commitment_row(transaction, commitment->id, *reason);
  audit(transaction, "released", commitment->id, *reason);
  return kOk;
}

}  // namespace kindling
