#include "spending/expenditure_verbs.hpp"

#include "core/fields.hpp"
#include "core/input.hpp"
#include "spending/record_expenditure.hpp"
#include "spending/reverse_expenditure.hpp"

namespace kindling {
namespace {

// A verb that reads nothing besides the version.
template <Outcome (*Run)(Transaction&, const ExpenditureAct&)>
Outcome without_input(Transaction& transaction, const ExpenditureAct& act, const Input& input) {
  Fields fields(input);
  fields.optional_integer("version", 1, INT32_MAX);
  if (const auto known = fields.finish(true); !known) return known.error();
  return Run(transaction, act);
}

constexpr ExpenditureVerb kVerbs[] = {
    {"submit", "submitted", Action::kRecordSpending, false, "Submit a draft for approval",
     without_input<submit_expenditure>},
    {"recall", "changed", Action::kRecordSpending, false, "Take back an own submission",
     without_input<recall_expenditure>},
    {"withdraw", "cancelled", Action::kRecordSpending, true, "Withdraw a draft", withdraw_expenditure},
    {"return", "returned", Action::kApproveSpending, true, "Return a submitted expenditure to its author",
     return_expenditure},
    {"override", "overridden", Action::kOverrideBreach, true, "Let limits pass that the grants only warn of",
     override_breaches},
    {"approve", "approved", Action::kApproveSpending, false, "Approve and post to the ledger",
     without_input<approve_expenditure>},
    {"pay", "paid", Action::kRecordSpending, true, "Post the payment", pay_expenditure},
    {"reverse", "submitted", Action::kRecordSpending, true, "Ask for a reversal of an approved expenditure, or a part of it",
     request_reversal},
    {"approve-reversal", "reversed", Action::kApproveSpending, false, "Approve the reversal that waits, and post it",
     without_input<approve_reversal>},
    {"refuse-reversal", "returned", Action::kApproveSpending, true, "Refuse the reversal that waits", refuse_reversal},
};

}  // namespace

std::span<const ExpenditureVerb> expenditure_verbs() { return kVerbs; }

}  // namespace kindling
