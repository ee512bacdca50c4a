// The programmes that Kindling comes with, as tests use them.
#pragma once

#include "funding/programme.hpp"

namespace kindling {

inline const Programmes& test_programmes() {
  static const auto programmes = Programmes::load(KINDLING_SOURCE_DIR "/config/programmes");
  return programmes;
}

}  // namespace kindling
