#include "reporting/report_signature.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <vector>

#include <sodium.h>
#include <unistd.h>

namespace kindling {
namespace {

constexpr std::string_view kFirstLine = "kindling-report-1\n";
constexpr std::size_t kSealBytesMax = 1'024;
constexpr std::size_t kChunk = 256 * 1024;
constexpr std::int64_t kEndRecordBytes = 22;  // of an archive without a comment; its last two bytes are the comment's length
constexpr std::string_view kEndRecord = "PK\x05\x06";
// SubjectPublicKeyInfo of Ed25519 (RFC 8410), before the 32 bytes.
constexpr std::string_view kSpki("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string base64(std::string_view raw) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_encoded_len(raw.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes(raw), raw.size(), kVariant);
  text.pop_back();  // the library counts a NUL
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string raw(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes(raw), raw.size(), text.data(), text.size(), "\r\n ", &length, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return std::nullopt;
  }
  raw.resize(length);
  return raw;
}

// The rest of the line that begins with `name`; the text moves behind it.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view name) {
  const auto end = text.find('\n');
  if (end == text.npos || !text.starts_with(name)) return std::nullopt;
  const auto rest = text.substr(name.size(), end - name.size());
  text.remove_prefix(end + 1);
  return rest;
}

}  // namespace

std::string signed_text(const ReportStatement& statement) {
  return std::string(kFirstLine) + "report: " + statement.identifier + "\nkind: " + statement.kind +
         "\nposition: " + std::to_string(statement.position) + "\nsha256: " + statement.sha256 + "\n";
}

std::string seal_text(const ReportSeal& seal) {
  return signed_text(seal.statement) + "signature: " + base64(seal.signature) + "\n";
}

std::optional<ReportSeal> parse_seal(std::string_view text) {
  const auto whole = text;
  if (!text.starts_with(kFirstLine)) return std::nullopt;
  text.remove_prefix(kFirstLine.size());
  const auto identifier = take_line(text, "report: ");
  const auto kind = take_line(text, "kind: ");
  const auto position = take_line(text, "position: ");
  const auto sha256 = take_line(text, "sha256: ");
  const auto signature = take_line(text, "signature: ");
  if (!identifier || !kind || !position || !sha256 || !signature) return std::nullopt;
  const auto raw = from_base64(*signature);
  ReportSeal seal{.statement = {.identifier = std::string(*identifier), .kind = std::string(*kind), .position = 0,
                                .sha256 = std::string(*sha256)},
                  .signature = raw.value_or("")};
  std::from_chars(position->data(), position->data() + position->size(), seal.statement.position);
  if (seal.signature.size() != crypto_sign_BYTES || seal_text(seal) != whole) return std::nullopt;
  return seal;
}

ReportSigner::ReportSigner(std::string_view seed_hex) {
  if (seed_hex.empty()) return;
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
  std::size_t length = 0;
  if (sodium_hex2bin(seed.data(), seed.size(), seed_hex.data(), seed_hex.size(), nullptr, &length, nullptr) != 0 ||
      length != seed.size()) {
    throw std::runtime_error("[reports] signing_key: 64 hexadecimal digits are expected");
  }
  public_key_.resize(crypto_sign_PUBLICKEYBYTES);
  crypto_sign_seed_keypair(bytes(public_key_), secret_.data(), seed.data());
  sodium_memzero(seed.data(), seed.size());
  open_ = true;
}

ReportSigner ReportSigner::of_settings(const std::string& key_hex, const std::string& key_file) {
  if (!key_hex.empty() || key_file.empty()) return ReportSigner(key_hex);
  std::ifstream file(key_file);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("[reports] signing_key_file: " + key_file + " cannot be read");
  ReportSigner signer(line);
  sodium_memzero(line.data(), line.size());
  return signer;
}

ReportSigner::~ReportSigner() { sodium_memzero(secret_.data(), secret_.size()); }

std::string ReportSigner::sign(const ReportStatement& statement) const {
  if (!open_) throw std::runtime_error("there is no key to sign reports with");
  const auto text = signed_text(statement);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes(signature), nullptr, bytes(text), text.size(), secret_.data());
  return signature;
}

