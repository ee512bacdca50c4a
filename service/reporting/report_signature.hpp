// The signature of a report: Ed25519 over a few lines that name the report and the SHA-256 of its bytes. An XLSX carries
// them at its very end, as the archive's comment; for other formats they are a file beside it. Whoever has the public key
// verifies without us: `kindling report verify`, or sha256sum and openssl.
//
//   kindling-report-1
//   report: kr-0123456789abcdef0123456789abcdef
//   kind: funder-report
//   position: 4711
//   sha256: (of all bytes before these lines, or of the whole file where they stand beside it)
//   signature: (base64 of the signature over the five lines above, each with its line feed)
//
// A reader makes these lines anew from what they say and compares them byte by byte, so that no second way of writing
// the same passes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/spooled_file.hpp"

namespace kindling {

struct ReportStatement {
  std::string identifier;
  std::string kind;
  std::int64_t position = 0;
  std::string sha256;  // hexadecimal
  bool operator==(const ReportStatement&) const = default;
};
std::string signed_text(const ReportStatement& statement);  // the first five lines

struct ReportSeal {
  ReportStatement statement;
  std::string signature;  // 64 bytes
};
std::string seal_text(const ReportSeal& seal);
// nullopt for anything that seal_text does not write.
std::optional<ReportSeal> parse_seal(std::string_view text);

class ReportSigner {
 public:
  // The seed of the key: 64 hexadecimal digits; "": nothing can be signed. Throws std::runtime_error for anything else.
  explicit ReportSigner(std::string_view seed_hex);
  // `key` as it stands in the settings, else the content of `key_file`. Throws where the file cannot be read.
  static ReportSigner of_settings(const std::string& key_hex, const std::string& key_file);
  ~ReportSigner();
  ReportSigner(ReportSigner&&) noexcept = default;
  ReportSigner(const ReportSigner&) = delete;

  bool is_open() const { return open_; }
  const std::string& public_key() const { return public_key_; }  // 32 bytes; "" where nothing can be signed
  std::string sign(const ReportStatement& statement) const;      // 64 bytes

 private:
  bool open_ = false;
  std::string public_key_;
  std::array<unsigned char, 64> secret_{};
};

bool is_signed_by(const ReportSeal& seal, std::string_view public_key);

// Signs a whole file in constant memory; `statement` comes without its hash. An archive (XLSX) gets its seal as comment,
// so that the file grows; of anything else the seal is only returned. Throws std::runtime_error for an archive that has a
// comment already.
ReportSeal seal_file(SpooledFile& file, bool is_archive, ReportStatement statement, const ReportSigner& signer);

// ---- Who verifies ----

// Bytes to be read in parts, wherever they are.
class ByteSource {
 public:
  explicit ByteSource(std::string_view bytes) : text_(bytes), bytes_(static_cast<std::int64_t>(bytes.size())) {}
  explicit ByteSource(const SpooledFile& file) : file_(&file), bytes_(file.bytes()) {}
  std::int64_t bytes() const { return bytes_; }
  std::string read(std::int64_t offset, std::size_t count) const;  // fewer at the end

 private:
  std::string_view text_;
  const SpooledFile* file_ = nullptr;
  std::int64_t bytes_;
};

std::string sha256_of(const ByteSource& source, std::int64_t count);  // hexadecimal, of the first `count` bytes

enum class SealCheck { kGenuine, kAltered, kUnsigned };
struct CheckedFile {
  SealCheck check = SealCheck::kUnsigned;
  std::optional<ReportStatement> statement;  // what the seal says, whether it holds or not
};
// By the seal at the file's end, or by `beside` where that is not empty. kUnsigned: no seal can be read.
CheckedFile check_file(const ByteSource& file, std::string_view beside, std::string_view public_key);

// PEM as openssl reads it, and back from PEM, 64 hexadecimal digits or base64; nullopt: none of these.
std::string public_key_pem(std::string_view public_key);
std::optional<std::string> parse_public_key(std::string_view text);

}  // namespace kindling
