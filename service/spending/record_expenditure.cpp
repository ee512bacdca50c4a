#include "spending/record_expenditure.hpp"

#include <algorithm>

#include "audit/audit.hpp"
#include "budgets/platform_budget.hpp"
#include "core/fields.hpp"
#include "funding/programme.hpp"
#include "identity/authorize.hpp"
#include "ledger/ledger.hpp"
#include "spending/allocation_store.hpp"
#include "spending/breach_store.hpp"
#include "spending/expenditure_payment.hpp"
#include "spending/expenditure_posting.hpp"
#include "spending/expenditure_store.hpp"
#include "spending/pay_expenditure.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

void audit(Transaction& transaction, std::string action, std::int64_t id, std::string reason = {}) {
  record_audit(transaction, {.action = "expenditure." + std::move(action), .object_kind = "expenditure",
                             .object_id = id, .fields = {}, .reason = std::move(reason)});
}

// The cost under its lock, at the version that the form knew, in the state that the act needs.
Result<Expenditure> lock_expected(Transaction& transaction, const ExpenditureAct& act, std::string_view state) {
  auto cost = lock_expenditure(transaction, act.id);
  if (!cost) return cost.error();
  if (cost->version != act.expected) return stale();
  if (!state.empty() && cost->state != state) {
    return conflict("expenditure_edge_allowed",
                    "This expenditure is " + cost->state + ", not " + std::string(state) + ".");
  }
  return cost;
}

// Neither who entered it nor who submitted it decides on it.
Outcome authorize_decision(const Transaction& transaction, const Expenditure& cost,
                           Action action = Action::kApproveSpending) {
  for (const auto& author : {cost.submitted_by, cost.created_by}) {
    const auto may =
        authorize(transaction.actor, action, {.kind = "expenditure", .author_id = author});
    if (!may) return may.error();
  }
  return kOk;
}

