// What the statements of the funder report share, and the readers of its registers.
#pragma once

#include <string>

#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {

class Session;

struct VarianceBounds {
  long long grant_id = 0;
  long long position = 0;     // of the sealed ledger
  std::string first;          // of the reported period
  std::string last;
  std::string known_at;       // documents count as they were known then
  long long fund_id = 0;      // 0: not awarded yet
  long long version_id = 0;   // of the budget in force at the period's end; 0: there is none
};

void read_modifications(Session& session, const VarianceBounds& bounds, FunderVarianceReport& report);
void read_costs(Session& session, const VarianceBounds& bounds, FunderVarianceReport& report);     // after the lines
void read_evidence(Session& session, const VarianceBounds& bounds, FunderVarianceReport& report);
void read_matches(Session& session, const VarianceBounds& bounds, FunderVarianceReport& report);

}  // namespace kindling
