// An approved cost is corrected only by a linked reversal, whole or in part: asked for, then approved by another person.
#pragma once

#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

struct ExpenditureAct;
struct Transaction;

// Fields: of parse_reversal. One waits at a time.
Outcome request_reversal(Transaction& transaction, const ExpenditureAct& act, const Input& input);
// Posts it. A cost that is taken back as a whole at once is the exact negation of its entry; a part is spread over the
// allocations in proportion. Its invoice and evidence may be entered again once nothing of it is left.
Outcome approve_reversal(Transaction& transaction, const ExpenditureAct& act);
// Field: reason.
Outcome refuse_reversal(Transaction& transaction, const ExpenditureAct& act, const Input& input);

}  // namespace kindling
