// Reads an archive that somebody else may have made: only what is asked for, and never more than a limit.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/report_signature.hpp"

namespace kindling {

struct ZipEntry {
  std::string name;  // "docProps/core.xml"
  bool deflated = false;
  std::int64_t header_offset = 0;
  std::int64_t compressed_bytes = 0;
};

// As its directory says, at most `count_max`; what is broken or of another kind (ZIP64, encrypted) is left out. Empty:
// this is no archive.
std::vector<ZipEntry> list_zip_entries(const ByteSource& archive, std::size_t count_max = 1'000);

// Calls `sink` with part after part until it returns false, the entry ends, or `bytes_max` came out. False where the
// entry is broken; what came before was given to the sink.
bool read_zip_entry(const ByteSource& archive, const ZipEntry& entry, std::int64_t bytes_max,
                    const std::function<bool(std::string_view)>& sink);

}  // namespace kindling
