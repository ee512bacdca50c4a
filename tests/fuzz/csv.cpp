#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/csv.hpp"

// Whatever the bytes, a reader ends, stays within its limits, and what is written again reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kindling;
  const auto file = open_csv(std::string(reinterpret_cast<const char*>(data), size));
  if (!file) return 0;
  const CsvLimits limits{.field_bytes_max = 1'000, .columns_max = 20};
  CsvReader reader(file->text, file->separator, limits);
  std::vector<std::string_view> fields;
  std::string written;
  std::vector<std::vector<std::string>> rows;
  while (true) {
    const auto more = reader.next(fields);
    if (!more || !*more) break;
    if (fields.empty() || fields.size() > limits.columns_max) std::abort();
    (void)CsvHeader::of(fields);
    // A single empty field would be written as a blank line, and a formula gets its guard: neither comes back as it was.
    if (fields.size() == 1) continue;
    auto& row = rows.emplace_back(fields.begin(), fields.end());
    for (auto& field : row) {
      if (field.size() > limits.field_bytes_max) std::abort();
      field.insert(0, "x");
    }
    append_csv_row(written, row);
  }
  CsvReader again(written, ',', {.field_bytes_max = 2'000, .columns_max = 20});
  for (const auto& row : rows) {
    const auto more = again.next(fields);
    if (!more || !*more || !std::equal(row.begin(), row.end(), fields.begin(), fields.end())) std::abort();
  }
  return 0;
}
