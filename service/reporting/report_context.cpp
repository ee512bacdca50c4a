#include "reporting/report_context.hpp"

#include "reporting/cover_letter.hpp"
#include "reporting/grant_programme.hpp"

namespace kindling {

ReportContext present_context(const SealedSnapshot& snapshot, const ReportKind& kind, const ReportParameters& parameters,
                              const ReportSettings& settings) {
  auto& session = snapshot.session();
  const auto facts = find_letter_facts(session, kind, parameters, settings.platform, snapshot.position());
  return {.platform = settings.platform,
          .currency = settings.currency,
          .letter = facts ? cover_letter(settings.root, *facts) : "",
          .programme = kind.for_funder && parameters.grant_id
                           ? programme_file_of_grant(session, settings.root, *parameters.grant_id)
                           : ""};
}

}  // namespace kindling
