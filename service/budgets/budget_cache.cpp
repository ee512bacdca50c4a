#include "budgets/budget_cache.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"

namespace kindling {
namespace {

constexpr std::size_t kAnswersMax = 4'096;
constexpr int kWaitMs = 200;  // how soon the listener notices that it is to end

// What an answer was made from; any difference makes it old.
struct Generation {
  std::uint64_t notified;
  std::uint64_t acts;
  bool operator==(const Generation&) const = default;
};

struct Kept {
  Generation generation;
  std::shared_ptr<const CachedAnswer> answer;
};

}  // namespace

struct BudgetCache::Impl {
  explicit Impl(Database& the_database) : database(the_database) {}

  Database& database;
  std::shared_mutex mutex;
  std::unordered_map<std::string, Kept> kept;
  std::atomic<std::uint64_t> notified{0};
  std::atomic<bool> listening{false};
  std::atomic<bool> stopping{false};
  std::thread listener;

  Generation now() const { return {notified, acts_done()}; }

  void run() {
    while (!stopping) {
      try {
        const auto session = database.connect();
        listen(*session, "kindling_budget");
        ++notified;  // what moved while nobody listened
        listening = true;
        while (!stopping) {
          if (wait_notification(*session, kWaitMs)) ++notified;
        }
      } catch (...) {  // away: nothing is kept until it is back
        listening = false;
        for (int i = 0; i < 5 && !stopping; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(kWaitMs));
      }
    }
  }
};

BudgetCache::BudgetCache(Database& database) : impl_(std::make_unique<Impl>(database)) {
  impl_->listener = std::thread([this] { impl_->run(); });
}

BudgetCache::~BudgetCache() {
  impl_->stopping = true;
  impl_->listener.join();
}

Result<std::shared_ptr<const CachedAnswer>> BudgetCache::get(const std::string& key, const Make& make) {
  const auto generation = impl_->now();  // before the read: what moves meanwhile makes this answer old at once
  if (impl_->listening) {
    const std::shared_lock lock(impl_->mutex);
    const auto found = impl_->kept.find(key);
    if (found != impl_->kept.end() && found->second.generation == generation) return found->second.answer;
  }
  auto made = make();
  if (!made) return made.error();
  auto answer = std::make_shared<const CachedAnswer>(*std::move(made));
  if (impl_->listening) {
    const std::unique_lock lock(impl_->mutex);
    if (impl_->kept.size() >= kAnswersMax) impl_->kept.clear();
    impl_->kept[key] = {generation, answer};
  }
  return answer;
}

}  // namespace kindling
