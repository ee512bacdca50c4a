#include "spending/expenditure_verbs.hpp"

#include "core/input.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/reverse_expenditure.hpp"

namespace kindling {
namespace {

// A verb that reads nothing besides the version.
template <Outcome (*Run)(Transaction&, const ExpenditureAct&)>
Outcome without_input(Transaction& transaction, const ExpenditureAct& act, const Input&) {
  return Run(transaction, act);
}

constexpr ExpenditureVerb kVerbs[] = {
    {"submit", "submitted", Action::kWriteFunding, false, "Submit a draft for approval",
     without_input<submit_expenditure>},
    {"recall", "changed", Action::kWriteFunding, false, "Take back an own submission",
     without_input<recall_expenditure>},
    {"withdraw", "cancelled", Action::kWriteFunding, true, "Withdraw a draft", withdraw_expenditure},
    {"return", "returned", Action::kApproveBudget, true, "Return a submitted expenditure to its author",
     return_expenditure},
    {"override", "overridden", Action::kApproveBudget, true, "Let limits pass that the grants only warn of",
     override_breaches},
    {"approve", "approved", Action::kApproveBudget, false, "Approve and post to the ledger",
     without_input<approve_expenditure>},
    {"pay", "paid", Action::kWriteFunding, true, "Post the payment", pay_expenditure},
    {"reverse", "submitted", Action::kWriteFunding, true, "Ask for a reversal of an approved expenditure, or a part of it",
     request_reversal},
    {"approve-reversal", "reversed", Action::kApproveBudget, false, "Approve the reversal that waits, and post it",
     without_input<approve_reversal>},
    {"refuse-reversal", "returned", Action::kApproveBudget, true, "Refuse the reversal that waits", refuse_reversal},
};

}  // namespace

std::span<const ExpenditureVerb> expenditure_verbs() { return kVerbs; }

}  // namespace kindling
