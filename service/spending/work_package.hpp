// Work packages of a grant that pays lump sums: each is completed in a reporting period, or not; in part only in the final
// one. No cost is reported of it. Types and rules, without I/O. Source: AGA 6.2 (lump sum grants).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"
#include "spending/reporting_period.hpp"

namespace kindling {

struct WorkPackage {
  std::string code;                 // as the budget in force names it
  Money share;                      // its lump sum, over all partners
  std::optional<int> period_number; // in which it is completed; nullopt: not yet
  Percent completed{10'000};
  std::string note;
  bool reported = false;            // with a closed period: it stays
  std::string recorded_by_name;     // "" where nothing is recorded
  std::string recorded_on;          // "2026-03-01", in UTC

  Money contribution() const;       // what is asked for it: 0 while it is not completed
};

// All work packages of a grant. `version` begins at 1 and moves with each record.
struct WorkPackages {
  int version = 1;
  Currency currency;
  std::vector<WorkPackage> packages;  // in the order of the budget
};
Value work_packages_value(std::int64_t grant_id, const WorkPackages& work_packages);  // schema "WorkPackages"

struct NewCompletion {
  std::string work_package;
  std::optional<std::int64_t> period_id;  // nullopt: not completed after all
  Percent completed;
  std::string note;
};
// Fields: version, packages.N.{work_package, period, completed, note}; "period" is a number, absent or empty where it is
// not completed. Packages that are left out, and those that say what is known, are no change. Codes: unknown_work_package,
// unknown_period, period_is_closed, reported_completion_stays, partial_completion_only_in_the_final_period.
Result<std::vector<NewCompletion>> parse_completions(const Input& input, const WorkPackages& known,
                                                     const std::vector<ReportingPeriod>& periods, Date grant_ends_on);

}  // namespace kindling
