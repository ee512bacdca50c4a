// Budget answers in memory: serialised once, served until something moved.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"

namespace kindling {

class Database;

struct CachedAnswer {
  std::string body;
  std::string etag;
};

// Safe to use from all workers. What another instance wrote is seen as soon as PostgreSQL notifies (kindling_budget),
// what this process wrote with its next read (acts_done). While the listener is not connected nothing is kept.
class BudgetCache {
 public:
  explicit BudgetCache(Database& database);
  ~BudgetCache();  // ends the listener

  using Make = std::function<Result<CachedAnswer>()>;
  Result<std::shared_ptr<const CachedAnswer>> get(const std::string& key, const Make& make);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kindling
