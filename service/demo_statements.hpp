// The example's grants whose statements go to other funders: an EU grant with a closed period and a correction of it, one
// that pays lump sums, one of a US federal agency, one of a foundation with a form of its own; and gifts of the year before.
#pragma once

#include <cstdint>
#include <vector>

#include "config.hpp"
#include "core/actor.hpp"
#include "core/date.hpp"

namespace kindling {

class Database;
class Programmes;

struct DemoCast {
  const Actor& coordinator;
  const Actor& approver;
  std::int64_t commission = 0;            // the funder of the EU grants
  std::int64_t foundation = 0;            // the one with a form of its own
  std::vector<std::int64_t> partners;     // the first one coordinates
  std::int64_t supplier = 0;
  Date today;
};

// After the exchange rates of this year are imported. Throws std::runtime_error where a use case refuses.
void make_demo_statements(Database& database, const Config& config, const Programmes& programmes, const DemoCast& cast);

}  // namespace kindling
