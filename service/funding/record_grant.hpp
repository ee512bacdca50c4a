// The use cases of a grant. Each is one act in the caller's transaction and leaves an audit event.
#pragma once

#include <cstdint>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"

namespace kindling {

class Programmes;
struct Transaction;

// Records a grant from a programme; its id. Fields and errors: parse_grant; also funder_id "not_a_funder".
Result<std::int64_t> record_grant(Transaction& transaction, const Programmes& programmes, const Input& input,
                                  Date today);

// What a change addresses: the grant and the version that the user saw. kStale where it is another by now.
struct GrantAddress {
  std::int64_t id;
  int expected_version;
};

Outcome change_grant(Transaction& transaction, const Programmes& programmes, GrantAddress address,
                     const Input& input);

// Moves the grant along an edge. The award makes the grant's restricted fund GRANT-<id>.
Outcome change_grant_state(Transaction& transaction, GrantAddress address, const Input& input, Date today);

// Replaces the grant's partners by those of the input.
Outcome change_partners(Transaction& transaction, GrantAddress address, const Input& input);

}  // namespace kindling
