// The rule set that a grant was made from: what of it a report needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "funding/programme.hpp"

namespace kindling {

class Session;

// The text of the programme's file as it is now; "" where there is no such grant, or the file is gone.
std::string programme_file_of_grant(Session& session, const std::string& root, std::int64_t grant_id);
// nullopt for "". Throws std::runtime_error for a broken one.
std::optional<Programme> programme_of_file(const std::string& text);
// What a reader knows it by; `code` where no programme says.
std::string name_of_programme(const std::optional<Programme>& programme, const std::string& code);
// 10 % where no programme says otherwise.
Percent variance_threshold_of(const Programme* programme);

}  // namespace kindling
