// The steps of one report run; pages and API run the same.
#pragma once

#include <span>
#include <string_view>

#include "core/actor.hpp"
#include "reporting/record_report_run.hpp"

namespace kindling {

struct ReportVerb {
  std::string_view tail;     // of the address: "/propose"
  Action action;
  Outcome (*run)(Transaction&, const ReportRunAct&, const Input&);
  std::string_view done;     // the notice
  std::string_view body_schema;
  std::string_view summary;
};
std::span<const ReportVerb> report_verbs();

}  // namespace kindling
