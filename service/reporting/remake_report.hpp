// Makes a report again that is kept: at the position and the instant that it is bound to, whatever happened since.
#pragma once

#include <cstdint>
#include <string>

#include "reporting/report_kind.hpp"

namespace kindling {

class Database;

struct Remade {
  std::int64_t position = 0;
  std::string kept_sha256, remade_sha256;  // of all bytes before the seal
  bool same() const { return kept_sha256 == remade_sha256; }
};

// Nothing is stored. kNotFound; kConflict "report_is_not_made"; errors of the kind. Another release may write a workbook
// otherwise. `settings` count for a run alone that was made before a run kept its own.
Result<Remade> remake_report(Database& database, std::int64_t run_id, const ReportSettings& settings);

}  // namespace kindling
