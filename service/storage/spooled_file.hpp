// A temporary file without a name: what is too long for memory is written here and read back in parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kindling {

// Owns an unlinked file in TMPDIR (/tmp): it is gone with its owner, or with the process. Throws std::runtime_error where
// the disk refuses. Not for two threads at once.
class SpooledFile {
 public:
  SpooledFile();
  ~SpooledFile();
  SpooledFile(SpooledFile&&) noexcept;
  SpooledFile& operator=(SpooledFile&&) noexcept;

  void append(std::string_view bytes);
  std::int64_t bytes() const;
  // Up to `count` bytes from `offset`; fewer at the end, "" behind it.
  std::string read(std::int64_t offset, std::size_t count) const;

  int descriptor() const { return descriptor_; }
  // For libraries that write to a path: leads to this file for as long as it lives. What is there is replaced.
  std::string path() const;

 private:
  int descriptor_ = -1;
};

}  // namespace kindling
