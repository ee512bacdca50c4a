#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "banking/camt.hpp"

// Whatever is read adds up, and each of its lines can be told from the others.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto statements = kindling::read_camt({reinterpret_cast<const char*>(data), size});
  if (!statements) return 0;
  for (auto& statement : *statements) {
    if (!check_sum(statement)) std::abort();
    identify_lines(statement, [](std::string_view text) { return std::string(text.substr(0, 64)) + "."; });
    std::set<std::tuple<std::string, kindling::Date, std::int64_t>> seen;
    for (const auto& line : statement.lines) {
      if (line.bank_reference.empty()) std::abort();
      if (!seen.emplace(line.bank_reference, line.booked_on, line.amount.minor).second) std::abort();
    }
  }
  return 0;
}
