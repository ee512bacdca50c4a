// The SQL of the seal: entries in order, seals, the head of the chain.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/seal.hpp"

namespace soci {
class session;
}

namespace kindling {

class Session;

struct Seal {
  std::int64_t position;
  std::int64_t entry_id;
  SealHash hash;
};

struct Head {
  std::int64_t position = 0;
  SealHash hash{};
};

Head read_head(soci::session& sql);
void move_head(soci::session& sql, const Head& head, const std::string& horizon);
void insert_seals(Session& session, const std::vector<Seal>& seals);

// Visits the entries from the head's horizon up to `horizon`, by id, with their postings.
void for_each_entry_below(soci::session& sql, const std::string& horizon,
                          const std::function<void(SealedEntry)>& visit);
// Visits all sealed entries by position, with the stored hash. Constant memory.
void for_each_sealed_entry(soci::session& sql, const std::function<void(SealedEntry, const SealHash&)>& visit);

SealHash hash_from_hex(const std::string& hex);

}  // namespace kindling
