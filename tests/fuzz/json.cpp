#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/input.hpp"
#include "http/json.hpp"

// What is written is read again as the same text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)kindling::http::input_from_json(text);
  const auto value = kindling::http::value_from_json(text);
  if (!value) return 0;
  const auto written = kindling::http::to_json(*value);
  const auto again = kindling::http::value_from_json(written);
  if (!again || kindling::http::to_json(*again) != written) std::abort();
  return 0;
}
