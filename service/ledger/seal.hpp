// The seal: a SHA-256 chain over the entries in the order of their positions. Pure.
//
// Canonical encoding, version 1. Each field is its length in bytes (8, big-endian) and its bytes, as text:
//   "kindling-seal-v1", position, entry id, booked_on (YYYY-MM-DD), recorded_at (microseconds since 1970, UTC),
//   kind, document kind, document id, description, reversed entry's id or "", actor id, number of postings,
//   then for each posting by line: line, account, fund id, budget line's id or "", amount in minor units, currency.
// hash(n) = SHA-256(hash(n-1) || encoding(n)); hash(0) = SHA-256("kindling-seal-v1").
// A change of the encoding is a new version with a new name; golden vectors hold this one (tests/unit/seal_test.cpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kindling {

using SealHash = std::array<unsigned char, 32>;

struct SealedPosting {
  int line_no = 0;
  std::string account_code;
  std::int64_t fund_id = 0;
  std::optional<std::int64_t> budget_line_id;
  std::int64_t amount_minor = 0;
  std::string currency;
};

struct SealedEntry {
  std::int64_t position = 0;
  std::int64_t id = 0;
  std::string booked_on;
  std::int64_t recorded_at_us = 0;
  std::string kind;
  std::string document_kind;
  std::int64_t document_id = 0;
  std::string description;
  std::optional<std::int64_t> reverses_entry_id;
  std::int64_t actor_id = 0;
  std::vector<SealedPosting> postings;  // by line
};

SealHash first_seal();
std::string canonical_encoding(const SealedEntry& entry);
SealHash seal_of(const SealHash& previous, const SealedEntry& entry);
std::string to_hex(const SealHash& hash);

}  // namespace kindling
