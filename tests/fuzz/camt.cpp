#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "banking/camt.hpp"

// Whatever is read adds up, and each of its lines can be told from the others.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto statements = kindling::read_camt({reinterpret_cast<const char*>(data), size});
  if (!statements) return 0;
  for (const auto& statement : *statements) {
    if (!check_sum(statement)) std::abort();
    for (const auto& line : statement.lines) {
      if (line.bank_reference.empty()) std::abort();
    }
  }
  return 0;
}
