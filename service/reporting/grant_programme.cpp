#include "reporting/grant_programme.hpp"

#include <fstream>
#include <iterator>

#include "funding/grant.hpp"
#include "funding/grant_store.hpp"
#include "storage/database.hpp"

namespace kindling {

std::string programme_file_of_grant(Session& session, const std::string& root, std::int64_t grant_id) {
  const auto grant = find_grant(session, grant_id);
  if (!grant || grant->programme_code.find('/') != std::string::npos) return {};
  std::ifstream file(root + "/config/programmes/" + grant->programme_code + ".toml");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<Programme> programme_of_file(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(parse_programme(text, "programme"));
}

std::string name_of_programme(const std::optional<Programme>& programme, const std::string& code) {
  return programme ? programme->name : code;
}

Percent variance_threshold_of(const Programme* programme) {
  return programme == nullptr ? Percent{1'000} : programme->variance_threshold;
}

}  // namespace kindling
