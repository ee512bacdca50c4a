#include <soci/soci.h>

#include "reporting/cover_letter.hpp"
#include "storage/database.hpp"

namespace kindling {

std::optional<CoverLetterFacts> find_letter_facts(Session& session, const ReportKind& kind, const ReportParameters& parameters,
                                                  const std::string& platform, std::int64_t position) {
  if (!kind.for_funder || !parameters.grant_id) return std::nullopt;
  CoverLetterFacts facts{.platform = platform, .funder = {}, .grant = {}, .reference = {}, .programme = {},
                         .report = kind.title, .period = parameters.period, .position = position,
                         .language = parameters.language};
  long long grant = *parameters.grant_id, funder = 0;
  session.sql() << R"(
    SELECT g.title,
           COALESCE(g.reference, ''),
           g.programme_code,
           g.funder_id,
           o.name
    FROM grants g
    JOIN organisations o ON o.id = g.funder_id
    WHERE g.id = :grant)",
      soci::use(grant, "grant"), soci::into(facts.grant), soci::into(facts.reference), soci::into(facts.programme),
      soci::into(funder), soci::into(facts.funder);
  if (!session.sql().got_data()) return std::nullopt;
  facts.funder_id = funder;
  return facts;
}

}  // namespace kindling
