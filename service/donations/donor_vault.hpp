// The vault: encrypts who a donor is, and makes the keyed hashes by which one is found. The only place with the master key.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "donations/donor.hpp"

namespace kindling {

// Bytes as they stand in the database.
struct SealedIdentity {
  std::string wrapped_key;  // nonce and the donor's own key under the master key
  std::string sealed;       // nonce and the identity under the donor's own key (XChaCha20-Poly1305)
  std::string name_hash;    // BLAKE2b, keyed, 32 bytes
  std::string email_hash;   // "" where there is no e-mail
};

class DonorVault {
 public:
  // 64 hexadecimal digits; "": the vault is closed, and nothing of a person can be stored or read. Throws
  // std::runtime_error for anything else.
  explicit DonorVault(std::string_view key_hex);
  // `key` as it stands in the settings, else the content of `key_file`. Throws where the file cannot be read.
  static DonorVault of_settings(const std::string& key_hex, const std::string& key_file);
  ~DonorVault();
  DonorVault(DonorVault&&) noexcept;
  DonorVault(const DonorVault&) = delete;

  bool is_open() const { return open_; }
  // `reference` is bound in: a row that is moved to another donor does not open.
  SealedIdentity seal(const DonorIdentity& identity, std::string_view reference) const;
  // nullopt: altered, of another donor, or under another master key.
  std::optional<DonorIdentity> open(const SealedIdentity& sealed, std::string_view reference) const;
  // Any text or file of a person, under a key of its own, in one piece: wrapped key and sealed text. `bound` says what it
  // is of ("bank line 17"): elsewhere it does not open. Only of an open vault.
  std::string seal_text(std::string_view text, std::string_view bound) const;
  std::optional<std::string> open_text(std::string_view sealed, std::string_view bound) const;
  // For finding something again that is stored sealed; 32 bytes. `of_what` keeps apart what is not alike ("iban").
  std::string finding_hash(std::string_view of_what, std::string_view text) const;
  std::string name_hash(std::string_view name) const;
  std::string email_hash(std::string_view email) const;  // "" where it is no address

 private:
  using Key = std::array<unsigned char, 32>;
  bool open_ = false;
  Key wrapping_{};  // both derived from the master key, which is not kept
  Key finding_{};
};

// kConflict "donor_key_missing" where the vault is closed.
Outcome must_be_open(const DonorVault& vault);

}  // namespace kindling
