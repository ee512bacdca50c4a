// Why a budget line is not where it was expected to be: a coordinator's words on one line and reported period, as the
// funder's report prints them. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"
#include "reports/funder_variance/funder_variance.hpp"

namespace kindling {

struct NewExplanation {
  std::int64_t budget_line_id = 0;  // the root
  std::string explanation;          // empty: taken back
  std::string field;                // where it was typed, for messages
};
struct NewExplanations {
  Period period;
  std::vector<NewExplanation> explanations;  // each line once
};
// Fields: from, to, explanations.N.{budget_line_id, explanation}, version.
Result<NewExplanations> parse_explanations(const Input& input);

// What the page and the endpoint show of a period: schema "VarianceExplanations". Lines that ask for an explanation or
// have one.
Value explanations_value(const FunderVarianceReport& report, std::int64_t grant_id);
bool is_to_be_shown(const FunderVarianceReport& report, const FunderVarianceReport::Line& line);

}  // namespace kindling
