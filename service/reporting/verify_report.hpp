// Is this file the one that we made? Asked by anybody, without sign-in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/report_run.hpp"
#include "reporting/report_signature.hpp"

namespace kindling {

class Session;

enum class Verdict {
  kGenuine,  // byte by byte what we made
  kAltered,  // it names a report of ours, and is another file
  kUnknown,  // nothing in it is of ours
};
std::string_view to_string(Verdict verdict);  // "genuine"

struct VerifiedReport {
  Verdict verdict = Verdict::kUnknown;
  std::optional<ReportRun> run;  // of a genuine one, and the one that an altered file names
};

// The hash alone tells genuine from unknown. `sha256` is 64 hexadecimal digits in lower case.
VerifiedReport verify_report_hash(Session& session, std::string_view sha256);
VerifiedReport verify_report_file(Session& session, const ByteSource& file);

// Identifiers of reports ("kr-...") in a file: in its bytes, and in the parts of an archive, of which it inflates 32 MB
// at most. At most 8, each once. Survives a spreadsheet program that opened the file and saved it anew.
std::vector<std::string> identifiers_in(const ByteSource& file);

}  // namespace kindling
