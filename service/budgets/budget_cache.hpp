// Budget answers in memory: serialised once, served until the figures of their grant moved.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"

namespace kindling {

class Database;

struct CachedAnswer {
  std::string body;
  std::string content_type;
  std::string etag;
};

// How long another instance's write may go unseen: usually milliseconds, and never longer, because an instance that has
// not heard from PostgreSQL for this long serves nothing from memory.
inline constexpr std::chrono::milliseconds kBudgetUnheardMax{2'000};

// Safe to use from all workers. PostgreSQL tells which grant moved (channel kindling_budget: its id, or nothing for
// all). What this process wrote is seen by its next read: after an act, the first read waits until what the act told
// has arrived here.
class BudgetCache {
 public:
  explicit BudgetCache(Database& database);
  ~BudgetCache();  // ends the listener

  using Make = std::function<Result<CachedAnswer>()>;
  // grant_id 0: an answer over all grants, old as soon as any of them moves.
  Result<std::shared_ptr<const CachedAnswer>> get(std::int64_t grant_id, const std::string& key, const Make& make);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling
