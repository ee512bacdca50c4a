// All SQL of the register of risks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "insight/risk.hpp"

namespace kindling {

struct Transaction;
class Session;

// The highest score first. State "" is all, "standing" is open or accepted.
std::vector<Risk> list_risks(Session& session, const std::string& state);
// kNotFound "risk_not_found".
Result<Risk> find_risk(Session& session, std::int64_t id);

std::int64_t insert_risk(Transaction& transaction, const NewRisk& risk);
// False where the version is no longer `expected`.
bool update_risk(Transaction& transaction, std::int64_t id, int expected, const NewRisk& risk);

}  // namespace kindling
