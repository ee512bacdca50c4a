// Evidence: the invoice, the timesheet, the proof of payment behind a cost. What a file is, its bytes say, not its name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace kindling {

inline constexpr std::size_t kEvidenceBytesMax = 10 * 1024 * 1024;

struct NewEvidence {
  std::string name;        // as it is shown and downloaded: one line, at most 200 characters, without folders
  std::string media_type;  // found in the bytes
  std::string sha256;      // hexadecimal
  std::string_view bytes;  // lives as long as the request
};

struct Evidence {
  std::int64_t id = 0;
  std::int64_t expenditure_id = 0;
  std::string name = {};
  std::string media_type = {};
  std::string sha256 = {};
  std::int64_t size_bytes = 0;
  std::string added_by_name = {};
};

// PDF, PNG, JPEG, XLSX, DOCX, ODS, ODT, XML (e-invoices), CSV and plain text; nullopt for anything else.
std::optional<std::string_view> media_type_of(std::string_view bytes);

// Errors at the field "file": required, too_large, unknown_type.
Result<NewEvidence> parse_evidence(std::string_view name, std::string_view bytes);

std::string size_text(std::int64_t bytes);  // "1.4 MB"

}  // namespace kindling
