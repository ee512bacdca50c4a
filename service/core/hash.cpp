#include "core/hash.hpp"

#include <sodium.h>

#include "core/hex.hpp"

namespace kindling {

std::string sha256(std::string_view bytes) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return {reinterpret_cast<const char*>(hash), sizeof hash};
}

std::string sha256_hex(std::string_view bytes) { return hex_of(sha256(bytes)); }

std::string content_etag(std::string_view bytes) { return '"' + sha256_hex(bytes).substr(0, 24) + '"'; }

}  // namespace kindling
