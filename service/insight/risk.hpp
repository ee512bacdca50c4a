// The register of risks: what could go wrong, how likely and how bad, who watches it, and when it is looked at again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct NewRisk {
  std::string title;
  int likelihood = 1;  // 1 rare to 5 almost certain
  int impact = 1;      // 1 hardly felt to 5 the platform stops
  std::optional<std::int64_t> owner_id;  // a user
  std::string mitigation;
  Date review_on;
  std::string state;  // open, accepted (it is lived with), closed
  std::optional<std::string> outcome;  // of a closed one, and only of it
};

struct Risk : NewRisk {
  std::int64_t id = 0;
  int version = 0;
  std::string owner_name;
  int score() const { return likelihood * impact; }  // 1 to 25
};

// From 15 on a risk is high, from 8 on medium.
std::string_view level_of(int score);

// Fields: title, likelihood, impact, owner_id, mitigation, review_on, state (open where absent), outcome; version is
// passed over.
Result<NewRisk> parse_risk(const Input& input);
Input typed_of(const Risk& risk);
Value risk_value(const Risk& risk);  // schema "Risk"

}  // namespace kindling
