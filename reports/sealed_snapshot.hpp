// What every report's query reads in: one repeatable-read, read-only transaction, bound to a position of the ledger and to
// the instant up to which documents are known. A query binds the ledger by seals.position itself; documents that are
// changed in place (grants, instalments, obligations, risks, ...) read as they were known, whatever is asked of them,
// because views of the schema as_known stand before the tables. A view has no primary key: group by each column.
#pragma once

#include <cstdint>
#include <string>

namespace kindling {

class Session;

// A position of the ledger, with the instant up to which documents beside it (drafts, commitments, budgets) are known.
struct SealedPosition {
  std::int64_t position = 0;     // entries count where seals.position <= this
  std::string known_at = {};     // "2026-11-26 09:30:00.123456+00"; never printed
};

// Begins the transaction and gives it up at its end; nothing was written. Several queries of one report share it.
// Throws what the database throws, and std::runtime_error for a position that is not sealed.
class SealedSnapshot {
 public:
  explicit SealedSnapshot(Session& session);                            // at the head, now
  SealedSnapshot(Session& session, const SealedPosition& at);           // again, as it was then
  ~SealedSnapshot();
  SealedSnapshot(const SealedSnapshot&) = delete;
  SealedSnapshot& operator=(const SealedSnapshot&) = delete;

  Session& session() const { return session_; }
  std::int64_t position() const { return at_.position; }
  const std::string& known_at() const { return at_.known_at; }
  const SealedPosition& at() const { return at_; }
  const std::string& hash() const { return hash_; }             // hexadecimal SHA-256 of the chain there
  std::int64_t sealed_at_s() const { return sealed_at_s_; }     // when its last entry was recorded: a workbook's creation
                                                                // time, so that the same position gives the same bytes

 private:
  void read_as_known();
  void read_seal();
  Session& session_;
  SealedPosition at_;
  std::string hash_;
  std::int64_t sealed_at_s_ = 0;
};

}  // namespace kindling
