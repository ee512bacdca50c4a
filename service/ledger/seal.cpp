#include "ledger/seal.hpp"

#include <sodium.h>

namespace kindling {
namespace {

constexpr std::string_view kVersion = "kindling-seal-v1";

void append(std::string& out, std::string_view field) {
  const std::uint64_t length = field.size();
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((length >> shift) & 0xFF);
  out += field;
}

void append(std::string& out, std::int64_t number) { append(out, std::string_view(std::to_string(number))); }

void append(std::string& out, const std::optional<std::int64_t>& number) {
  append(out, number ? std::string_view(std::to_string(*number)) : std::string_view());
}

SealHash sha256(std::string_view bytes) {
  SealHash hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return hash;
}

}  // namespace

SealHash first_seal() { return sha256(kVersion); }

std::string canonical_encoding(const SealedEntry& entry) {
  std::string out;
  append(out, kVersion);
  append(out, entry.position);
  append(out, entry.id);
  append(out, std::string_view(entry.booked_on));
  append(out, entry.recorded_at_us);
  append(out, std::string_view(entry.kind));
  append(out, std::string_view(entry.document_kind));
  append(out, entry.document_id);
  append(out, std::string_view(entry.description));
  append(out, entry.reverses_entry_id);
  append(out, entry.actor_id);
  append(out, static_cast<std::int64_t>(entry.postings.size()));
  for (const auto& posting : entry.postings) {
    append(out, static_cast<std::int64_t>(posting.line_no));
    append(out, std::string_view(posting.account_code));
    append(out, posting.fund_id);
    append(out, posting.budget_line_id);
    append(out, posting.amount_minor);
    append(out, std::string_view(posting.currency));
  }
  return out;
}

SealHash seal_of(const SealHash& previous, const SealedEntry& entry) {
  std::string bytes(reinterpret_cast<const char*>(previous.data()), previous.size());
  bytes += canonical_encoding(entry);
  return sha256(bytes);
}

std::string to_hex(const SealHash& hash) {
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

}  // namespace kindling
