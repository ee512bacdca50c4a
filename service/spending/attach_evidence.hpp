// Evidence is attached to an expenditure at any time before it is withdrawn, and taken away only from a draft.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.hpp"

namespace kindling {

struct Transaction;

// The id. kInvalid at "file": of parse_evidence, or "evidence_counts_once" with the expenditure that has the file.
Result<std::int64_t> attach_evidence(Transaction& transaction, std::int64_t expenditure_id, std::string_view name,
                                     std::string_view bytes);
Outcome detach_evidence(Transaction& transaction, std::int64_t expenditure_id, std::int64_t evidence_id);

}  // namespace kindling
