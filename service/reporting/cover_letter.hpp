// The letter that goes with a report: a mustache template of config/letters, with what the report is about.
//
// The first that is there: funder-ID.LANGUAGE, funder-ID, PROGRAMME.LANGUAGE, PROGRAMME, default.LANGUAGE, default (each
// with the ending .mustache). Paragraphs stand apart by an empty line. A template knows: platform, funder, grant,
// reference, programme, report, from, to, position, language.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reporting/report_kind.hpp"

namespace kindling {

class Session;

struct CoverLetterFacts {
  std::string platform;
  std::int64_t funder_id = 0;
  std::string funder, grant, reference, programme;  // the reference may be empty
  std::string report;                               // the kind's title
  std::optional<Period> period;
  std::int64_t position = 0;
  std::string language = "en";
};

// "" where config/letters has no template for it. Throws std::runtime_error with the file's name for a broken one.
std::string cover_letter(const std::string& root, const CoverLetterFacts& facts);

// Of a report that goes to a grant's funder; nullopt for any other.
std::optional<CoverLetterFacts> find_letter_facts(Session& session, const ReportKind& kind, const ReportParameters& parameters,
                                                  const std::string& platform, std::int64_t position);

}  // namespace kindling
