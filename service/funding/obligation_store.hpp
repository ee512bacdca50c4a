// Obligations of grants: what is due, and all SQL of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/date.hpp"
#include "core/result.hpp"

namespace kindling {

struct Transaction;
class Session;

struct Obligation {
  std::int64_t id = 0;
  int version = 0;
  std::int64_t grant_id = 0;
  std::string grant_title;
  std::string kind;   // report, deliverable, audit, other
  std::string title;
  Date due_on;
  std::optional<std::int64_t> owner_id;
  std::string owner_name;
  std::string state;  // open -> submitted -> accepted | returned -> submitted
};

struct NewObligation {
  std::string kind;
  std::string title;
  Date due_on;
  std::optional<std::int64_t> owner_id;
};

// By due date; grant_id 0: of all grants. State "" is all, "due" is open or returned.
std::vector<Obligation> list_obligations(Session& session, std::int64_t grant_id, const std::string& state);
// kNotFound "obligation_not_found".
Result<Obligation> find_obligation(Session& session, std::int64_t grant_id, std::int64_t id);
std::vector<std::pair<std::int64_t, std::string>> list_owners(Session& session);

std::int64_t insert_obligation(Transaction& transaction, std::int64_t grant_id, const NewObligation& obligation);
// False where the version is no longer `expected`. obligation_edge_allowed refuses other edges.
bool update_obligation_state(Transaction& transaction, std::int64_t id, int expected, const std::string& state);

}  // namespace kindling
