// The audit trail: who did what, to which object, which fields (names, never values), and why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"

namespace kindling {

struct Transaction;
class Session;

// One thing that was done. It stands in the transaction of the act itself.
struct AuditEvent {
  std::string action;               // "grant.recorded", "budget_version.approved"
  std::string object_kind;          // "grant"
  std::int64_t object_id = 0;
  std::vector<std::string> fields;  // names of the fields that changed
  std::string reason;               // where the user gave one
};

void record_audit(Transaction& transaction, const AuditEvent& event);

// What happened to one object, newest first, at most `limit`: {at, actor_id, actor_name, action, fields[], reason}.
Value list_audit(Session& session, std::string_view object_kind, std::int64_t object_id, int limit = 50);

}  // namespace kindling
