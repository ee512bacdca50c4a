#include "spending/expenditure_posting.hpp"

namespace kindling {
namespace {

// The ledger holds no personal data for ever: a staff cost does not say whose.
std::string description_of(const Expenditure& cost) {
  return cost.kind == "staff" ? "Staff cost" : cost.description;
}

void post(NewEntry& entry, const char* account, std::int64_t fund, std::optional<std::int64_t> line, Money amount) {
  if (amount.minor != 0) entry.postings.push_back({account, fund, line, amount});
}

// One allocation's part of the cost, positive, or negative where it is taken back. What is declared and what was booked
// differ once a period was closed at its pinned rate.
void post_part(NewEntry& entry, const Expenditure& cost, const Allocation& allocation, const TakenBack& part) {
  const auto fund = allocation.used_fund_id;
  const Money amount{part.minor, cost.amount.currency};
  if (cost.kind == "in_kind") {
    post(entry, "expense_in_kind", fund, std::nullopt, amount);
    post(entry, "income_in_kind", fund, std::nullopt, -amount);
    return;
  }
  if (allocation.used_as != "claimed" || *allocation.grant_currency == cost.amount.currency) {
    post(entry, "expense_direct", fund, allocation.used_as == "claimed" ? allocation.budget_line_id : std::nullopt, amount);
    post(entry, "payables", fund, std::nullopt, -amount);
    return;
  }
  const Money declared{part.grant_minor, *allocation.grant_currency}, booked{part.booked_minor, *allocation.grant_currency};
  post(entry, "expense_direct", fund, allocation.budget_line_id, declared);
  post(entry, "currency_clearing", fund, std::nullopt, -booked);
  post(entry, "exchange_differences", fund, std::nullopt, booked - declared);
  post(entry, "currency_clearing", fund, std::nullopt, amount);
  post(entry, "payables", fund, std::nullopt, -amount);
}

NewEntry entry_of(const Expenditure& cost, const char* kind, Date booked_on, std::string description) {
  return {.booked_on = booked_on, .kind = kind, .document_kind = "expenditure", .document_id = cost.id,
          .description = std::move(description), .postings = {}};
}

}  // namespace

NewEntry approval_entry(const Expenditure& cost) {
  auto entry = entry_of(cost, "expenditure_approved", cost.document_on, description_of(cost));
  for (const auto& allocation : cost.allocations) {
    const auto in_grant = allocation.grant_minor.value_or(0);
    post_part(entry, cost, allocation, {allocation.id, allocation.amount.minor, in_grant, in_grant});
  }
  return entry;
}

std::vector<TakenBack> spread_reversal(const Expenditure& cost, Money amount) {
  std::vector<std::int64_t> standing;
  for (const auto& allocation : cost.allocations) {
    standing.push_back(allocation.amount.minor - allocation.reversed_minor);
  }
  const auto parts = split(amount.minor, standing);
  std::vector<TakenBack> taken;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& allocation = cost.allocations[i];
    TakenBack part{allocation.id, parts[i], 0, 0};
    if (allocation.grant_minor) {
      // The share of all that was taken back so far, so that roundings do not add up.
      auto after = allocation;
      after.reversed_minor += parts[i];
      const std::int64_t weights[] = {after.reversed_minor, allocation.amount.minor - after.reversed_minor};
      part.grant_minor = split(*allocation.grant_minor, weights)[0] - allocation.grant_reversed_minor;
      part.booked_minor = allocation.booked_minor ? allocation.booked_standing() - after.booked_standing() : part.grant_minor;
    }
    if (part.minor != 0) taken.push_back(part);
  }
  return taken;
}

NewEntry reversal_entry(const Expenditure& cost, const std::vector<TakenBack>& taken, Date booked_on,
                        std::string_view reason) {
  auto entry = entry_of(cost, "expenditure_reversed", booked_on,
                        cost.kind == "staff" ? "Staff cost taken back" : std::string(reason));
  for (const auto& part : taken) {
    for (const auto& allocation : cost.allocations) {
      if (allocation.id != part.allocation_id) continue;
      post_part(entry, cost, allocation, {part.allocation_id, -part.minor, -part.grant_minor, -part.booked_minor});
    }
  }
  return entry;
}

}  // namespace kindling
