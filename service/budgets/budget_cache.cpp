#include "budgets/budget_cache.hpp"

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <shared_mutex>
#include <thread>
#include <unordered_map>

#include <soci/soci.h>

#include "storage/copy.hpp"
#include "storage/database.hpp"
#include "web/act.hpp"

namespace kindling {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kAnswersMax = 4'096;
constexpr std::size_t kBytesMax = 64 * 1024 * 1024;
constexpr int kWaitMs = 200;  // how soon the listener notices that it is to end
constexpr std::chrono::milliseconds kSettleMax{1'000};

struct Kept {
  std::uint64_t generation;
  std::shared_ptr<const CachedAnswer> answer;
};

std::string random_name() {
  std::random_device random;
  return std::to_string(random()) + std::to_string(random());
}

}  // namespace

struct BudgetCache::Impl {
  explicit Impl(Database& the_database) : database(the_database) {}

  Database& database;
  const std::string settle_prefix = "settle " + random_name() + " ";  // ours among those of all instances

  std::shared_mutex mutex;  // of what follows
  std::unordered_map<std::string, Kept> kept;
  std::size_t kept_bytes = 0;
  std::unordered_map<std::int64_t, std::uint64_t> moved;  // grant -> how often it moved
  std::uint64_t all_moved = 0;
  std::uint64_t any_moved = 0;

  std::atomic<Clock::rep> heard_at{0};
  std::atomic<bool> stopping{false};
  std::thread listener;

  std::mutex settling;  // one settles, the others find it done
  std::atomic<std::uint64_t> settled_acts{0};
  std::mutex heard_mutex;
  std::condition_variable heard;
  std::uint64_t asked = 0;
  std::uint64_t arrived = 0;

  bool is_followed() const {
    return Clock::now() - Clock::time_point(Clock::duration(heard_at.load())) < kBudgetUnheardMax;
  }

  std::uint64_t generation_of(std::int64_t grant_id) const {
    if (grant_id == 0) return any_moved;
    const auto found = moved.find(grant_id);
    return all_moved + (found == moved.end() ? 0 : found->second);
  }

  void run();
  void follow(Session& session);
  void take(const std::string& told);
  bool settle();
};

void BudgetCache::Impl::take(const std::string& told) {
  if (told.starts_with("settle ")) {
    if (!told.starts_with(settle_prefix)) return;
    const std::lock_guard lock(heard_mutex);
    arrived = std::stoull(told.substr(settle_prefix.size()));
    heard.notify_all();
    return;
  }
  std::int64_t grant_id = 0;
  std::from_chars(told.data(), told.data() + told.size(), grant_id);
  const std::unique_lock lock(mutex);
  ++any_moved;
  ++(grant_id != 0 ? moved[grant_id] : all_moved);  // -1: the platform's own, which only answers over all have
}

void BudgetCache::Impl::follow(Session& session) {
  listen(session, "kindling_budget");
  take("");  // what moved while nobody listened
  while (!stopping) {
    heard_at = Clock::now().time_since_epoch().count();
    if (const auto told = wait_notification(session, kWaitMs)) {
      take(*told);
    } else {
      session.sql() << "SELECT 1";  // the line is alive, although nobody speaks
    }
  }
}

void BudgetCache::Impl::run() {
  while (!stopping) {
    try {
      const auto session = database.connect();
      follow(*session);
    } catch (...) {  // away: nothing is served from memory until it is back
      heard_at = 0;
      for (int i = 0; i < 5 && !stopping; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(kWaitMs));
    }
  }
}

// Notifications arrive in the order of commits: when one that is sent now is here, all that earlier acts told is here.
bool BudgetCache::Impl::settle() {
  const auto acts = acts_done();
  if (settled_acts >= acts) return true;
  const std::lock_guard one(settling);
  if (settled_acts >= acts) return true;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(heard_mutex);
    number = ++asked;
  }
  const auto payload = settle_prefix + std::to_string(number);
  reading(database, [&](Session& session) {
    session.sql() << "SELECT pg_notify('kindling_budget', :payload)", soci::use(payload, "payload");
    return true;
  });
  std::unique_lock lock(heard_mutex);
  if (!heard.wait_for(lock, kSettleMax, [&] { return arrived >= number; })) return false;
  settled_acts = acts;
  return true;
}

BudgetCache::BudgetCache(Database& database) : impl_(std::make_unique<Impl>(database)) {
  impl_->listener = std::thread([this] { impl_->run(); });
}

BudgetCache::~BudgetCache() {
  impl_->stopping = true;
  impl_->listener.join();
}

Result<std::shared_ptr<const CachedAnswer>> BudgetCache::get(std::int64_t grant_id, const std::string& key,
                                                            const Make& make) {
  const bool serves = impl_->is_followed() && impl_->settle();
  std::uint64_t generation = 0;  // before the read: what moves meanwhile makes this answer old at once
  {
    const std::shared_lock lock(impl_->mutex);
    generation = impl_->generation_of(grant_id);
    const auto found = impl_->kept.find(key);
    if (serves && found != impl_->kept.end() && found->second.generation == generation) return found->second.answer;
  }
  auto made = make();
  if (!made) return made.error();
  auto answer = std::make_shared<const CachedAnswer>(*std::move(made));
  if (serves) {
    const std::unique_lock lock(impl_->mutex);
    if (impl_->kept.size() >= kAnswersMax || impl_->kept_bytes >= kBytesMax) {
      impl_->kept.clear();
      impl_->kept_bytes = 0;
    }
    impl_->kept_bytes += answer->body.size();
    impl_->kept[key] = {generation, answer};
  }
  return answer;
}

}  // namespace kindling
