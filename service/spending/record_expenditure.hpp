// What happens to an expenditure: entered, changed, submitted, returned or recalled, withdrawn, overridden, approved, paid.
#pragma once

#include <cstdint>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

class Programmes;
struct Expenditure;
struct NewExpenditure;
struct Transaction;

// An act on one expenditure as its form knew it.
struct ExpenditureAct {
  std::int64_t id;
  int expected;  // version; another one is kStale
  Date today;
};

// Fields: of parse_expenditure, or a form's rows with "target". The id. kConflict "invoice_counts_once" names the first.
Result<std::int64_t> draft_expenditure(Transaction& transaction, const Programmes& programmes, const Input& input,
                                       Date today);
// The same of what is parsed already (imports): completes its allocations (lines become their roots, grants and funds
// follow) with errors at their rows, and stores it.
Result<std::int64_t> draft_expenditure(Transaction& transaction, const Programmes& programmes, NewExpenditure cost);
// Only a draft.
Outcome change_expenditure(Transaction& transaction, const Programmes& programmes, const ExpenditureAct& act,
                           const Input& input);
// Refused where the parts do not add up, or where a limit is broken that nobody can override; with the figures.
Outcome submit_expenditure(Transaction& transaction, const ExpenditureAct& act);
// Field: reason. By an approver other than the author.
Outcome return_expenditure(Transaction& transaction, const ExpenditureAct& act, const Input& input);
// By who submitted it: back to a draft.
Outcome recall_expenditure(Transaction& transaction, const ExpenditureAct& act);
// Field: reason. Only a draft; its invoice and evidence may be entered again.
Outcome withdraw_expenditure(Transaction& transaction, const ExpenditureAct& act, const Input& input);
// Field: reason. Lets pass what the grants' rules only warn of; by an approver other than the author.
Outcome override_breaches(Transaction& transaction, const ExpenditureAct& act, const Input& input);
// Posts to the ledger, and the payment where it is known. By an approver other than the author.
Outcome approve_expenditure(Transaction& transaction, const ExpenditureAct& act);
// Field: paid_on. Posts the payment of what stands.
Outcome pay_expenditure(Transaction& transaction, const ExpenditureAct& act, const Input& input);

}  // namespace kindling