bool is_signed_by(const ReportSeal& seal, std::string_view public_key) {
  const auto text = signed_text(seal.statement);
  return seal.signature.size() == crypto_sign_BYTES && public_key.size() == crypto_sign_PUBLICKEYBYTES &&
         crypto_sign_verify_detached(bytes(seal.signature), bytes(text), text.size(), bytes(public_key)) == 0;
}

ReportSeal seal_file(SpooledFile& file, bool is_archive, ReportStatement statement, const ReportSigner& signer) {
  const auto size = file.bytes();
  if (is_archive) {
    const auto end = file.read(size - kEndRecordBytes, static_cast<std::size_t>(kEndRecordBytes));
    if (!end.starts_with(kEndRecord) || end.substr(20) != std::string_view("\0\0", 2)) {
      throw std::runtime_error("a workbook ends as no archive of ours does");
    }
    // The hash covers the comment's length, which does not depend on the hash.
    statement.sha256.assign(64, '0');
    const auto length = seal_text({statement, std::string(crypto_sign_BYTES, '\0')}).size();
    const char little_endian[2] = {static_cast<char>(length & 0xFF), static_cast<char>(length >> 8)};
    if (::pwrite(file.descriptor(), little_endian, 2, size - 2) != 2) throw std::runtime_error("a workbook cannot be sealed");
  }
  statement.sha256 = sha256_of(ByteSource(file), size);
  ReportSeal seal{statement, signer.sign(statement)};
  if (is_archive) file.append(seal_text(seal));
  return seal;
}

std::string ByteSource::read(std::int64_t offset, std::size_t count) const {
  if (offset < 0 || offset >= bytes_) return {};
  if (file_ != nullptr) return file_->read(offset, count);
  return std::string(text_.substr(static_cast<std::size_t>(offset), count));
}

std::string sha256_of(const ByteSource& source, std::int64_t count) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (std::int64_t at = 0; at < count;) {
    const auto part = source.read(at, static_cast<std::size_t>(std::min<std::int64_t>(kChunk, count - at)));
    if (part.empty()) break;
    crypto_hash_sha256_update(&state, bytes(part), part.size());
    at += static_cast<std::int64_t>(part.size());
  }
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&state, hash);
  char hex[sizeof hash * 2 + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
}

CheckedFile check_file(const ByteSource& file, std::string_view beside, std::string_view public_key) {
  std::string tail;
  auto signed_bytes = file.bytes();
  if (beside.empty()) {
    tail = file.read(std::max<std::int64_t>(0, file.bytes() - static_cast<std::int64_t>(kSealBytesMax)), kSealBytesMax);
    const auto at = tail.rfind(kFirstLine);
    if (at == tail.npos) return {};
    tail.erase(0, at);
    signed_bytes -= static_cast<std::int64_t>(tail.size());
  } else {
    tail = beside;
  }
  const auto seal = parse_seal(tail);
  if (!seal) return {SealCheck::kAltered, std::nullopt};
  const bool holds = is_signed_by(*seal, public_key) && sha256_of(file, signed_bytes) == seal->statement.sha256;
  return {holds ? SealCheck::kGenuine : SealCheck::kAltered, seal->statement};
}

std::string public_key_pem(std::string_view public_key) {
  return "-----BEGIN PUBLIC KEY-----\n" + base64(std::string(kSpki) + std::string(public_key)) +
         "\n-----END PUBLIC KEY-----\n";
}

std::optional<std::string> parse_public_key(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  if (text.size() == 64) {
    std::string raw(32, '\0');
    std::size_t length = 0;
    if (sodium_hex2bin(bytes(raw), raw.size(), text.data(), text.size(), nullptr, &length, nullptr) == 0 && length == 32) return raw;
  }
  constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----", kEnd = "-----END PUBLIC KEY-----";
  if (text.starts_with(kBegin) && text.ends_with(kEnd)) {
    text.remove_prefix(kBegin.size());
    text.remove_suffix(kEnd.size());
  }
  while (text.starts_with('\n') || text.starts_with('\r')) text.remove_prefix(1);
  auto raw = from_base64(text);
  if (!raw) return std::nullopt;
  if (raw->starts_with(kSpki)) raw->erase(0, kSpki.size());
  if (raw->size() != crypto_sign_PUBLICKEYBYTES) return std::nullopt;
  return raw;
}

}  // namespace kindling
