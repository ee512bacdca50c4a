// The keeper: seals entries in order and rolls balances up behind, so that appending never waits for a hot row.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kindling {

class Session;

struct KeeperReport {
  bool had_the_lock = false;    // another instance may be at it
  std::int64_t sealed = 0;      // entries sealed in this run
  std::int64_t position = 0;    // the new head
};

// One run: under an advisory lock, in one transaction, all entries whose transactions ended before the snapshot's
// xmin. Sends NOTIFY kindling_ledger with the position where something was sealed. At most `batch` entries.
KeeperReport keep_ledger(Session& session, std::int64_t batch = 20'000);

// Something that does not hold: what, and where.
struct Finding {
  std::string rule;      // "entry_balances", "seal_matches", "roll_up_matches", ...
  std::string where;     // "entry 42", "account bank, fund 3, 2026-02"
  std::string message;
};
struct VerifyReport {
  std::int64_t entries = 0;
  std::int64_t postings = 0;
  std::int64_t position = 0;
  std::string head;      // hexadecimal
  std::vector<Finding> findings;
};
// Recomputes everything: every entry's balance and completeness, the seal chain from its start, reversals, roll-ups,
// and what documents say they posted. Reads in one repeatable-read snapshot, constant memory.
VerifyReport verify_ledger(Session& session);

}  // namespace kindling
