// The rule set that a grant was made from, as the programme files say it now.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "funding/programme.hpp"

namespace kindling {

class Session;

// nullopt where there is no such grant, or its programme's file is gone.
std::optional<Programme> programme_of_grant(Session& session, const std::string& root, std::int64_t grant_id);
// 10 % where nobody says otherwise.
Percent variance_threshold_of(Session& session, const std::string& root, std::int64_t grant_id);

}  // namespace kindling
