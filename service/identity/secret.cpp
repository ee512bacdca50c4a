#include "identity/secret.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace kindling {
namespace {

using Digest = std::array<unsigned char, 32>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  if (!started) throw std::runtime_error("libsodium could not start");
}

std::string base64url(const Digest& digest) {
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

}  // namespace

std::string random_secret() {
  start_sodium();
  Digest digest;
  randombytes_buf(digest.data(), digest.size());
  return base64url(digest);
}

std::string keyed_hash(std::string_view key, std::string_view text) {
  start_sodium();
  Digest short_key;  // BLAKE2b takes a key of at most 64 bytes
  crypto_hash_sha256(short_key.data(), bytes(key), key.size());
  Digest digest;
  crypto_generichash(digest.data(), digest.size(), bytes(text), text.size(), short_key.data(),
                     short_key.size());
  return base64url(digest);
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace kindling
