#include "reporting/grant_programme.hpp"

#include "funding/grant.hpp"
#include "funding/grant_store.hpp"
#include "storage/database.hpp"

namespace kindling {

std::optional<Programme> programme_of_grant(Session& session, const std::string& root, std::int64_t grant_id) {
  const auto grant = find_grant(session, grant_id);
  if (!grant || root.empty()) return std::nullopt;
  const auto programmes = Programmes::load(root + "/config/programmes");
  const auto* programme = programmes.find(grant->programme_code);
  return programme == nullptr ? std::nullopt : std::optional(*programme);
}

Percent variance_threshold_of(Session& session, const std::string& root, std::int64_t grant_id) {
  const auto programme = programme_of_grant(session, root, grant_id);
  return programme ? programme->variance_threshold : Percent{1'000};
}

}  // namespace kindling
