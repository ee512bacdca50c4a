#include "donations/donor_vault.hpp"

#include <fstream>
#include <stdexcept>

#include <sodium.h>

#include "core/fields.hpp"
#include "http/json.hpp"
#include "identity/user.hpp"

namespace kindling {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "kndldonr";

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// A fresh random nonce, then the ciphertext with its tag.
std::string encrypted(std::string_view plain, const unsigned char* key, std::string_view bound) {
  std::string out(kNonceBytes + plain.size() + kTagBytes, '\0');
  randombytes_buf(out.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(out) + kNonceBytes, nullptr, bytes(plain), plain.size(), bytes(bound),
                                             bound.size(), nullptr, bytes(out), key);
  return out;
}

std::optional<std::string> decrypted(std::string_view text, const unsigned char* key, std::string_view bound) {
  if (text.size() < kNonceBytes + kTagBytes) return std::nullopt;
  std::string plain(text.size() - kNonceBytes - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), nullptr, nullptr, bytes(text) + kNonceBytes,
                                                 text.size() - kNonceBytes, bytes(bound), bound.size(), bytes(text), key) != 0) {
    return std::nullopt;
  }
  return plain;
}

}  // namespace

DonorVault::DonorVault(std::string_view key_hex) {
  if (key_hex.empty()) return;
  Key master{};
  std::size_t length = 0;
  if (sodium_hex2bin(master.data(), master.size(), key_hex.data(), key_hex.size(), nullptr, &length, nullptr) != 0 ||
      length != master.size()) {
    throw std::runtime_error("[donor] key: 64 hexadecimal digits are expected");
  }
  crypto_kdf_derive_from_key(wrapping_.data(), wrapping_.size(), 1, kContext, master.data());
  crypto_kdf_derive_from_key(finding_.data(), finding_.size(), 2, kContext, master.data());
  sodium_memzero(master.data(), master.size());
  open_ = true;
}

DonorVault DonorVault::of_settings(const std::string& key_hex, const std::string& key_file) {
  if (!key_hex.empty() || key_file.empty()) return DonorVault(key_hex);
  std::ifstream file(key_file);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("[donor] key_file: " + key_file + " cannot be read");
  return DonorVault(trimmed(line));
}

DonorVault::~DonorVault() {
  sodium_memzero(wrapping_.data(), wrapping_.size());
  sodium_memzero(finding_.data(), finding_.size());
}

DonorVault::DonorVault(DonorVault&& other) noexcept
    : open_(other.open_), wrapping_(other.wrapping_), finding_(other.finding_) {}

SealedIdentity DonorVault::seal(const DonorIdentity& identity, std::string_view reference) const {
  std::string own_key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES, '\0');
  randombytes_buf(own_key.data(), own_key.size());
  SealedIdentity sealed{.wrapped_key = encrypted(own_key, wrapping_.data(), reference),
                        .sealed = encrypted(http::to_json(identity_value(identity)), bytes(own_key), reference),
                        .name_hash = name_hash(identity.name),
                        .email_hash = identity.email ? email_hash(*identity.email) : std::string()};
  sodium_memzero(own_key.data(), own_key.size());
  return sealed;
}

std::optional<DonorIdentity> DonorVault::open(const SealedIdentity& sealed, std::string_view reference) const {
  const auto own_key = decrypted(sealed.wrapped_key, wrapping_.data(), reference);
  if (!own_key || own_key->size() != crypto_aead_xchacha20poly1305_ietf_KEYBYTES) return std::nullopt;
  const auto plain = decrypted(sealed.sealed, bytes(std::string_view(*own_key)), reference);
  if (!plain) return std::nullopt;
  const auto value = http::value_from_json(*plain);
  return value ? identity_of(*value) : std::nullopt;
}

std::string DonorVault::seal_text(std::string_view text, std::string_view bound) const {
  std::string own_key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES, '\0');
  randombytes_buf(own_key.data(), own_key.size());
  auto sealed = encrypted(own_key, wrapping_.data(), bound);
  sealed += encrypted(text, bytes(std::string_view(own_key)), bound);
  sodium_memzero(own_key.data(), own_key.size());
  return sealed;
}

std::optional<std::string> DonorVault::open_text(std::string_view sealed, std::string_view bound) const {
  constexpr auto kWrappedBytes = kNonceBytes + crypto_aead_xchacha20poly1305_ietf_KEYBYTES + kTagBytes;
  if (!open_ || sealed.size() < kWrappedBytes) return std::nullopt;
  auto own_key = decrypted(sealed.substr(0, kWrappedBytes), wrapping_.data(), bound);
  if (!own_key) return std::nullopt;
  auto text = decrypted(sealed.substr(kWrappedBytes), bytes(std::string_view(*own_key)), bound);
  sodium_memzero(own_key->data(), own_key->size());
  return text;
}

std::string DonorVault::finding_hash(std::string_view of_what, std::string_view text) const {
  const auto said = std::string(of_what) + ":" + std::string(text);
  std::string hash(32, '\0');
  crypto_generichash(bytes(hash), hash.size(), bytes(std::string_view(said)), said.size(), finding_.data(), finding_.size());
  return hash;
}

std::string DonorVault::name_hash(std::string_view name) const { return finding_hash("n", normal_name(name)); }

std::string DonorVault::email_hash(std::string_view email) const {
  const auto address = normal_email(email);
  return address.empty() ? std::string() : finding_hash("e", address);
}

Outcome must_be_open(const DonorVault& vault) {
  if (vault.is_open()) return kOk;
  return conflict("donor_key_missing", "Identities of donors cannot be stored or read: the service has no key for them. "
                                       "Ask an administrator to set KINDLING_DONOR_KEY_FILE.");
}

}  // namespace kindling
