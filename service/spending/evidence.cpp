#include "spending/evidence.hpp"

#include <algorithm>

#include "core/fields.hpp"
#include "core/hash.hpp"

namespace kindling {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kNameCharactersMax = 200;

// A ZIP's first entry of an OpenDocument is "mimetype", stored as it is right behind its 30 bytes of head and its name.
std::string_view open_document_type(std::string_view zip) {
  constexpr auto kName = "mimetype"sv;
  if (zip.size() < 38 || zip.substr(30, kName.size()) != kName) return {};
  const auto content = zip.substr(38, 60);
  for (const auto type : {"application/vnd.oasis.opendocument.spreadsheet"sv, "application/vnd.oasis.opendocument.text"sv}) {
    if (content.starts_with(type)) return type;
  }
  return {};
}

// The names of a ZIP stand in the clear, in its directory at the end.
std::optional<std::string_view> type_of_zip(std::string_view zip) {
  if (const auto type = open_document_type(zip); !type.empty()) return type;
  if (zip.find("[Content_Types].xml"sv) == std::string_view::npos) return std::nullopt;
  if (zip.rfind("xl/workbook.xml"sv) != std::string_view::npos) {
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"sv;
  }
  if (zip.rfind("word/document.xml"sv) != std::string_view::npos) {
    return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"sv;
  }
  return std::nullopt;
}

std::optional<std::string_view> type_of_text(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF"sv)) text.remove_prefix(3);
  const bool printable = std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
  });
  if (!printable || trimmed(text).empty()) return std::nullopt;
  if (text.starts_with("<?xml"sv)) return "application/xml"sv;
  // A page with scripts is no evidence, whatever it is called.
  if (trimmed(text).starts_with('<')) return std::nullopt;
  const auto first_line = text.substr(0, text.find('\n'));
  return first_line.find_first_of(",;\t") != std::string_view::npos ? "text/csv"sv : "text/plain"sv;
}

// One line without folders and control characters, cut at a whole character.
std::string shown_name(std::string_view name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string shown;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) shown += c;
  }
  if (!is_valid_utf8(shown) || trimmed(shown).empty()) return "evidence";
  while (code_points(shown) > kNameCharactersMax) {
    while ((static_cast<unsigned char>(shown.back()) & 0xC0) == 0x80) shown.pop_back();
    shown.pop_back();
  }
  return std::string(trimmed(shown));
}

}  // namespace

std::optional<std::string_view> media_type_of(std::string_view bytes) {
  if (bytes.starts_with("%PDF-"sv)) return "application/pdf"sv;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return "image/png"sv;
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg"sv;
  if (bytes.starts_with("PK\x03\x04"sv)) return type_of_zip(bytes);
  return type_of_text(bytes);
}

Result<NewEvidence> parse_evidence(std::string_view name, std::string_view bytes) {
  if (bytes.empty()) return invalid_field("file", "required", "Choose a file that is not empty.");
  if (bytes.size() > kEvidenceBytesMax) {
    return invalid_field("file", "too_large", "Choose a file of at most 10 MB; a scan in grey at 200 dpi is enough.");
  }
  const auto type = media_type_of(bytes);
  if (!type) {
    return invalid_field("file", "unknown_type",
                         "This is none of PDF, PNG, JPEG, XLSX, DOCX, ODS, ODT, XML, CSV or plain text. Save it as a PDF first.");
  }
  return NewEvidence{shown_name(name), std::string(*type), sha256_hex(bytes), bytes};
}

std::string size_text(std::int64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  if (bytes < 1024 * 1024) return std::to_string((bytes + 512) / 1024) + " KB";
  const auto tenths = (bytes * 10 + 512 * 1024) / (1024 * 1024);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

}  // namespace kindling
