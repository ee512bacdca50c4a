// A year of the example platform's own life: what it cost, who gave, what could go wrong, and what everybody may know.
#pragma once

#include "config.hpp"
#include "core/actor.hpp"
#include "core/date.hpp"

namespace kindling {

class Database;

struct DemoYear {
  const Actor& coordinator;
  const Actor& approver;
  Date today;
};
// Made by the real use cases. Without a key for identities nobody is named, and nobody can give again.
void make_demo_year(Database& database, const Config& config, const DemoYear& year);

}  // namespace kindling