Result<std::string> read_reason(const Input& input) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  return fields.finish(fields.text("reason", {.max = 1'000, .multiline = true}));
}

class Resolver {
 public:
  Resolver(const AllocationTargets& targets, std::vector<FieldError>& errors) : targets_(targets), errors_(errors) {}

  void complete(NewAllocation& part) {
    if (part.used_as == "claimed") {
      complete_claim(part);
    } else {
      complete_fund(part);
    }
    if (!part.grant_id) return;
    const auto grant = targets_.grants.find(*part.grant_id);
    if (grant == targets_.grants.end()) return fail(part, "grant_id", "There is no such grant; choose one of the list.");
    if (part.category_code && std::ranges::find(grant->second.categories, *part.category_code) == grant->second.categories.end()) {
      fail(part, "category", "The grant of this part has no such category; choose one of its own.");
    }
    if (part.partner_id && std::ranges::find(grant->second.partners, *part.partner_id) == grant->second.partners.end()) {
      fail(part, "partner_id", "The grant of this part has no such partner; choose one of its own.");
    }
  }

 private:
  void fail(const NewAllocation& part, const char* field, std::string message) {
    errors_.push_back({part.row + "." + field, "not_one_of", std::move(message)});
  }

  const CommitmentTarget* find_order(const NewAllocation& part) {
    const auto order = targets_.commitments.find(*part.commitment_id);
    if (order != targets_.commitments.end()) return &order->second;
    fail(part, "commitment_id", "There is no such open commitment; choose one of the list.");
    return nullptr;
  }

  void complete_claim(NewAllocation& part) {
    if (part.commitment_id) {
      const auto* order = find_order(part);
      if (order == nullptr) return;
      if (!order->root_id) return fail(part, "commitment_id", "No grant bears this commitment; an own cost consumes it.");
      if (!part.budget_line_id) part.budget_line_id = order->root_id;
      if (!part.need) part.need = order->need;
    }
    const auto line = targets_.lines.find(*part.budget_line_id);
    if (line == targets_.lines.end()) return fail(part, "budget_line_id", "There is no such budget line; choose one of the list.");
    if (part.commitment_id && targets_.commitments.at(*part.commitment_id).root_id != line->second.root_id) {
      return fail(part, "commitment_id", "This commitment reserves another line.");
    }
    if (part.grant_id && *part.grant_id != line->second.grant_id) {
      return fail(part, "grant_id", "This budget line belongs to another grant.");
    }
    part.budget_line_id = line->second.root_id;
    part.grant_id = line->second.grant_id;
    const auto& grant = targets_.grants.at(line->second.grant_id);
    if (!grant.fund_id) return fail(part, "budget_line_id", "This grant is not awarded, so nothing can be claimed from it yet.");
    if (part.fund_id && part.fund_id != grant.fund_id) {
      return fail(part, "fund_id", "What is claimed from a grant is paid by the grant's own fund; leave this empty.");
    }
    part.fund_id = grant.fund_id;
  }

  // An own cost that an order promised is for the order's need, in its currency.
  void complete_own_order(NewAllocation& part) {
    const auto* order = find_order(part);
    if (order == nullptr) return;
    if (order->root_id) {
      return fail(part, "commitment_id", "This commitment reserves a line of a grant; a part that is claimed from it consumes it.");
    }
    if (order->currency != part.amount.currency) {
      return fail(part, "commitment_id", "This order is in " + std::string(order->currency.code()) +
                                             ". Enter the cost in that currency, or without the order, and release what is left of it.");
    }
    if (!part.need) part.need = order->need;
    if (!same_need(*part.need, *order->need)) fail(part, "need", "This order is for " + *order->need + "; leave the need empty.");
  }

  void complete_fund(NewAllocation& part) {
    if (part.commitment_id) complete_own_order(part);
    if (!part.fund_id) part.fund_id = targets_.general_fund_id;
    const auto fund = targets_.funds.find(*part.fund_id);
    if (fund == targets_.funds.end()) return fail(part, "fund_id", "There is no such fund; choose one of the list.");
    if (fund->second.of_a_grant) return fail(part, "fund_id", "A grant's fund pays only what is claimed from that grant.");
    if (fund->second.unrestricted) return;
    const auto& needs = fund->second.needs;
    if (!part.need && needs.size() == 1) part.need = needs.front();
    if (part.need && fund->second.pays_for(*part.need)) return;
    std::string list;
    for (const auto& need : needs) list += (list.empty() ? "" : ", ") + need;
    fail(part, needs.empty() ? "fund_id" : "need",
         needs.empty() ? "This fund is restricted and nobody has said yet what it may pay for. Say so under Funds first."
                       : "This fund is restricted: it pays only for " + list + ". Name one of these as the need.");
  }

  const AllocationTargets& targets_;
  std::vector<FieldError>& errors_;
};

// Fills in what follows from what is named: the line's root, its grant and fund; and whether days count to the ceiling.
Outcome complete_allocations(Transaction& transaction, const Programmes& programmes, NewExpenditure& cost) {
  const auto targets = find_allocation_targets(transaction.session, cost.allocations);
  std::vector<FieldError> errors;
  Resolver resolver(targets, errors);
  for (auto& part : cost.allocations) resolver.complete(part);
  if (!errors.empty()) return invalid(std::move(errors));
  cost.counts_to_ceiling =
      cost.staff && std::ranges::any_of(cost.allocations, [&](const NewAllocation& part) {
        if (part.used_as != "claimed") return false;
        const auto* programme = programmes.find(targets.grants.at(*part.grant_id).programme_code);
        return programme != nullptr && programme->funder_kind == "eu";
      });
  return kOk;
}

// The courtesy before the unique index: which cost has this invoice already.
Outcome check_document_is_new(Transaction& transaction, const ExpenditureFacts& cost, std::int64_t except) {
  const auto first = find_same_document(transaction.session, cost, except);
  if (!first) return kOk;
  return invalid_field("document_number", cost.kind == "staff" ? "staff_document_counts_once" : "invoice_counts_once",
                       "This document counts already: it is expenditure " + std::to_string(*first) +
                           " (/expenditures/" + std::to_string(*first) + "). The same cost counts once over all grants.");
}

bool is_same_gift(const ExpenditureFacts& one, const ExpenditureFacts& other) {
  return one.in_kind && other.in_kind && one.in_kind->of == other.in_kind->of && one.supplier_id == other.supplier_id &&
         one.document_on == other.document_on && one.amount == other.amount && one.document_number == other.document_number;
}

// The courtesy before in_kind_counts_once. What was said of a gift stays said as long as the gift stays the same; of a gift
// that has no twin any more, nothing is said.
Outcome check_gift_is_new(Transaction& transaction, NewExpenditure& cost, const Expenditure* before) {
  if (!cost.in_kind) return kOk;
  if (before != nullptr && is_same_gift(cost, *before)) {
    cost.in_kind->another_than_id = before->in_kind->another_than_id;
    if (cost.in_kind->another_because.empty()) cost.in_kind->another_because = before->in_kind->another_because;
    return kOk;
  }
  const auto twin = find_same_gift(transaction.session, cost, before == nullptr ? 0 : before->id);
  if (!twin) {
    cost.in_kind->another_than_id.reset();
    return kOk;
  }
  if (twin == cost.in_kind->another_than_id) return kOk;
  const auto number = std::to_string(*twin);
  return invalid_field("another_because", "in_kind_counts_once",
                       "The same of the same giver, day and value is recorded already: it is expenditure " + number +
                           " (/expenditures/" + number + "). If this is another gift, say why, and save again.");
}

// Who said that it is another gift stands in the history.
void audit_another_gift(Transaction& transaction, std::int64_t id, const NewExpenditure& cost, const Expenditure* before) {
  if (!cost.in_kind || !cost.in_kind->another_than_id) return;
  if (before != nullptr && before->in_kind && before->in_kind->another_than_id == cost.in_kind->another_than_id &&
      before->in_kind->another_because == cost.in_kind->another_because) {
    return;
  }
  audit(transaction, "said_to_be_another", id,
        "not expenditure " + std::to_string(*cost.in_kind->another_than_id) + ": " + cost.in_kind->another_because);
}

}  // namespace

Result<std::int64_t> draft_expenditure(Transaction& transaction, const Programmes& programmes, NewExpenditure cost) {
  if (const auto complete = complete_allocations(transaction, programmes, cost); !complete) return complete.error();
  if (const auto is_new = check_document_is_new(transaction, cost, 0); !is_new) return is_new.error();
  if (const auto is_new = check_gift_is_new(transaction, cost, nullptr); !is_new) return is_new.error();
  const auto id = insert_expenditure(transaction, cost);
  replace_allocations(transaction, id, cost.document_on, cost.allocations);
  audit(transaction, "drafted", id);
  audit_another_gift(transaction, id, cost, nullptr);
  return id;
}

Result<std::int64_t> draft_expenditure(Transaction& transaction, const Programmes& programmes, const Input& input,
                                       Date today) {
  auto cost = parse_expenditure(with_allocation_targets(input), today);
  if (!cost) return cost.error();
  return draft_expenditure(transaction, programmes, *std::move(cost));
}

Outcome change_expenditure(Transaction& transaction, const Programmes& programmes, const ExpenditureAct& act,
                           const Input& input) {
  const auto before = lock_expected(transaction, act, "draft");
  if (!before) return before.error();
  auto cost = parse_expenditure(with_allocation_targets(input), act.today);
  if (!cost) return cost.error();
  if (const auto complete = complete_allocations(transaction, programmes, *cost); !complete) return complete.error();
  if (const auto is_new = check_document_is_new(transaction, *cost, act.id); !is_new) return is_new.error();
  if (const auto is_new = check_gift_is_new(transaction, *cost, &*before); !is_new) return is_new.error();
  update_expenditure(transaction, act.id, *cost);
  replace_allocations(transaction, act.id, cost->document_on, cost->allocations);
  audit(transaction, "changed", act.id);
  audit_another_gift(transaction, act.id, *cost, &*before);
  return kOk;
}

Outcome submit_expenditure(Transaction& transaction, const ExpenditureAct& act) {
  const auto cost = lock_expected(transaction, act, "draft");
  if (!cost) return cost.error();
  if (const auto left = cost->amount - cost->allocated(); left.minor != 0) {
    return invalid_field("allocations", "allocations_add_up",
                         to_display(left) + " of the cost belongs to no line or fund yet. Allocate all of it first.");
  }
  rate_allocations(transaction, act.id);
  const auto fits = check_submittable(list_breaches(transaction.session, act.id), *cost);
  if (!fits) return fits.error();
  update_to_submitted(transaction, act.id);
  audit(transaction, "submitted", act.id);
  return kOk;
}

Outcome return_expenditure(Transaction& transaction, const ExpenditureAct& act, const Input& input) {
  const auto cost = lock_expected(transaction, act, "submitted");
  if (!cost) return cost.error();
  if (const auto may = authorize_decision(transaction, *cost); !may) return may.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  update_expenditure_state(transaction, act.id, "draft", *reason);
  audit(transaction, "returned", act.id, *reason);
  return kOk;
}

Outcome recall_expenditure(Transaction& transaction, const ExpenditureAct& act) {
  const auto cost = lock_expected(transaction, act, "submitted");
  if (!cost) return cost.error();
  if (cost->submitted_by != transaction.actor.id) {
    return forbidden("not_your_submission", "Only who submitted it takes it back. An approver can return it with a reason.");
  }
  update_expenditure_state(transaction, act.id, "draft", "");
  audit(transaction, "recalled", act.id);
  return kOk;
}

Outcome withdraw_expenditure(Transaction& transaction, const ExpenditureAct& act, const Input& input) {
  const auto cost = lock_expected(transaction, act, "draft");
  if (!cost) return cost.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  update_expenditure_state(transaction, act.id, "withdrawn", *reason);
  audit(transaction, "withdrawn", act.id, *reason);
  return kOk;
}

Outcome override_breaches(Transaction& transaction, const ExpenditureAct& act, const Input& input) {
  const auto cost = lock_expected(transaction, act, "submitted");
  if (!cost) return cost.error();
  if (const auto may = authorize_decision(transaction, *cost, Action::kOverrideBreach); !may) return may.error();
  const auto reason = read_reason(input);
  if (!reason) return reason.error();
  lock_grants_of(transaction, act.id);
  if (insert_overrides(transaction, act.id, *reason) == 0) {
    return conflict("override_needs_a_warning", "No limit is broken here that the grant's rule lets you override.");
  }
  audit(transaction, "overridden", act.id, *reason);
  return kOk;
}

Outcome approve_expenditure(Transaction& transaction, const ExpenditureAct& act) {
  const auto cost = lock_expected(transaction, act, "submitted");
  if (!cost) return cost.error();
  if (const auto may = authorize_decision(transaction, *cost); !may) return may.error();
  // The database decides under the same lock; asked before, it can be told with the figures.
  lock_grants_of(transaction, act.id);
  const auto fits = check_approvable(list_breaches(transaction.session, act.id), *cost);
  if (!fits) return fits.error();
  const auto entry = append_entry(transaction, approval_entry(*cost));
  if (!entry) return entry.error();
  book_allocations(transaction, act.id);
  update_to_approved(transaction, act.id, *entry);
  if (cost->paid_on) {
    auto booked = *cost;
    booked.allocations = list_allocations(transaction.session, booked);
    const auto paid = post_payment(transaction, booked, {.paid_on = *cost->paid_on, .paid = cost->paid});
    if (!paid) return paid.error();
  }
  audit(transaction, "approved", act.id);
  return kOk;
}

}  // namespace kindling
