// What each figure of sustainability means: the same sentences in the workbook, on the page and in JSON.
#pragma once

#include <span>

namespace kindling {

struct SteeringDefinition {
  const char* figure;
  const char* text;
};
std::span<const SteeringDefinition> steering_definitions();

}  // namespace kindling
